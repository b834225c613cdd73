package org.chargeproof.protocol.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.protocol.encoding.Setpoints;
import org.chargeproof.protocol.ledger.LedgerEvent;
import org.chargeproof.protocol.ledger.LedgerEvent.MeterEntry;
import org.chargeproof.protocol.ledger.LedgerState;
import org.chargeproof.protocol.ledger.Session;
import org.chargeproof.protocol.time.NetworkParameters;
import org.junit.jupiter.api.Test;

/** What readings tell about a car at a charge point of 22 kW, which is 5,500 Wh a timestep, and what plans make of it. */
class LearnedLimitTest {
    private static final int K = 2_000_000;
    private static final int RATED_WH = 5_500;
    /** What 1 A gives in a timestep with three phases of 230 V. */
    private static final double AMPERE_WH = 172.5;

    private static final InputBuilder BUILDER = new InputBuilder(new NetworkParameters(900, 60, 5, 4, 2, 3));

    private final LedgerState state = new LedgerState();
    private long registerWh = 70_000;

    /** A session for {@code K}, after a reading of the timestep before. */
    private Session accept(int energyWh, int minPowerW) {
        state.apply(new LedgerEvent.GroupRegistered(0, 1, 50_000, 0, 0, 0));
        state.apply(new LedgerEvent.ChargePointRegistered(0, 0, 1, 4 * RATED_WH, minPowerW, "NO*OPR*E0"));
        read(K - 1, 0);
        state.apply(new LedgerEvent.ChargingRequested(
                1, 0, Bytes.EMPTY, 1, energyWh, energyWh, K, K + 1_000, true, K, K - 1));
        state.apply(new LedgerEvent.RequestDecided(1, K, true, energyWh, 0, 0));
        return Objects.requireNonNull(state.session(1));
    }

    private void tell(int timestep, int setpointWh) {
        state.apply(new LedgerEvent.PlanPosted(
                timestep,
                1,
                0,
                1,
                Bytes32.ZERO,
                Bytes32.ZERO,
                Bytes32.ZERO,
                Bytes32.ZERO,
                Setpoints.pack(new int[] {setpointWh}),
                Bytes.EMPTY));
        state.apply(new LedgerEvent.PlanFinal(timestep, 0, 1, 1));
    }

    private void read(int timestep, int takenWh) {
        registerWh += takenWh;
        state.apply(new LedgerEvent.MetersReported(1, timestep, List.of(new MeterEntry(0, registerWh, 0, 0))));
    }

    private int mostWh(int timestep, int version) {
        return BUILDER.inputs(state, timestep, version)
                .getFirst()
                .sessions()
                .getFirst()
                .maxWhPerStep();
    }

    @Test
    void aSlowCarIsLearnedFromItsFirstWholeTimestep() {
        var session = accept(40_000, 0);
        tell(K, 2_000);
        // it came in the middle
        read(K, 450);
        assertThat(session.learnedLimitWh()).isZero();
        tell(K + 1, 2_000);
        read(K + 1, 900);
        assertThat(session.learnedLimitWh()).isEqualTo(900);
        // enough for what is left
        assertThat(mostWh(K + 3, 2)).isEqualTo(900);
        assertThat(mostWh(K + 980, 2)).isEqualTo(900 + 345);
        // version 1 plans with what the charge point gives
        assertThat(mostWh(K + 3, 1)).isEqualTo(RATED_WH);
        // nearly what it was told
        tell(K + 2, 900);
        read(K + 2, 860);
        assertThat(session.learnedLimitWh()).isEqualTo(900);
        // full, or slower still
        tell(K + 3, 2_000);
        read(K + 3, 0);
        assertThat(session.learnedLimitWh()).isEqualTo(1);
        // told next to nothing, it could never show that the pause is over
        assertThat(mostWh(K + 5, 2)).isEqualTo(1 + 345);
    }

    @Test
    void aCarThatWasThereBeforeIsLearnedFromItsFirstTimestep() {
        var session = accept(40_000, 0);
        state.apply(new LedgerEvent.MetersReported(1, K, List.of(new MeterEntry(0, registerWh, 0, 2))));
        tell(K + 1, 2_000);
        read(K + 1, 900);
        assertThat(session.learnedLimitWh()).isEqualTo(900);
    }

    @Test
    void aCarThatTakesMoreThanItsLimitHasANewOneOrNone() {
        var session = accept(40_000, 0);
        tell(K, 1_000);
        read(K, 1_000);
        tell(K + 1, 2_000);
        read(K + 1, 800);
        assertThat(session.learnedLimitWh()).isEqualTo(800);
        tell(K + 2, 1_000);
        read(K + 2, 930);
        assertThat(session.learnedLimitWh()).isEqualTo(930);
        // told less than it can take, it tells nothing
        tell(K + 3, 400);
        read(K + 3, 400);
        assertThat(session.learnedLimitWh()).isEqualTo(930);
        tell(K + 4, 1_188);
        read(K + 4, 1_188);
        assertThat(session.learnedLimitWh()).isZero();
        assertThat(mostWh(K + 6, 2)).isEqualTo(RATED_WH);
    }

    @Test
    void theLeastPowerOfTheChargePointStays() {
        var session = accept(40_000, 4_140);
        tell(K, 2_000);
        read(K, 2_000);
        tell(K + 1, 2_000);
        read(K + 1, 10);
        assertThat(session.learnedLimitWh()).isEqualTo(10);
        assertThat(mostWh(K + 3, 2)).isEqualTo(1_035);
    }

    @Test
    void aReadingThatCoversMoreThanItsTimestepTellsNothing() {
        var session = accept(40_000, 0);
        tell(K, 2_000);
        read(K, 2_000);
        tell(K + 1, 2_000);
        tell(K + 2, 2_000);
        // that of K + 1 is missing
        read(K + 2, 1_500);
        assertThat(session.learnedLimitWh()).isZero();
        tell(K + 3, 2_000);
        read(K + 3, 1_500);
        assertThat(session.learnedLimitWh()).isEqualTo(1_500);
        tell(K + 5, 2_000);
        // no limit is lifted by what two timesteps brought
        read(K + 5, 3_000);
        assertThat(session.learnedLimitWh()).isEqualTo(1_500);
    }

    @Test
    void aCarThatWantsLessThanItsSetpointTellsNothing() {
        var session = accept(3_000, 0);
        tell(K, 2_000);
        read(K, 2_000);
        // a plan that did not know better
        tell(K + 1, 2_000);
        read(K + 1, 900);
        assertThat(session.learnedLimitWh()).isZero();
    }

    @Test
    void aCarThatLeftInTheTimestepTellsNothing() {
        var session = accept(40_000, 0);
        tell(K, 2_000);
        read(K, 2_000);
        tell(K + 1, 2_000);
        state.apply(new LedgerEvent.SessionEnded(1, 0, K + 1, 0));
        read(K + 1, 900);
        assertThat(session.deliveredWh()).isEqualTo(2_900);
        assertThat(session.learnedLimitWh()).isZero();
    }

    @Test
    void aTimestepWithoutAFinalPlanTellsNoLimit() {
        var session = accept(40_000, 0);
        tell(K, 2_000);
        read(K, 2_000);
        state.apply(new LedgerEvent.FallbackDeclared(K + 1, 1));
        read(K + 1, 0);
        assertThat(session.learnedLimitWh()).isZero();
    }

    /** Whatever is missing, and whenever it came: its limit would be somebody else's. */
    @Test
    void aCarThatTakesWhatItIsToldIsNeverLimited() {
        for (int seed = 0; seed < 300; seed++) {
            var random = new Random(seed);
            var test = new LearnedLimitTest();
            int wantedWh = 1 + random.nextInt(80_000);
            var session = test.accept(wantedWh, 0);
            int comes = K + random.nextInt(4);
            int leftWh = wantedWh;
            int unreadWh = 0;
            for (int t = K; t < K + 60; t++) {
                int toldWh = random.nextInt(RATED_WH + 1);
                if (random.nextInt(6) == 0) {
                    test.state.apply(new LedgerEvent.FallbackDeclared(t, 1));
                } else {
                    test.tell(t, toldWh);
                }
                double there = t < comes ? 0 : t == comes ? random.nextDouble() : 1;
                int takenWh = (int) Math.min(leftWh, there * toldWh);
                leftWh -= takenWh;
                unreadWh += takenWh;
                if (random.nextInt(6) > 0) {
                    test.read(t, unreadWh);
                    unreadWh = 0;
                }
                assertThat(session.learnedLimitWh())
                        .as("seed %d, timestep %d", seed, t - K)
                        .isZero();
            }
        }
    }

    /** Plans that go by what was learned, two timesteps later, as they do. @return what the car took, by timestep */
    private int[] drive(int minPowerW, int[] roomWh, IntUnaryOperator... car) {
        accept(1_000_000, minPowerW);
        var takenWh = new int[roomWh.length];
        int mostWh = RATED_WH;
        for (int t = 0; t < roomWh.length; t++) {
            int nextMaxWh = mostWh(K + t + 1, 2);
            int toldWh = Math.min(roomWh[t], mostWh);
            tell(K + t, toldWh);
            takenWh[t] = car[Math.min(t, car.length - 1)].applyAsInt(toldWh);
            read(K + t, takenWh[t]);
            mostWh = nextMaxWh;
        }
        return takenWh;
    }

    private static int[] room(int steps, int wh) {
        var room = new int[steps];
        Arrays.fill(room, wh);
        return room;
    }

    @Test
    void plansFollowASlowCarAndNoFurther() {
        var taken = drive(4_140, room(40, RATED_WH), told -> Math.min(told, 1_840));
        assertThat(taken).containsOnly(1_840);
        assertThat(mostWh(K + 41, 2)).isEqualTo(2_300);
    }

    /** Cars keep a little below what they are told; plans must not follow them down. */
    @Test
    void aCarThatKeepsALittleBelowItsSetpointIsNotCutDown() {
        var taken = drive(4_140, room(60, RATED_WH), told -> told * 19 / 20);
        assertThat(taken).containsOnly(RATED_WH * 19 / 20);
    }

    /** A limit of few amperes, learned while there was little room, must not outlast it. */
    @Test
    void roundingToWholeAmperesIsNoLimit() {
        for (int amperes = 6; amperes < 32; amperes++) {
            var room = room(30, RATED_WH);
            Arrays.fill(room, 0, 10, (int) ((amperes + 0.9) * AMPERE_WH));
            var taken =
                    new LearnedLimitTest().drive(4_140, room, told -> (int) (Math.floor(told / AMPERE_WH) * AMPERE_WH));
            assertThat(taken[29]).as("from %d A", amperes).isEqualTo((int) (31 * AMPERE_WH));
        }
    }

    @Test
    void aCarThatPausedGetsItsPowerBack() {
        IntUnaryOperator takes = told -> told;
        IntUnaryOperator pauses = told -> 0;
        var taken = drive(
                4_140, room(12, RATED_WH), takes, takes, pauses, pauses, pauses, takes, takes, takes, takes, takes);
        assertThat(taken).startsWith(RATED_WH, RATED_WH, 0, 0, 0).endsWith(RATED_WH, RATED_WH, RATED_WH);
    }
}

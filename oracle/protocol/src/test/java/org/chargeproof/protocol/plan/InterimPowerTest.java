package org.chargeproof.protocol.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.protocol.encoding.Setpoints;
import org.chargeproof.protocol.ledger.ChargePoint;
import org.chargeproof.protocol.ledger.LedgerEvent;
import org.chargeproof.protocol.ledger.LedgerEvent.MeterEntry;
import org.chargeproof.protocol.ledger.LedgerEvent.PowerGranted;
import org.chargeproof.protocol.ledger.LedgerState;
import org.chargeproof.protocol.time.NetworkParameters;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What must hold whatever the rules of "Interim power" in docs/reference/inputs.md come to in detail. */
class InterimPowerTest {
    private static final int HISTORIES = 200;
    private static final int TIMESTEPS = 30;
    private static final int PER_HOUR = 4;
    private static final int K = 2_000_000;

    private static final InputBuilder BUILDER = new InputBuilder(new NetworkParameters(900, 60, 5, PER_HOUR, 2, 3));

    private final LedgerState state = new LedgerState();
    private final List<LedgerEvent> events = new ArrayList<>();
    private final List<PowerGranted> all = new ArrayList<>();
    private int sessions;

    @Test
    void neverGivesMoreThanAGroupHasNorTheSameTwice() {
        int grants = 0;
        int shared = 0;
        for (int seed = 0; seed < HISTORIES; seed++) {
            var fold = new LedgerState();
            var finalPlans = new HashSet<Integer>();
            var once = new HashSet<List<Integer>>();
            // by charge point and timestep
            var held = new HashMap<List<Integer>, PowerGranted>();
            var ended = new HashMap<Integer, Integer>();
            for (var event : new RandomHistory(seed, TIMESTEPS).events) {
                if (event instanceof LedgerEvent.PlanFinal e) {
                    finalPlans.add(e.timestep());
                }
                if (event instanceof LedgerEvent.SessionEnded e) {
                    ended.put(e.session(), e.timestep());
                }
                var granted = fold.apply(event);
                for (var power : granted) {
                    var as = "seed %d, %s".formatted(seed, power);
                    assertThat(finalPlans).as(as).contains(power.timestep());
                    assertThat(once.add(List.of(power.session(), power.timestep())))
                            .as(as)
                            .isTrue();
                    var session = Objects.requireNonNull(fold.session(power.session()));
                    assertThat(session.isReservation() && !session.accepted())
                            .as(as)
                            .isFalse();
                    var before = held.put(List.of(power.chargePoint(), power.timestep()), power);
                    assertThat(before == null || endedBefore(before, ended))
                            .as(as)
                            .isTrue();
                }
                for (var power : granted) {
                    var group = fold.chargePoints().get(power.chargePoint()).group();
                    var forecast = group.forecast(power.timestep());
                    int reservedWh = forecast == null
                            ? Math.ceilDiv(group.otherEquipmentMaxW(), PER_HOUR)
                            : forecast.reservedLoadWh();
                    assertThat(drawnW(fold, held, ended, power) + (long) PER_HOUR * reservedWh)
                            .as("seed %d, %s", seed, power)
                            .isLessThanOrEqualTo(group.limitW());
                    shared += drawnW(fold, held, ended, power) > power.powerW() ? 1 : 0;
                }
                grants += granted.size();
            }
        }
        assertThat(grants).isGreaterThan(10 * HISTORIES);
        assertThat(shared).isGreaterThan(HISTORIES);
    }

    private static boolean endedBefore(PowerGranted power, Map<Integer, Integer> ended) {
        return ended.getOrDefault(power.session(), Integer.MAX_VALUE) < power.timestep();
    }

    /** What all charge points of a group may draw at one second of a timestep, removed ones too. */
    private static long drawnW(
            LedgerState fold, Map<List<Integer>, PowerGranted> held, Map<Integer, Integer> ended, PowerGranted power) {
        var group = fold.chargePoints().get(power.chargePoint()).group();
        var told = Objects.requireNonNull(fold.planRecord(power.timestep()).finalPost())
                .setpoints();
        long sumW = 0;
        for (var chargePoint : fold.chargePoints()) {
            if (chargePoint.group() != group) {
                continue;
            }
            int toldW = Setpoints.read(told, chargePoint.id()) * PER_HOUR;
            int leastW = Math.min(chargePoint.minPowerW(), chargePoint.ratedPowerW() / PER_HOUR * PER_HOUR);
            var of = held.get(List.of(chargePoint.id(), power.timestep()));
            int heldW = of == null || endedBefore(of, ended) ? 0 : of.powerW();
            sumW += Math.max(toldW == 0 ? 0 : Math.max(toldW, leastW), heldW);
        }
        return sumW;
    }

    @Test
    void firstComeFirstServed() {
        network(30_000);
        plan(K, 2_000, 0, 0);
        // 30,000 W less 4 * 2,501 Wh of other equipment and 8,000 W that the first charge point is told, whole Wh
        assertThat(request(1, 60_000, K, K + 1, K + 1, K + 9, true)).containsExactly(granted(1, 1, K, 11_000));
        // 996 W are left: less than the least current
        assertThat(request(2, 60_000, K, K + 1, K + 1, K + 9, true)).isEmpty();
        assertThat(chargePoint(1).interimW(K)).isEqualTo(11_000);
    }

    @Test
    void whoWantsLittleIsGivenAsMuchAsGivesItInAQuarter() {
        network(60_000);
        plan(K, 0, 0, 0);
        assertThat(request(1, 500, K, K + 1, K + 1, K + 9, true)).containsExactly(granted(1, 1, K, 8_000));
    }

    @Test
    void withoutAFinalPlanThereIsNothing() {
        network(60_000);
        assertThat(request(0, 60_000, K, K + 1, K + 1, K + 9, true)).isEmpty();
        add(new LedgerEvent.FallbackDeclared(K, 1));
        assertThat(request(1, 60_000, K, K + 1, K + 1, K + 9, true)).isEmpty();
    }

    /** Nothing but the plan that comes last in the gate tells how much there is. */
    @Test
    void whoAsksInTheGateIsServedOnceThePlanIsFinal() {
        network(60_000);
        plan(K, 0, 0, 0);
        assertThat(request(1, 60_000, K, K + 2, K + 2, K + 9, true)).containsExactly(granted(1, 1, K, 11_000));
        assertThat(plan(K + 1, 2_000, 0, 0)).containsExactly(granted(1, 1, K + 1, 11_000));
        assertThat(request(2, 60_000, K, K + 2, K + 2, K + 9, true))
                .containsExactly(granted(2, 2, K, 22_000), granted(2, 2, K + 1, 22_000));
    }

    @Test
    void reservationsGetNone() {
        network(60_000);
        plan(K, 0, 0, 0);
        assertThat(request(1, 60_000, K, K + 1, K + 4, K + 9, true)).isEmpty();
        assertThat(plan(K + 1, 0, 0, 0)).isEmpty();
    }

    @Test
    void whoDoesNotJoinGetsItAsOthersDo() {
        network(60_000);
        plan(K, 0, 0, 0);
        assertThat(request(1, 20_000, K, K + 1, K + 1, K + 9, false)).containsExactly(granted(1, 1, K, 11_000));
    }

    /** Accounts are free: coming back under another name in the same timestep brings nothing. */
    @Test
    void whoRequestsAndWithdrawsInALoopGetsAChargePointOnceInATimestep() {
        network(60_000);
        plan(K, 0, 0, 0);
        var looped = new ArrayList<PowerGranted>();
        for (int i = 0; i < 50; i++) {
            looped.addAll(request(i % 2, 60_000, K, K + 1, K + 1, K + 9, true));
            end(sessions, i % 2, K);
        }
        assertThat(looped).hasSize(2);
        // what they may have drawn stays taken, so that the group keeps its limit
        assertThat(request(2, 60_000, K, K + 1, K + 1, K + 9, true)).containsExactly(granted(51, 2, K, 16_995));
        plan(K + 1, 0, 0, 0);
        assertThat(request(0, 60_000, K + 1, K + 2, K + 2, K + 9, true)).hasSize(1);
    }

    @Test
    void theChargePointOfOneThatLeftBeforeTheTimestepIsFreeInIt() {
        network(60_000);
        plan(K, 0, 0, 0);
        plan(K + 1, 0, 0, 0);
        assertThat(request(1, 60_000, K, K + 2, K + 2, K + 9, true)).hasSize(2);
        end(1, 1, K);
        assertThat(request(1, 500, K, K + 2, K + 2, K + 9, true)).containsExactly(granted(2, 1, K + 1, 8_000));
        assertThat(Objects.requireNonNull(chargePoint(1).interim(K + 1))
                        .session()
                        .id())
                .isEqualTo(2);
    }

    /** What the plan told the car before may still run there. */
    @Test
    void whatARemovedChargePointWasToldGoesToNobody() {
        network(30_000);
        add(requested(++sessions, 0, 20_000, K - 1, K, K, K + 9, true));
        plan(K, 4_000, 0, 0);
        add(new LedgerEvent.RequestDecided(1, K, true, 0, 0, 0));
        end(1, 0, K);
        add(new LedgerEvent.ChargePointRemoved(0));
        // 7,500 - 2,501 - 4,000 Wh
        assertThat(request(1, 60_000, K, K + 1, K + 1, K + 9, true)).containsExactly(granted(2, 1, K, 3_996));
    }

    @Test
    void aLoweredLimitTakesNothingBackAndGivesNoMore() {
        network(60_000);
        plan(K, 0, 0, 0);
        request(1, 60_000, K, K + 1, K + 1, K + 9, true);
        add(new LedgerEvent.GroupLimitChanged(0, 15_000));
        assertThat(request(2, 60_000, K, K + 1, K + 1, K + 9, true)).isEmpty();
        assertThat(chargePoint(1).interimW(K)).isEqualTo(11_000);
    }

    @Test
    void aSlowerCarIsNotBehindForAGrant() {
        network(60_000);
        meter(K - 1, 0);
        plan(K, 0, 0, 0);
        request(1, 20_000, K, K + 1, K + 1, K + 9, true);
        plan(K + 1, 0, 1_000, 0);
        add(new LedgerEvent.RequestDecided(1, K + 1, true, 15_000, 0, 0));
        meter(K, 300);
        var session = Objects.requireNonNull(state.session(1));
        assertThat(session.deliveredWh()).isEqualTo(300);
        assertThat(session.isBehind()).isFalse();
        assertThat(session.learnedLimitWh()).isZero();
        // 15,000 less what it had and what its first plan tells it
        assertThat(session.remainingWh()).isEqualTo(13_700);
        meter(K + 1, 700);
        assertThat(session.isBehind()).isTrue();
    }

    @Test
    void aRefusedRequestKeepsItsPowerUntilItsTimestepEnds() {
        network(60_000);
        meter(K - 1, 0);
        plan(K, 0, 0, 0);
        request(1, 60_000, K, K + 1, K + 1, K + 9, true);
        assertThat(plan(K + 1, 0, 0, 0)).isEmpty();
        add(new LedgerEvent.RequestDecided(1, K + 1, false, 0, 0, 0));
        assertThat(chargePoint(1).interimW(K)).isEqualTo(11_000);
        assertThat(chargePoint(1).interimW(K + 1)).isZero();
        // its place in K is nobody else's, the next one is
        assertThat(request(1, 60_000, K, K + 2, K + 2, K + 9, true)).containsExactly(granted(2, 1, K + 1, 11_000));
        meter(K, 400);
        assertThat(chargePoint(1).metered(K)).isEqualTo(new ChargePoint.Metered(1, 400));
    }

    @Test
    void aStayWithoutAWholeTimestepIsServedUntilItsDeparture() {
        network(60_000);
        plan(K, 0, 0, 0);
        assertThat(request(1, 6_000, K, K + 1, K + 1, K + 1, true)).containsExactly(granted(1, 1, K, 11_000));
        assertThat(plan(K + 1, 0, 0, 0)).containsExactly(granted(1, 1, K + 1, 11_000));
        assertThat(plan(K + 2, 0, 0, 0)).isEmpty();
    }

    /** The part of a timestep in which a stay ends. */
    @Test
    void whoLacksEnergyAtItsDepartureGetsItsLastPart() {
        network(60_000);
        meter(K - 1, 0);
        add(requested(++sessions, 1, 4_500, K - 1, K, K, K + 2, true));
        add(requested(++sessions, 2, 3_000, K - 1, K, K, K + 2, true));
        plan(K, 0, 2_000, 2_000);
        add(new LedgerEvent.RequestDecided(1, K, true, 4_000, 0, 0));
        add(new LedgerEvent.RequestDecided(2, K, true, 3_000, 0, 0));
        assertThat(plan(K + 1, 0, 2_000, 1_000)).isEmpty();
        // session 1 wanted 500 Wh more than it was promised, session 2 will have all
        assertThat(plan(K + 2, 0, 0, 0)).containsExactly(granted(1, 1, K + 2, 8_000));
        assertThat(plan(K + 3, 0, 0, 0)).isEmpty();
    }

    /** What it drew may be what another one drew, so that only its own power counts. */
    @Test
    void aMissingReportGivesNoMoreThanItsPowerCanHaveBeen() {
        network(60_000);
        meter(K - 2, 0);
        plan(K, 0, 0, 0);
        request(1, 20_000, K, K + 1, K + 1, K + 9, true);
        meter(K, 9_000);
        assertThat(Objects.requireNonNull(state.session(1)).deliveredWh()).isEqualTo(2_750);
    }

    @Test
    void whatAWrongPlanToldARequestIsNoSetpointOfIts() {
        network(60_000);
        meter(K - 1, 0);
        request(1, 20_000, K, K + 1, K + 1, K + 1, true);
        assertThat(plan(K + 1, 0, 500, 0)).containsExactly(granted(1, 1, K + 1, 11_000));
        meter(K + 1, 9_000);
        assertThat(Objects.requireNonNull(state.session(1)).deliveredWh()).isEqualTo(2_750);
    }

    /** Nothing is kept of what is long ago. */
    @ParameterizedTest
    @CsvSource({"8, 20000", "9, 3000"})
    void aGrantIsForgottenWithOneMoreThanEightTimestepsLater(int stay, int deliveredWh) {
        network(60_000);
        meter(K - 1, 0);
        plan(K, 0, 0, 0);
        assertThat(request(1, 60_000, K, K + 1, K + 1, K + stay, true)).hasSize(1);
        plan(K + 1, 0, 250, 0);
        add(new LedgerEvent.RequestDecided(1, K + 1, true, 250, 0, 0));
        assertThat(plan(K + stay, 0, 0, 0)).containsExactly(granted(1, 1, K + stay, 11_000));
        meter(K + stay, 20_000);
        assertThat(Objects.requireNonNull(state.session(1)).deliveredWh()).isEqualTo(deliveredWh);
    }

    /** Each of these small histories against the book, too. */
    @AfterEach
    void byTheBook() {
        assertThat(InterimByTheBook.grants(events).stream()
                        .map(InterimByTheBook.Grant::power)
                        .toList())
                .isEqualTo(all);
        for (int timestep = K; !events.isEmpty() && timestep < K + 12; timestep++) {
            for (int version = InputVersion.FIRST; version <= InputVersion.LATEST; version++) {
                assertThat(BUILDER.inputs(state, timestep, version))
                        .isEqualTo(
                                new InputsByTheBook(events, version, InterimByTheBook.grants(events)).inputs(timestep));
            }
        }
    }

    private void network(int limitW) {
        var address = Bytes.repeat((byte) 1, 20);
        add(new LedgerEvent.NetworkLinked(
                LedgerEvent.NetworkLinked.PROTOCOL,
                address,
                address,
                address,
                address,
                1,
                K - 10,
                900,
                60,
                5,
                PER_HOUR,
                2,
                3));
        add(new LedgerEvent.GroupRegistered(0, 1, limitW, 10_001, 0, 0));
        add(new LedgerEvent.ChargePointRegistered(0, 0, 1, 22_001, 4_141, "NO*OPR*E0"));
        add(new LedgerEvent.ChargePointRegistered(1, 0, 1, 11_000, 0, "NO*OPR*E1"));
        add(new LedgerEvent.ChargePointRegistered(2, 0, 1, 22_000, 1_380, "NO*OPR*E2"));
    }

    private List<PowerGranted> request(
            int chargePoint, int energyWh, int timestep, int first, int arrival, int departure, boolean joins) {
        return add(requested(++sessions, chargePoint, energyWh, timestep, first, arrival, departure, joins));
    }

    private static LedgerEvent requested(
            int session,
            int chargePoint,
            int energyWh,
            int timestep,
            int first,
            int arrival,
            int departure,
            boolean joins) {
        return new LedgerEvent.ChargingRequested(
                session,
                chargePoint,
                Bytes.repeat((byte) session, 20),
                1,
                energyWh,
                joins ? 1 : energyWh,
                arrival,
                departure,
                joins,
                first,
                timestep);
    }

    private void end(int session, int chargePoint, int timestep) {
        add(new LedgerEvent.SessionEnded(session, chargePoint, timestep, 0));
    }

    /** A register of charge point 1. */
    private void meter(int timestep, int registerWh) {
        add(new LedgerEvent.MetersReported(1, timestep, List.of(new MeterEntry(1, registerWh, 0, 2))));
    }

    private List<PowerGranted> plan(int timestep, int... setpointsWh) {
        add(new LedgerEvent.PlanPosted(
                timestep,
                1,
                0,
                1,
                Bytes32.ZERO,
                Bytes32.ZERO,
                Bytes32.ZERO,
                Bytes32.ZERO,
                Setpoints.pack(setpointsWh),
                Bytes.EMPTY));
        return add(new LedgerEvent.PlanFinal(timestep, 0, 1, 1));
    }

    private static PowerGranted granted(int session, int chargePoint, int timestep, int powerW) {
        return new PowerGranted(session, chargePoint, timestep, powerW);
    }

    private ChargePoint chargePoint(int id) {
        return state.chargePoints().get(id);
    }

    private List<PowerGranted> add(LedgerEvent event) {
        events.add(event);
        var granted = state.apply(event);
        all.addAll(granted);
        return granted;
    }
}

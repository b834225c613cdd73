package org.chargeproof.oracle.site;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.api.OperatorInputs;
import org.chargeproof.api.OperatorInputs.ForecastStep;
import org.chargeproof.protocol.ledger.LedgerEvent;
import org.chargeproof.protocol.ledger.LedgerState;
import org.chargeproof.protocol.time.BlockHeader;
import org.chargeproof.protocol.time.NetworkParameters;
import org.chargeproof.site.file.SiteFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is published in place of what a HEMS puts in, and what it is told to do. */
class SitePlansTest {
    private static final int NOW = 1_978_080;
    private static final int MOST_WH = 10_000;
    private static final NetworkParameters PARAMETERS = new NetworkParameters(900, 60, 6, 4, 2, 3);
    private static final String SITE = """
            {"groups": [{"group": 0, "battery": {"battery": 0, "capacityWh": 20000, "chargeW": 8000, "efficiencyPercent": 100}},
             {"group": 1, "phases": {"limitW": 11040, "chargePoints": {"E2": "L1", "E3": "L2"}}}]}
            """;

    @TempDir
    private Path folder;

    private final LedgerState state = new LedgerState();
    private final Ledger ledger = new Ledger();
    private BatteryReading onLedger = new BatteryReading(0, 0);
    private SitePlans plans;
    private long block = 1;
    private int nextGate = NOW;

    /** Takes all, and has it in the next block. */
    private final class Ledger implements OperatorInputs {
        final List<LedgerEvent.ForecastPublished> waiting = new ArrayList<>();
        final List<LedgerEvent.ForecastPublished> all = new ArrayList<>();
        int firmPvWh = -1;
        Outcome outcome = new Sent("0x1");

        @Override
        public CompletableFuture<Outcome> reportGroup(int group, int timestep, int loadWh, int pvWh, int firm) {
            firmPvWh = firm;
            return CompletableFuture.completedFuture(outcome);
        }

        @Override
        public CompletableFuture<Outcome> publishForecast(int group, int fromTimestep, List<ForecastStep> steps) {
            var event = new LedgerEvent.ForecastPublished(
                    group,
                    fromTimestep,
                    steps.stream()
                            .map(s -> new LedgerEvent.ForecastStep(
                                    s.expectedLoadWh(), s.reservedLoadWh(), s.expectedPvWh(), s.greenClass()))
                            .toList());
            waiting.add(event);
            all.add(event);
            return CompletableFuture.completedFuture(outcome);
        }

        @Override
        public CompletableFuture<Outcome> reportBattery(int battery, int timestep, int storedWh, int powerW) {
            onLedger = new BatteryReading(timestep, storedWh);
            return CompletableFuture.completedFuture(outcome);
        }

        void mine() {
            waiting.forEach(state::apply);
            waiting.clear();
        }
    }

    @BeforeEach
    void begin() {
        for (int g = 0; g < 3; g++) {
            state.apply(new LedgerEvent.GroupRegistered(g, 1, 88_000, 4 * MOST_WH, 0, 0));
        }
        for (int p = 0; p < 2; p++) {
            state.apply(new LedgerEvent.ChargePointRegistered(p, 0, 1, 44_000, 0, "E" + p));
        }
        for (int p = 2; p < 6; p++) {
            state.apply(new LedgerEvent.ChargePointRegistered(p, 1, 1, 11_040, 0, "E" + p));
        }
        start();
    }

    private void start() {
        plans = new SitePlans(
                SiteFile.parse(SITE.getBytes(StandardCharsets.UTF_8), "site"),
                ledger,
                PARAMETERS,
                () -> state,
                battery -> onLedger,
                folder);
    }

    /** The first block behind a gate settles what was known before it. */
    private void act(int timestep, int second) {
        for (; PARAMETERS.startOf(timestep) + second >= PARAMETERS.gateOf(nextGate); nextGate++) {
            plans.gateClosed(nextGate + 1);
        }
        plans.act(new BlockHeader(block++, Bytes32.ZERO, PARAMETERS.startOf(timestep) + second));
    }

    private OperatorInputs.Outcome put(int group, int from, List<ForecastStep> steps, int timestep, int second) {
        var outcome = plans.publishForecast(group, from, steps);
        act(timestep, second);
        assertThat(outcome).isDone();
        return outcome.join();
    }

    private static List<ForecastStep> steps(int expectedWh, int reservedWh) {
        return Collections.nCopies(192, new ForecastStep(expectedWh, reservedWh, 0, 3));
    }

    /** Little load for four hours, and then much. */
    private static List<ForecastStep> rising() {
        var steps = new ArrayList<ForecastStep>(Collections.nCopies(16, new ForecastStep(500, 1_000, 0, 3)));
        steps.addAll(Collections.nCopies(176, new ForecastStep(5_000, 6_000, 0, 3)));
        return steps;
    }

    /** A forecast, and a battery that is told of. */
    private void open(int storedWh) {
        act(NOW, 1);
        assertThat(put(0, NOW + 1, rising(), NOW, 2)).isInstanceOf(OperatorInputs.Sent.class);
        ledger.mine();
        tell(NOW + 1, storedWh);
    }

    private void tell(int timestep, int storedWh) {
        assertThat(plans.reportBattery(0, timestep - 1, storedWh, 0)).isCompleted();
        assertThat(plans.hasNews()).isTrue();
        act(timestep, 3);
        ledger.mine();
        act(timestep, 10);
    }

    private LedgerEvent.ForecastStep published(int group, int timestep) {
        var step = state.groups().get(group).forecast(timestep);
        assertThat(step).isNotNull();
        return step;
    }

    @Test
    void theBatteryRunsAsItWasPublished() {
        open(4_000);
        act(NOW + 2, 1);
        var plan = plans.batteryPlan(0);
        assertThat(plan.state()).isEqualTo("PLANNED");
        assertThat(plan.timestep()).isEqualTo(NOW + 2);
        // it fills before the load comes
        assertThat(plan.energyWh()).isBetween(1, 2_000);
        assertThat(plan.powerW()).isEqualTo(4 * plan.energyWh());
        var step = published(0, NOW + 2);
        assertThat(step.expectedLoadWh()).isEqualTo(500 + plan.energyWh());
        assertThat(step.reservedLoadWh()).isEqualTo(1_000 + plan.energyWh());
        assertThat(step.greenClass()).isEqualTo(3);
        assertThat(plan.steps()).hasSize(96);
        assertThat(plan.steps().getFirst().timestep()).isEqualTo(NOW + 2);
        assertThat(plan.steps().getFirst().batteryWh()).isEqualTo(plan.energyWh());
        // what it stores follows what it was told, before anybody has measured it
        tell(NOW + 2, 4_000);
        assertThat(plans.batteryPlan(0).steps().getFirst().storedWh())
                .isEqualTo(4_000
                        + plan.energyWh()
                        + plans.batteryPlan(0).steps().getFirst().batteryWh());
        assertThat(plans.batteryPlan(1)).isNull();
        assertThat(plans.batteryPlan(2)).isNull();
    }

    @Test
    void whatIsNotOnTheLedgerBeforeTheGateIsNotRun() {
        open(4_000);
        assertThat(plans.reportBattery(0, NOW + 1, 4_500, 0)).isCompleted();
        act(NOW + 2, 1);
        act(NOW + 2, 845);
        ledger.mine();
        act(NOW + 2, 850);
        act(NOW + 3, 1);
        assertThat(plans.batteryPlan(0).timestep()).isEqualTo(NOW + 3);
        assertThat(plans.batteryPlan(0).powerW()).isZero();
    }

    /** The oracle looks at every block, but not at every block in time. */
    @Test
    void runsWhatWasOnTheLedgerBeforeTheGateThoughItIsSeenLater() {
        open(4_000);
        assertThat(plans.reportBattery(0, NOW + 1, 4_500, 0)).isCompleted();
        act(NOW + 2, 1);
        assertThat(ledger.waiting).isNotEmpty();
        ledger.mine();
        act(NOW + 2, 850);
        act(NOW + 3, 1);
        var plan = plans.batteryPlan(0);
        assertThat(plan.energyWh()).isPositive();
        assertThat(published(0, NOW + 3).reservedLoadWh()).isEqualTo(1_000 + plan.energyWh());
    }

    /** A second forecast in the same timestep comes too late, or is seen too late: plans go by what the ledger had, and so does the battery. */
    @Test
    void ofTwoProposalsTheOneThatPlansGoByIsRun() {
        open(4_000);
        assertThat(plans.reportBattery(0, NOW + 1, 4_500, 0)).isCompleted();
        act(NOW + 2, 1);
        ledger.mine();
        act(NOW + 2, 10);
        var first = published(0, NOW + 3);
        int firstWh = first.reservedLoadWh() - 1_000;
        assertThat(firstWh).isPositive();
        put(0, NOW + 3, steps(5_000, 6_000), NOW + 2, 400);
        assertThat(ledger.waiting).isNotEmpty();
        act(NOW + 2, 850);
        ledger.mine();
        act(NOW + 3, 1);
        assertThat(plans.batteryPlan(0).energyWh()).isEqualTo(firstWh);

        tell(NOW + 3, 6_000);
        int secondWh = published(0, NOW + 4).expectedLoadWh() - 5_000;
        put(0, NOW + 4, rising(), NOW + 3, 400);
        int thirdWh = ledger.waiting.getFirst().steps().getFirst().expectedLoadWh() - 500;
        assertThat(thirdWh).isPositive().isNotEqualTo(secondWh);
        ledger.mine();
        act(NOW + 3, 850);
        act(NOW + 4, 1);
        assertThat(plans.batteryPlan(0).energyWh()).isEqualTo(thirdWh);
    }

    @Test
    void anOracleThatIsKilledBeforeTheGateKnowsWhatItHadSent() {
        open(4_000);
        assertThat(plans.reportBattery(0, NOW + 1, 4_500, 0)).isCompleted();
        act(NOW + 2, 1);
        ledger.mine();
        start();
        // the gate before the running timestep is told again
        act(NOW + 3, 1);
        assertThat(plans.batteryPlan(0).energyWh())
                .isEqualTo(published(0, NOW + 3).reservedLoadWh() - 1_000)
                .isPositive();
        int toldWh = plans.batteryPlan(0).energyWh();
        start();
        plans.gateClosed(NOW + 3);
        act(NOW + 3, 2);
        assertThat(plans.batteryPlan(0).energyWh()).isEqualTo(toldWh);
    }

    @Test
    void whatABatteryGivesMakesNoRoom() {
        open(20_000);
        int given = 0;
        for (int t = NOW + 2; t < NOW + 40; t++) {
            act(t, 1);
            var plan = plans.batteryPlan(0);
            int ownWh = t - (NOW + 1) < 16 ? 1_000 : 6_000;
            if (plan.energyWh() < 0) {
                given++;
                assertThat(published(0, t).reservedLoadWh()).isEqualTo(ownWh);
            }
            tell(t, Math.clamp(20_000L - 250L * (t - NOW), 0, 20_000));
        }
        assertThat(given).isPositive();
    }

    @Test
    void aBatteryThatIsNotHeardOfMakesNoRoomAndTakesNone() {
        open(20_000);
        for (int t = NOW + 2; t <= NOW + 2 + GroupPlanning.MOST_SILENT_TIMESTEPS + 1; t++) {
            act(t, 1);
            // half of the time until the gate
            act(t, 421);
            ledger.mine();
            act(t, 500);
        }
        int now = NOW + 2 + GroupPlanning.MOST_SILENT_TIMESTEPS + 1;
        act(now + 1, 1);
        var plan = plans.batteryPlan(0);
        assertThat(plan.state()).isEqualTo("SILENT");
        assertThat(plan.powerW()).isZero();
        assertThat(plan.steps()).isEmpty();
        for (int t = now + 1; t < now + 90; t++) {
            boolean isLow = t - (NOW + 1) < 16;
            assertThat(published(0, t).expectedLoadWh()).isEqualTo(isLow ? 500 : 5_000);
            assertThat(published(0, t).reservedLoadWh()).isEqualTo(isLow ? 1_000 : 6_000);
        }
    }

    @Test
    void goesOnFromTheLedgerAfterARestart() {
        open(4_000);
        int toldWh = plans.batteryPlan(0).steps().getFirst().batteryWh();
        start();
        act(NOW + 2, 1);
        var plan = plans.batteryPlan(0);
        assertThat(plan.energyWh()).isEqualTo(toldWh).isPositive();
        assertThat(plan.heardTimestep()).isEqualTo(NOW);
        assertThat(plan.heardStoredWh()).isEqualTo(4_000);
        tell(NOW + 2, 4_000);
        // made of what was put in, not of what was published
        var next = plans.batteryPlan(0).steps().getFirst();
        assertThat(published(0, NOW + 3).expectedLoadWh()).isEqualTo(500 + next.batteryWh());
        assertThat(next.storedWh()).isEqualTo(4_000 + toldWh + next.batteryWh());
    }

    @Test
    void withoutItsFileItWaitsATimestep() {
        onLedger = new BatteryReading(NOW - 1, 9_000);
        act(NOW, 1);
        put(0, NOW + 1, rising(), NOW, 2);
        ledger.mine();
        act(NOW, 5);
        act(NOW + 1, 1);
        assertThat(plans.batteryPlan(0).energyWh()).isZero();
        assertThat(plans.batteryPlan(0).state()).isIn("WAITING", "PLANNED");
    }

    @Test
    void aForecastTakesNothingFromPromises() {
        act(NOW, 1);
        assertThat(put(0, NOW + 1, steps(500, 1_000), NOW, 2)).isInstanceOf(OperatorInputs.Sent.class);
        state.apply(new LedgerEvent.ChargingRequested(
                1, 0, Bytes.EMPTY, 1, 40_000, 40_000, NOW + 1, NOW + 5, true, NOW + 1, NOW));
        state.apply(new LedgerEvent.RequestDecided(1, NOW + 1, true, 40_000, 0, 0));
        state.apply(new LedgerEvent.ChargingRequested(
                2, 1, Bytes.EMPTY, 1, 40_000, 40_000, NOW + 1, NOW + 5, true, NOW + 1, NOW));
        state.apply(new LedgerEvent.RequestDecided(2, NOW + 1, true, 40_000, 0, 0));
        var refused = put(0, NOW + 1, steps(5_000, 9_000), NOW, 4);
        assertThat(refused).isInstanceOfSatisfying(OperatorInputs.Refused.class, r -> {
            assertThat(r.reason()).isEqualTo(OperatorInputs.Reason.CONFLICT);
            assertThat(r.detail()).contains("would not get what it was promised");
        });
        assertThat(put(0, NOW + 1, steps(400, 900), NOW, 6)).isInstanceOf(OperatorInputs.Sent.class);
    }

    @Test
    void boundsWhatIsPutIn() {
        act(NOW, 1);
        assertThat(put(0, NOW + 1, steps(1, MOST_WH + 1), NOW, 2))
                .isInstanceOfSatisfying(
                        OperatorInputs.Refused.class,
                        r -> assertThat(r.detail()).contains("is 10001", "at most 10000"));
        assertThat(put(0, NOW, steps(1, 2), NOW, 2))
                .isInstanceOfSatisfying(
                        OperatorInputs.Refused.class,
                        r -> assertThat(r.reason()).isEqualTo(OperatorInputs.Reason.CONFLICT));
        for (int i = 0; i < 3; i++) {
            assertThat(put(0, NOW + 1, steps(i, 2 + i), NOW, 2)).isInstanceOf(OperatorInputs.Sent.class);
        }
        assertThat(put(0, NOW + 1, steps(9, 9), NOW, 2))
                .isInstanceOfSatisfying(
                        OperatorInputs.Refused.class,
                        r -> assertThat(r.detail()).contains("3 forecasts", "which is the limit"));
        assertThat(put(0, NOW + 2, steps(9, 9), NOW + 1, 2)).isInstanceOf(OperatorInputs.Sent.class);
    }

    /** Two of four charge points load one phase alone: 2,760 Wh on each are 2,760 + 3 * (2,760 - 2,760) in all. */
    @Test
    void phasesLeaveNoMoreRoomThanTheyHave() {
        act(NOW, 1);
        assertThat(put(1, NOW + 1, steps(500, 1_000), NOW, 2)).isInstanceOf(OperatorInputs.Sent.class);
        ledger.mine();
        for (int t = NOW + 1; t < NOW + 190; t++) {
            assertThat(published(1, t).expectedLoadWh()).isEqualTo(500);
            // all that can be reserved: the rest is said in the log
            assertThat(published(1, t).reservedLoadWh()).isEqualTo(MOST_WH);
        }
        assertThat(plans.reportGroup(1, NOW - 1, 1, 2, 3)).isCompleted();
        assertThat(ledger.firmPvWh).isZero();
        assertThat(plans.reportGroup(0, NOW - 1, 1, 2, 3)).isCompleted();
        assertThat(ledger.firmPvWh).isEqualTo(3);
        state.apply(new LedgerEvent.GroupLimitChanged(1, 44_160));
        act(NOW + 1, 1);
        ledger.mine();
        for (int t = NOW + 2; t < NOW + 90; t++) {
            assertThat(11_040 - published(1, t).reservedLoadWh()).isEqualTo(2_760);
        }
    }

    @Test
    void otherGroupsArePublishedAsTheyAre() {
        var outcome = plans.publishForecast(2, NOW + 1, steps(1, 2));
        assertThat(outcome).isCompleted();
        assertThat(ledger.all.getFirst().group()).isEqualTo(2);
        assertThat(ledger.all.getFirst().steps().getFirst()).isEqualTo(new LedgerEvent.ForecastStep(1, 2, 0, 3));
        assertThat(plans.hasNews()).isFalse();
    }
}

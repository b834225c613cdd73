package org.chargeproof.site.battery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.chargeproof.planner.GroupInput;
import org.chargeproof.planner.GroupInput.Session;
import org.chargeproof.planner.Plan;
import org.chargeproof.planner.Planner;
import org.chargeproof.planner.Policy;
import org.chargeproof.site.battery.StorageInstances.Scale;
import org.chargeproof.site.battery.StorageInstances.Shape;
import org.chargeproof.site.flow.Served;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class StorageTest {
    private static final int LOSSLESS = 100;
    private static final int TINY = 300;
    private static final int MEDIUM = 60;

    private final StoragePlanner storage = new StoragePlanner();
    private final Planner planner = new Planner();

    @ParameterizedTest
    @EnumSource
    void isTheLeastOfAllThatThereAre(Shape shape) {
        int feasible = 0;
        for (long seed = 0; seed < TINY; seed++) {
            var input = StorageInstances.group(seed, Scale.TINY, shape);
            var battery = StorageInstances.battery(seed, Scale.TINY, LOSSLESS);
            var best = Enumeration.best(served(input), battery);
            if (best == null) {
                assertThatThrownBy(() -> storage.plan(input, battery))
                        .as("seed %d", seed)
                        .isInstanceOf(StorageException.class)
                        .hasMessageContaining("minStoredAtEndWh is " + battery.minStoredAtEndWh());
                continue;
            }
            feasible++;
            assertThat(storage.plan(input, battery).gridWh())
                    .as("seed %d: %s in %s", seed, battery, Enumeration.describe(input))
                    .containsExactly(best);
        }
        assertThat(feasible).isGreaterThan(TINY / 2);
    }

    @ParameterizedTest
    @EnumSource
    void hasTheLeastPeakOfALinearProgram(Shape shape) {
        for (long seed = 0; seed < MEDIUM; seed++) {
            var input = StorageInstances.group(seed, Scale.MEDIUM, shape);
            var battery = StorageInstances.battery(seed, Scale.MEDIUM, LOSSLESS);
            double leastWh = LeastPeakProgram.leastPeakWh(served(input), battery);
            if (Double.isNaN(leastWh)) {
                assertThatThrownBy(() -> storage.plan(input, battery)).isInstanceOf(StorageException.class);
            } else {
                assertThat((double) storage.plan(input, battery).peakWh())
                        .as("seed %d", seed)
                        .isCloseTo(leastWh, within(1.0));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void thePlannerPlansOnTheSchedule(Shape shape) {
        for (long seed = 0; seed < MEDIUM; seed++) {
            for (int efficiencyPercent : new int[] {LOSSLESS, 85}) {
                var input = StorageInstances.group(seed, Scale.MEDIUM, shape);
                var battery = feasible(StorageInstances.battery(seed, Scale.MEDIUM, efficiencyPercent));
                var without = planner.plan(input);
                var schedule = storage.plan(input, battery);
                var frozen = schedule.freeze(input);
                var with = planner.plan(frozen);

                assertThat(energyOf(with)).as("seed %d", seed).isEqualTo(energyOf(without));
                assertThat(gridWh(frozen, with)).as("seed %d", seed).containsExactly(schedule.gridWh());
                int[] reservedWh = frozen.reservedLoadWh();
                int[] chargingWh = with.aggregateWh();
                int[] roomWh = served(input).capWh();
                for (int t = 0; t < chargingWh.length; t++) {
                    if (input.reservedLoadWh()[t] >= input.expectedLoadWh()[t]) {
                        assertThat(reservedWh[t]).isGreaterThanOrEqualTo(frozen.expectedLoadWh()[t]);
                    }
                    // also when the battery does not give what it is to
                    assertThat(chargingWh[t] + Math.max(0, schedule.batteryWh()[t]))
                            .as("seed %d, step %d", seed, t)
                            .isLessThanOrEqualTo(roomWh[t]);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void noPromiseDependsOnTheBattery(Shape shape) {
        for (long seed = 0; seed < MEDIUM; seed++) {
            var input = withRequests(seed, StorageInstances.group(seed, Scale.MEDIUM, shape));
            var battery = feasible(StorageInstances.battery(seed, Scale.MEDIUM, LOSSLESS));
            var without = planner.plan(input);
            var schedule = storage.plan(input, battery);
            var with = energyOf(planner.plan(schedule.freeze(input)));
            energyOf(without)
                    .forEach((sessionId, energyWh) ->
                            assertThat(with.getOrDefault(sessionId, 0)).isGreaterThanOrEqualTo(energyWh));
        }
    }

    @ParameterizedTest
    @EnumSource
    void contentAndPowerStayInTheirLimits(Shape shape) {
        for (long seed = 0; seed < MEDIUM / 4; seed++) {
            for (int efficiencyPercent : new int[] {LOSSLESS, 97, 60, 1}) {
                var battery = feasible(StorageInstances.battery(seed, Scale.MEDIUM, efficiencyPercent));
                var plan = storage.plan(StorageInstances.group(seed, Scale.MEDIUM, shape), battery);
                int storedWh = battery.storedWh();
                for (int t = 0; t < plan.batteryWh().length; t++) {
                    int flowWh = plan.batteryWh()[t];
                    assertThat(flowWh).isBetween(-battery.maxDischargeWhPerStep(), battery.maxChargeWhPerStep());
                    storedWh += flowWh < 0 ? flowWh : flowWh * efficiencyPercent / 100;
                    assertThat(plan.storedWh()[t]).isEqualTo(storedWh).isBetween(0, battery.capacityWh());
                }
                assertThat(storedWh).isGreaterThanOrEqualTo(battery.minStoredAtEndWh());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void lossesCostAndRoundingHardly(Shape shape) {
        for (long seed = 0; seed < MEDIUM; seed++) {
            var input = StorageInstances.group(seed, Scale.MEDIUM, shape);
            var lossless = feasible(StorageInstances.battery(seed, Scale.MEDIUM, LOSSLESS));
            var lossy = feasible(StorageInstances.battery(seed, Scale.MEDIUM, 80));
            int peakWh = storage.plan(input, lossy).peakWh();
            assertThat(peakWh)
                    .isGreaterThanOrEqualTo(storage.plan(input, lossless).peakWh());
            assertThat((double) peakWh)
                    .as("seed %d", seed)
                    .isCloseTo(LeastPeakProgram.leastPeakWh(served(input), lossy), within(2.0 * Scale.MEDIUM.steps()));
        }
    }

    /** Step by step, the battery planned anew in each, with requests that come in the meantime and are answered beside it. */
    @ParameterizedTest
    @ValueSource(ints = {LOSSLESS, 90})
    void whatIsPromisedBesideABatteryIsDelivered(int efficiencyPercent) {
        int promised = 0;
        for (long seed = 0; seed < 6; seed++) {
            var random = new Random(seed);
            var series = StorageInstances.group(seed, Scale.LARGE, Shape.CAP_BOUND);
            var battery = Battery.empty(20_000, 11_000, efficiencyPercent, 4);
            var waiting = new ArrayList<Session>();
            for (int now = 0; now < 24; now++) {
                int id = now + 1;
                int energyWh = 1 + random.nextInt(12_000);
                waiting.add(new Session(id, id, true, false, energyWh, 1, 2_750, 0, 0, 2 + random.nextInt(20)));
                var input = window(series, now, 24, waiting);
                var schedule = storage.plan(input, battery);
                var plan = planner.plan(schedule.freeze(input));
                battery = battery.storing(schedule.storedWh()[0]);
                waiting.clear();
                for (var row : plan.rows()) {
                    assertThat(row.shortfallWh())
                            .as("seed %d, step %d", seed, now)
                            .isZero();
                    int leftWh = IntStream.of(row.energyWh()).skip(1).sum();
                    if (leftWh > 0) {
                        promised++;
                        int departureStep = row.energyWh().length - 1;
                        waiting.add(new Session(
                                row.chargePoint(), row.sessionId(), true, true, leftWh, 0, 2_750, 0, 0, departureStep));
                    }
                }
            }
        }
        assertThat(promised).isGreaterThan(100);
    }

    @Test
    void powerIsRoundedDownToWholeWhPerStep() {
        assertThat(Battery.empty(10_000, 4_999, 90, 4)).isEqualTo(new Battery(10_000, 0, 1_249, 1_249, 90, 0));
    }

    @Test
    void refusesWhatABatteryCannotBe() {
        assertThatThrownBy(() -> new Battery(100, 101, 1, 1, 90, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("storedWh of the battery is 101, allowed is 0 to 100");
        assertThatThrownBy(() -> Battery.empty(100, 100, 101, 4)).hasMessageContaining("efficiencyPercent");
        assertThatThrownBy(() -> Battery.empty(100, 100, 0, 4)).hasMessageContaining("allowed is 1 to 100");
    }

    @Test
    void whatItGivesMakesNoRoom() {
        var input = input(new int[] {1_000, 1_000}, new int[] {300, 300}, new int[] {200, 200}, List.of());
        var frozen = new StoragePlan(new int[] {-500, -500}, new int[2], new int[2]).freeze(input);
        assertThat(frozen.expectedLoadWh()).containsExactly(0, 0);
        assertThat(frozen.expectedPvWh()).containsExactly(300, 300);
        assertThat(frozen.reservedLoadWh()).containsExactly(300, 300);
        assertThat(frozen.firmPvWh()).containsOnly(0);
        var charging = new StoragePlan(new int[] {100, 400}, new int[2], new int[2]).freeze(input);
        assertThat(charging.expectedLoadWh()).containsExactly(300, 600);
        assertThat(charging.reservedLoadWh()).containsExactly(400, 700);
    }

    @Test
    void servesBaseLoadAndDoesNotFeedIn() {
        var input = input(new int[] {1_000, 1_000}, new int[] {100, 900}, new int[] {100, 900}, List.of());
        var plan = storage.plan(input, new Battery(2_000, 2_000, 500, 500, LOSSLESS, 0));
        assertThat(plan.gridWh()).containsExactly(0, 400);
        assertThat(plan.batteryWh()).containsExactly(-100, -500);
    }

    @Test
    void chargesBeforeAPeakToLowerIt() {
        var session = new Session(1, 1, true, true, 800, 0, 400, 0, 0, 4);
        var input =
                input(new int[] {1_000, 1_000, 1_000, 1_000}, new int[4], new int[] {0, 0, 600, 600}, List.of(session));
        var plan = storage.plan(input, new Battery(1_000, 0, 1_000, 1_000, LOSSLESS, 0));
        assertThat(plan.gridWh()).containsExactly(500, 500, 500, 500);
    }

    /** The same battery with an end that it reaches without taking anything. */
    private static Battery feasible(Battery battery) {
        return new Battery(
                battery.capacityWh(),
                battery.storedWh(),
                battery.maxChargeWhPerStep(),
                battery.maxDischargeWhPerStep(),
                battery.efficiencyPercent(),
                Math.min(battery.minStoredAtEndWh(), battery.storedWh()));
    }

    private static GroupInput withRequests(long seed, GroupInput input) {
        var random = new Random(seed);
        var sessions = new ArrayList<Session>();
        for (var session : input.sessions()) {
            boolean accepted = random.nextBoolean();
            int leastWh = accepted ? 0 : session.energyWh();
            sessions.add(new Session(
                    session.chargePoint(),
                    session.sessionId(),
                    session.joins(),
                    accepted,
                    session.energyWh(),
                    leastWh,
                    session.maxWhPerStep(),
                    session.minWhPerStep(),
                    session.arrivalStep(),
                    session.departureStep()));
        }
        return StorageInstances.withSessions(input, sessions);
    }

    private static GroupInput input(int[] limitWh, int[] reservedWh, int[] loadWh, List<Session> sessions) {
        int steps = limitWh.length;
        return new GroupInput(
                1,
                1,
                4,
                Policy.flat(),
                limitWh,
                reservedWh,
                loadWh,
                new int[steps],
                new int[steps],
                sessions,
                GroupInput.Settlement.none());
    }

    private static GroupInput window(GroupInput series, int from, int steps, List<Session> sessions) {
        return new GroupInput(
                1,
                1 + from,
                4,
                Policy.flat(),
                Arrays.copyOfRange(series.limitWh(), from, from + steps),
                Arrays.copyOfRange(series.reservedLoadWh(), from, from + steps),
                Arrays.copyOfRange(series.expectedLoadWh(), from, from + steps),
                Arrays.copyOfRange(series.expectedPvWh(), from, from + steps),
                new int[steps],
                sessions,
                GroupInput.Settlement.none());
    }

    private Served served(GroupInput input) {
        return Served.of(input, planner.plan(input));
    }

    private static Map<Integer, Integer> energyOf(Plan plan) {
        var energyWh = new HashMap<Integer, Integer>();
        plan.rows()
                .forEach(row -> energyWh.put(
                        row.sessionId(), IntStream.of(row.energyWh()).sum()));
        return energyWh;
    }

    private static int[] gridWh(GroupInput input, Plan plan) {
        var gridWh = new int[input.stepCount()];
        for (int t = 0; t < gridWh.length; t++) {
            gridWh[t] = input.expectedLoadWh()[t] - input.expectedPvWh()[t];
        }
        for (var row : plan.rows()) {
            for (int t = 0; t < row.energyWh().length; t++) {
                gridWh[t] += row.energyWh()[t];
            }
        }
        return gridWh;
    }
}

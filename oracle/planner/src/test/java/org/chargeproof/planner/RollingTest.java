package org.chargeproof.planner;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.chargeproof.planner.GroupInput.Session;
import org.chargeproof.planner.GroupInput.Settlement;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Weeks of random arrivals, planned anew in every timestep, with load and PV that turn out otherwise than forecast. What
 * was accepted is delivered, and no limit is exceeded at any second, when every session draws its setpoint or its
 * intervals.
 */
class RollingTest {
    private static final int STEPS = 96;
    private static final int DAYS = 30;
    private static final int CHARGE_POINTS = 20;

    private final List<Integer> minimumsW = new ArrayList<>();
    private int stepsPerHour = 4;
    private int accepted;
    private int partly;
    private int runByIntervals;
    private int secondsAboveAverage;
    private int refused;
    private int percentReserving;
    private int percentIdle;
    private int behindAndShort;
    private int reserved;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6})
    void promisesAreKept(int seed) {
        minimumsW.add(0);
        roll(seed);
        assertThat(accepted).isGreaterThan(100);
        assertThat(refused).isGreaterThan(20);
    }

    /** One and three phases, all cars or some of them, steps of 15 minutes and of one. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void promisesAreKeptWithMinimumCurrents(int seed) {
        minimumsW.addAll(List.of(List.of(1_380, 4_140), List.of(0, 1_380), List.of(1_380, 2_000, 4_140))
                .get(seed % 3));
        stepsPerHour = seed % 4 == 0 ? 60 : 4;
        roll(seed);
        assertThat(accepted).isGreaterThan(100);
        assertThat(refused).isGreaterThan(20);
        assertThat(partly).isGreaterThan(5);
        assertThat(runByIntervals).isGreaterThan(100);
        assertThat(secondsAboveAverage).isGreaterThan(1_000);
    }

    /** Cars that are yet to come, with and without minimum currents. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6})
    void promisesAreKeptWithReservations(int seed) {
        minimumsW.addAll(seed % 2 == 0 ? List.of(0) : List.of(0, 1_380, 4_140));
        percentReserving = 30;
        roll(seed);
        assertThat(accepted).isGreaterThan(100);
        assertThat(refused).isGreaterThan(20);
        assertThat(reserved).isGreaterThan(20);
    }

    /** Cars that take less than they are told lose by it; nobody else does. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6})
    void promisesAreKeptBesideCarsThatTakeLess(int seed) {
        minimumsW.addAll(seed % 2 == 0 ? List.of(0) : List.of(0, 1_380));
        percentReserving = seed % 3 == 0 ? 30 : 0;
        percentIdle = 15;
        roll(seed);
        assertThat(accepted).isGreaterThan(100);
        assertThat(behindAndShort).isGreaterThan(5);
    }

    private void roll(int seed) {
        Seeded random = new Seeded(seed);
        Policy policy = switch (seed % 4) {
            case 0 -> Policy.flat();
            case 1 -> Policy.earliestToPeak(200);
            case 2 -> Policy.earliest();
            default -> Policy.greenBands(60, classes());
        };
        Planner planner = new Planner();
        // the cabinet by timestep; what other equipment takes at most is known, what it takes is not
        int limitWh = random.between(20_000, 100_000) / stepsPerHour;
        int[] reservedWh = new int[(DAYS + 2) * STEPS];
        for (int k = 0; k < reservedWh.length; k++) {
            reservedWh[k] = random.percent(20) ? random.below(2 * limitWh) : random.below(limitWh / 2);
        }
        List<Session> sessions = new ArrayList<>();
        int nextId = 1;
        for (int k = 0; k < DAYS * STEPS; k++) {
            Set<Integer> taken = new HashSet<>();
            sessions.forEach(session -> taken.add(session.chargePoint()));
            for (int point = 0; point < CHARGE_POINTS; point++) {
                if (!taken.contains(point) && random.percent(6)) {
                    sessions.add(request(random, point, nextId++));
                }
            }
            GroupInput input = input(random, policy, k, limitWh, reservedWh, sessions);
            Plan plan = planner.plan(input);
            sessions = advance(random, input, plan);
        }
    }

    private static byte[] classes() {
        byte[] classes = new byte[STEPS];
        for (int t = 0; t < STEPS; t++) {
            classes[t] = (byte) (t / 4 % 5);
        }
        return classes;
    }

    private Session request(Seeded random, int chargePoint, int sessionId) {
        int minWh = minimumsW.get(random.below(minimumsW.size())) / stepsPerHour;
        int maxWh = Math.max(minWh, (random.percent(50) ? 11_000 : 3_680) / stepsPerHour);
        int departure = random.between(2, 60);
        boolean reserves = percentReserving > 0 && random.percent(percentReserving);
        int arrival = reserves ? random.below(departure) : 0;
        int energyWh = random.between(1, maxWh * (departure - arrival));
        boolean joins = reserves || random.percent(90);
        int leastWh = joins && random.percent(30) ? random.between(1, energyWh) : energyWh;
        return new Session(chargePoint, sessionId, joins, false, energyWh, leastWh, maxWh, minWh, arrival, departure);
    }

    private GroupInput input(
            Seeded random, Policy policy, int k, int limitWh, int[] reservedWh, List<Session> sessions) {
        int[] limit = new int[STEPS];
        int[] load = new int[STEPS];
        int[] pv = new int[STEPS];
        int[] firmPv = new int[STEPS];
        Arrays.fill(limit, limitWh);
        int[] reservedHere = Arrays.copyOfRange(reservedWh, k, k + STEPS);
        for (int t = 0; t < STEPS; t++) {
            // forecasts change with every plan
            load[t] = random.below(reservedHere[t] + 1);
            pv[t] = random.percent(50) ? random.below(2 * limitWh) : 0;
        }
        firmPv[0] = random.below(limitWh / 2);
        return new GroupInput(
                1, k, stepsPerHour, policy, limit, reservedHere, load, pv, firmPv, sessions, Settlement.none());
    }

    /** Lets every session draw its setpoint and checks what has been promised. */
    private List<Session> advance(Seeded random, GroupInput input, Plan plan) {
        Set<Integer> refusedNow = new HashSet<>();
        Map<Integer, Integer> promisedWh = new HashMap<>();
        input.sessions().forEach(session -> promisedWh.put(session.sessionId(), session.energyWh()));
        for (Plan.Decision decision : plan.decisions()) {
            if (decision.accepted()) {
                partly += decision.energyWh() < promisedWh.getOrDefault(decision.sessionId(), 0) ? 1 : 0;
                promisedWh.put(decision.sessionId(), decision.energyWh());
            } else {
                refusedNow.add(decision.sessionId());
            }
        }
        accepted += plan.decisions().size() - refusedNow.size();
        refused += refusedNow.size();
        int[] powerW = new int[3600 / stepsPerHour];
        List<Session> next = new ArrayList<>();
        for (Plan.Row row : plan.rows()) {
            Session old = input.sessions().stream()
                    .filter(session -> session.sessionId() == row.sessionId())
                    .findAny()
                    .orElseThrow();
            if (old.behind()) {
                behindAndShort += row.shortfallWh() > 0 ? 1 : 0;
            } else {
                assertThat(row.shortfallWh())
                        .as("step %d, session %d", input.timestep(), row.sessionId())
                        .isZero();
            }
            reserved += old.arrivalStep() > 0 ? 1 : 0;
            int drawnWh = draw(old, row, powerW);
            boolean idle = row.energyWh()[0] > 0 && percentIdle > 0 && random.percent(percentIdle);
            drawnWh = idle ? random.below(row.energyWh()[0]) : drawnWh;
            boolean behind = old.behind() || idle;
            Session later = new Session(
                    old.chargePoint(),
                    old.sessionId(),
                    old.joins() || behind,
                    true,
                    Math.max(0, promisedWh.getOrDefault(old.sessionId(), 0) - drawnWh),
                    0,
                    old.maxWhPerStep(),
                    old.minWhPerStep(),
                    Math.max(0, old.arrivalStep() - 1),
                    old.departureStep() - 1,
                    behind);
            if (later.departureStep() == 0 && behind) {
                continue;
            }
            if (later.departureStep() == 0) {
                assertThat(later.energyWh())
                        .as("missed by session %d", later.sessionId())
                        .isZero();
            } else {
                next.add(later);
            }
        }
        int roomWh = Math.max(0, input.limitWh()[0] - input.reservedLoadWh()[0] + input.firmPvWh()[0]);
        int averageW = plan.rows().stream()
                .mapToInt(row -> row.energyWh()[0] * stepsPerHour)
                .sum();
        for (int second = 0; second < powerW.length; second++) {
            assertThat(powerW[second])
                    .as("step %d, second %d", input.timestep(), second)
                    .isLessThanOrEqualTo(roomWh * stepsPerHour);
            secondsAboveAverage += powerW[second] > averageW ? 1 : 0;
        }
        return next;
    }

    /** Adds what a session draws at each second; returns the whole Wh of it that a meter shows. */
    private int draw(Session session, Plan.Row row, int[] powerW) {
        int energyWh = row.energyWh()[0];
        List<Plan.Interval> intervals = row.intervals().isEmpty() && energyWh > 0
                ? List.of(new Plan.Interval(0, powerW.length, energyWh * stepsPerHour))
                : row.intervals();
        long wattSeconds = 0;
        for (Plan.Interval interval : intervals) {
            assertThat(interval.powerW())
                    .as("power of session %d", session.sessionId())
                    .isBetween(session.minWhPerStep() * stepsPerHour, session.maxWhPerStep() * stepsPerHour);
            for (int second = interval.fromSecond(); second < interval.toSecond(); second++) {
                powerW[second] += interval.powerW();
                wattSeconds += interval.powerW();
            }
        }
        assertThat(wattSeconds)
                .isBetween(3600L * energyWh, 3600L * energyWh + (long) session.minWhPerStep() * stepsPerHour);
        runByIntervals += row.intervals().isEmpty() ? 0 : 1;
        return (int) (wattSeconds / 3600);
    }
}

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
 * was accepted is delivered, and no limit is exceeded, when every session draws its setpoint.
 */
class RollingTest {
    private static final int STEPS = 96;
    private static final int DAYS = 30;
    private static final int CHARGE_POINTS = 20;

    private int accepted;
    private int refused;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6})
    void promisesAreKept(int seed) {
        Seeded random = new Seeded(seed);
        Policy policy = switch (seed % 3) {
            case 0 -> Policy.flat();
            case 1 -> Policy.earliestToPeak(200);
            default -> Policy.greenBands(60, classes());
        };
        Planner planner = new Planner();
        // the cabinet by timestep; what other equipment takes at most is known, what it takes is not
        int limitWh = random.between(5_000, 25_000);
        int[] reserved = new int[(DAYS + 2) * STEPS];
        for (int k = 0; k < reserved.length; k++) {
            reserved[k] = random.percent(20) ? random.below(2 * limitWh) : random.below(limitWh / 2);
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
            GroupInput input = input(random, policy, k, limitWh, reserved, sessions);
            Plan plan = planner.plan(input);
            sessions = advance(input, plan);
        }
        assertThat(accepted).isGreaterThan(100);
        assertThat(refused).isGreaterThan(20);
    }

    private static byte[] classes() {
        byte[] classes = new byte[STEPS];
        for (int t = 0; t < STEPS; t++) {
            classes[t] = (byte) (t / 4 % 5);
        }
        return classes;
    }

    private static Session request(Seeded random, int chargePoint, int sessionId) {
        int maxWh = random.percent(50) ? 2_750 : 920;
        int departure = random.between(2, 60);
        int energyWh = random.between(1, maxWh * departure);
        boolean joins = random.percent(90);
        int leastWh = joins && random.percent(30) ? random.between(1, energyWh) : energyWh;
        return new Session(chargePoint, sessionId, joins, false, energyWh, leastWh, maxWh, 0, 0, departure);
    }

    private static GroupInput input(
            Seeded random, Policy policy, int k, int limitWh, int[] reserved, List<Session> sessions) {
        int[] limit = new int[STEPS];
        int[] load = new int[STEPS];
        int[] pv = new int[STEPS];
        int[] firmPv = new int[STEPS];
        Arrays.fill(limit, limitWh);
        int[] reservedHere = Arrays.copyOfRange(reserved, k, k + STEPS);
        for (int t = 0; t < STEPS; t++) {
            // forecasts change with every plan
            load[t] = random.below(reservedHere[t] + 1);
            pv[t] = random.percent(50) ? random.below(2 * limitWh) : 0;
        }
        firmPv[0] = random.below(limitWh / 2);
        return new GroupInput(1, k, 4, policy, limit, reservedHere, load, pv, firmPv, sessions, Settlement.none());
    }

    /** Lets every session draw its setpoint and checks what has been promised. */
    private List<Session> advance(GroupInput input, Plan plan) {
        Set<Integer> refusedNow = new HashSet<>();
        Map<Integer, Integer> promisedWh = new HashMap<>();
        input.sessions().forEach(session -> promisedWh.put(session.sessionId(), session.energyWh()));
        for (Plan.Decision decision : plan.decisions()) {
            if (decision.accepted()) {
                promisedWh.put(decision.sessionId(), decision.energyWh());
            } else {
                refusedNow.add(decision.sessionId());
            }
        }
        accepted += plan.decisions().size() - refusedNow.size();
        refused += refusedNow.size();
        int drawnWh = 0;
        List<Session> next = new ArrayList<>();
        for (Plan.Row row : plan.rows()) {
            assertThat(row.shortfallWh())
                    .as("step %d, session %d", input.timestep(), row.sessionId())
                    .isZero();
            Session old = input.sessions().stream()
                    .filter(session -> session.sessionId() == row.sessionId())
                    .findAny()
                    .orElseThrow();
            int setpointWh = row.energyWh()[0];
            drawnWh += setpointWh;
            Session later = new Session(
                    old.chargePoint(),
                    old.sessionId(),
                    old.joins(),
                    true,
                    promisedWh.getOrDefault(old.sessionId(), 0) - setpointWh,
                    0,
                    old.maxWhPerStep(),
                    0,
                    0,
                    old.departureStep() - 1);
            if (later.departureStep() == 0) {
                assertThat(later.energyWh())
                        .as("missed by session %d", later.sessionId())
                        .isZero();
            } else {
                next.add(later);
            }
        }
        assertThat(drawnWh)
                .as("step %d", input.timestep())
                .isLessThanOrEqualTo(Math.max(0, input.limitWh()[0] - input.reservedLoadWh()[0] + input.firmPvWh()[0]));
        return next;
    }
}

package org.chargeproof.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.chargeproof.planner.GroupInput;
import org.chargeproof.planner.GroupInput.Session;
import org.chargeproof.planner.GroupInput.Settlement;
import org.chargeproof.planner.Plan;
import org.chargeproof.planner.Planner;
import org.chargeproof.planner.Policy;

/**
 * The groups that are measured: 20 charge points, a day of 15-minute steps, uneven load, PV, limits that bind. Each is
 * drawn from a seed; all promises can be kept.
 */
final class Groups {
    static final int CHARGE_POINTS = 20;
    static final int STEPS = 96;
    private static final int STEPS_PER_HOUR = 4;

    /** What chargers of 3.7, 7.4, 11 and 22 kW give in a step. */
    private static final int[] WH_PER_STEP = {920, 1_840, 2_750, 5_500};

    private Groups() {}

    /** Draws groups, equally many of each policy. */
    static List<GroupInput> draw(int count) {
        var planner = new Planner();
        var groups = new ArrayList<GroupInput>();
        for (int seed = 0; seed < count; seed++) {
            groups.add(keepable(draw(new SplittableRandom(seed), policy(seed)), planner));
        }
        return groups;
    }

    private static Policy policy(int seed) {
        return switch (seed % 3) {
            case 0 -> Policy.flat();
            case 1 -> Policy.earliestToPeak(200);
            default -> Policy.greenBands(60, classes());
        };
    }

    private static byte[] classes() {
        var classes = new byte[STEPS];
        for (int t = 0; t < STEPS; t++) {
            classes[t] = (byte) (t / 8 % 4);
        }
        return classes;
    }

    private static GroupInput draw(SplittableRandom random, Policy policy) {
        var sessions = new ArrayList<Session>();
        int ratedWh = 0;
        for (int i = 0; i < CHARGE_POINTS; i++) {
            int maxWh = WH_PER_STEP[random.nextInt(WH_PER_STEP.length)];
            int departure = random.nextInt(4, STEPS + 1);
            int energyWh = 1 + random.nextInt(Math.min(maxWh * departure, 60_000));
            sessions.add(new Session(i, i, true, true, energyWh, 0, maxWh, 0, 0, departure));
            ratedWh += maxWh;
        }
        int limitWh = ratedWh * random.nextInt(10, 60) / 100;
        int pvPeakWh = random.nextBoolean() ? random.nextInt(2 * limitWh) : 0;
        boolean gaps = random.nextInt(3) == 0;
        var limit = new int[STEPS];
        var reserved = new int[STEPS];
        var load = new int[STEPS];
        var pv = new int[STEPS];
        int noon = random.nextInt(STEPS);
        for (int t = 0; t < STEPS; t++) {
            limit[t] = gaps && random.nextInt(6) == 0 ? limitWh / 8 : limitWh;
            reserved[t] = random.nextInt(1 + limitWh / 4);
            load[t] = random.nextInt(1 + reserved[t]);
            // a parabola over twelve hours, with clouds
            int sun = Math.max(0, 24 * 24 - (t - noon) * (t - noon));
            pv[t] = (int) ((long) pvPeakWh * sun / (24 * 24)) * random.nextInt(30, 101) / 100;
        }
        return new GroupInput(
                0, 1, STEPS_PER_HOUR, policy, limit, reserved, load, pv, new int[STEPS], sessions, Settlement.none());
    }

    /** The same group with the energy that can be had. */
    private static GroupInput keepable(GroupInput wanted, Planner planner) {
        int[] energyWh = wanted.sessions().stream().mapToInt(Session::energyWh).toArray();
        Plan plan = planner.plan(wanted);
        for (Plan.Row row : plan.rows()) {
            energyWh[row.chargePoint()] -= row.shortfallWh();
        }
        return withEnergies(wanted, energyWh);
    }

    private static GroupInput withEnergies(GroupInput group, int[] energyWh) {
        var sessions = new ArrayList<Session>();
        for (Session session : group.sessions()) {
            sessions.add(new Session(
                    session.chargePoint(),
                    session.sessionId(),
                    true,
                    true,
                    energyWh[session.chargePoint()],
                    0,
                    session.maxWhPerStep(),
                    0,
                    0,
                    session.departureStep()));
        }
        return new GroupInput(
                group.groupId(),
                group.timestep(),
                group.stepsPerHour(),
                group.policy(),
                group.limitWh(),
                group.reservedLoadWh(),
                group.expectedLoadWh(),
                group.expectedPvWh(),
                group.firmPvWh(),
                sessions,
                group.settlement());
    }
}

package org.chargeproof.site.battery;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.chargeproof.planner.GroupInput;
import org.chargeproof.planner.GroupInput.Session;
import org.chargeproof.planner.Planner;
import org.chargeproof.planner.Policy;

/** Random groups and batteries, with the shapes in which a plan is most easily wrong. */
final class StorageInstances {

    enum Shape {
        UNEVEN,
        PV_HEAVY,
        CAP_BOUND,
        MINIMUM_CURRENTS
    }

    /** How large numbers are; {@code unitWh} is a typical energy per step. */
    record Scale(int steps, int maxSessions, int unitWh) {
        static final Scale TINY = new Scale(3, 2, 2);
        static final Scale MEDIUM = new Scale(16, 8, 2_750);
        static final Scale LARGE = new Scale(96, 20, 2_750);
    }

    private StorageInstances() {}

    /** Sessions that were accepted, with energies that a plan keeps without shortfall. */
    static GroupInput group(long seed, Scale scale, Shape shape) {
        var random = new Random(seed);
        int steps = scale.steps();
        int unit = scale.unitWh();
        var limit = new int[steps];
        var reserved = new int[steps];
        var load = new int[steps];
        var pv = new int[steps];
        var firm = new int[steps];
        for (int t = 0; t < steps; t++) {
            limit[t] = shape == Shape.CAP_BOUND ? random.nextInt(3 * unit) : 5 * unit;
            load[t] = random.nextInt(4) == 0 ? random.nextInt(6 * unit) : random.nextInt(unit);
            reserved[t] = random.nextBoolean() ? load[t] + random.nextInt(unit) : random.nextInt(2 * unit);
            pv[t] = shape == Shape.PV_HEAVY && random.nextInt(3) > 0 ? random.nextInt(6 * unit) : 0;
            firm[t] = random.nextInt(5) == 0 ? random.nextInt(pv[t] + 1) : 0;
        }
        var sessions = new ArrayList<Session>();
        for (int i = 0; i < random.nextInt(scale.maxSessions() + 1); i++) {
            int departureStep = 1 + random.nextInt(steps);
            int maxWh = 1 + random.nextInt(2 * unit);
            int minWh = shape == Shape.MINIMUM_CURRENTS ? random.nextInt(maxWh) / 4 : 0;
            boolean joins = random.nextInt(6) > 0;
            int arrivalStep = joins && random.nextInt(4) == 0 ? random.nextInt(departureStep) : 0;
            int energyWh = random.nextInt(maxWh * (departureStep - arrivalStep) + 1);
            sessions.add(new Session(i, i + 1, joins, true, energyWh, 0, maxWh, minWh, arrivalStep, departureStep));
        }
        return promised(new GroupInput(
                1, 1, 4, Policy.flat(), limit, reserved, load, pv, firm, sessions, GroupInput.Settlement.none()));
    }

    static Battery battery(long seed, Scale scale, int efficiencyPercent) {
        var random = new Random(~seed);
        int unit = scale.unitWh();
        int capacityWh = random.nextInt(unit * scale.steps() / 2 + 2);
        return new Battery(
                capacityWh,
                random.nextInt(capacityWh + 1),
                random.nextInt(2 * unit),
                random.nextInt(2 * unit),
                efficiencyPercent,
                random.nextBoolean() ? 0 : random.nextInt(capacityWh + 1));
    }

    static GroupInput withSessions(GroupInput input, List<Session> sessions) {
        return new GroupInput(
                input.groupId(),
                input.timestep(),
                input.stepsPerHour(),
                input.policy(),
                input.limitWh(),
                input.reservedLoadWh(),
                input.expectedLoadWh(),
                input.expectedPvWh(),
                input.firmPvWh(),
                sessions,
                input.settlement());
    }

    /** The same group with sessions that want what it can promise. */
    private static GroupInput promised(GroupInput input) {
        var plan = new Planner().plan(input);
        var sessions = new ArrayList<Session>();
        for (var row : plan.rows()) {
            var session = input.sessions().stream()
                    .filter(any -> any.sessionId() == row.sessionId())
                    .findFirst()
                    .orElseThrow();
            sessions.add(new Session(
                    session.chargePoint(),
                    session.sessionId(),
                    session.joins(),
                    true,
                    session.energyWh() - row.shortfallWh(),
                    0,
                    session.maxWhPerStep(),
                    session.minWhPerStep(),
                    session.arrivalStep(),
                    session.departureStep()));
        }
        return withSessions(input, sessions);
    }
}

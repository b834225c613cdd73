package org.chargeproof.planner;

import java.util.ArrayList;
import java.util.List;
import org.chargeproof.planner.GroupInput.MeteredSession;
import org.chargeproof.planner.GroupInput.Session;
import org.chargeproof.planner.GroupInput.Settlement;

/** Random groups, with the shapes in which a planner is most easily wrong. */
final class Instances {

    /** What the series and energies of a group look like. */
    enum Shape {
        SMOOTH,
        UNEVEN,
        PV_HEAVY,
        CAP_BOUND,
        ZERO_CAP,
        SINGLE_STEP,
        NO_SESSIONS,
        TIGHT
    }

    /** How large numbers are; {@code unitWh} is a typical energy per step. */
    record Scale(int mostSteps, int mostSessions, int unitWh) {
        static final Scale SMALL = new Scale(8, 5, 4);
        static final Scale MEDIUM = new Scale(24, 10, 2_750);
        static final Scale LARGE = new Scale(96, 20, 2_750);
    }

    private Instances() {}

    /** The group of a seed; shapes alternate. */
    static GroupInput random(long seed, Scale scale) {
        return random(seed, scale, Shape.values()[(int) Long.remainderUnsigned(seed, Shape.values().length)]);
    }

    static GroupInput random(long seed, Scale scale, Shape shape) {
        Seeded random = new Seeded(seed);
        int steps = shape == Shape.SINGLE_STEP ? 1 : random.between(1, scale.mostSteps());
        int unit = scale.unitWh();
        int[] limit = new int[steps];
        int[] reserved = new int[steps];
        int[] load = new int[steps];
        int[] pv = new int[steps];
        int[] firmPv = new int[steps];
        int usualLimit = random.between(1, 4 * unit);
        for (int t = 0; t < steps; t++) {
            limit[t] = usualLimit;
            load[t] = random.below(unit);
            switch (shape) {
                case SMOOTH, SINGLE_STEP, NO_SESSIONS -> pv[t] = random.below(unit / 2);
                case UNEVEN -> {
                    limit[t] = random.below(4 * unit);
                    load[t] = random.percent(30) ? random.below(6 * unit) : 0;
                    pv[t] = random.percent(30) ? random.below(6 * unit) : 0;
                    reserved[t] = random.below(unit);
                }
                case PV_HEAVY -> {
                    pv[t] = random.percent(60) ? random.below(8 * unit) : 0;
                    firmPv[t] = random.percent(20) ? random.below(pv[t] + 1) : 0;
                    limit[t] = random.below(3 * unit);
                }
                case CAP_BOUND -> {
                    limit[t] = random.below(2 * unit);
                    pv[t] = random.percent(50) ? random.below(4 * unit) : 0;
                }
                case ZERO_CAP -> {
                    limit[t] = random.percent(60) ? 0 : random.below(4 * unit);
                    reserved[t] = random.percent(20) ? random.below(6 * unit) : 0;
                    pv[t] = random.below(2 * unit);
                }
                case TIGHT -> {
                    limit[t] = 0;
                    pv[t] = random.below(3 * unit);
                }
            }
        }
        int minimumPercent = random.percent(50) ? 0 : random.between(20, 100);
        List<Session> sessions = sessions(random, scale, shape, steps, minimumPercent);
        if (shape == Shape.TIGHT) {
            sessions = tight(random, sessions, limit);
        }
        if (random.percent(50)) {
            keepReserve(sessions, limit);
        }
        return new GroupInput(
                random.below(1000),
                random.below(1_000_000),
                stepsPerHour(random, minimumPercent > 0),
                policy(random, steps),
                limit,
                reserved,
                load,
                pv,
                firmPv,
                sessions,
                settlement(random, sessions, unit));
    }

    /** A least power needs steps of whole seconds. */
    private static int stepsPerHour(Seeded random, boolean wholeSeconds) {
        int any = random.percent(70) ? 4 : random.between(1, 60);
        return wholeSeconds && Limits.SECONDS_PER_HOUR % any != 0 ? 60 : any;
    }

    private static List<Session> sessions(Seeded random, Scale scale, Shape shape, int steps, int minimumPercent) {
        int count = shape == Shape.NO_SESSIONS ? 0 : random.between(1, scale.mostSessions());
        List<Session> sessions = new ArrayList<>();
        int[] leastOfClass = {random.between(2, 2 * scale.unitWh()), random.between(1, scale.unitWh())};
        int chargePoint = 0;
        for (int i = 0; i < count; i++) {
            chargePoint += random.between(1, 5);
            int minWh = random.percent(minimumPercent) ? leastOfClass[random.percent(75) ? 0 : 1] : 0;
            int maxWh = Math.max(minWh, random.between(1, Math.min(2 * scale.unitWh(), Limits.WH_PER_STEP)));
            int departure = random.percent(10) ? steps : random.below(steps + 1);
            int energyWh = random.below(maxWh * Math.max(1, departure) / 2 + 2);
            if (random.percent(10)) {
                energyWh = maxWh * departure;
            }
            // neither unique modulo nor sorted like charge points
            int sessionId = (i * 7 + 3) % 32 * 100 + i;
            boolean joins = random.percent(80);
            boolean accepted = random.percent(60);
            int leastWh = leastEnergyWh(random, joins, accepted, energyWh);
            sessions.add(new Session(
                    chargePoint, sessionId, joins, accepted, energyWh, leastWh, maxWh, minWh, 0, departure));
        }
        return sessions;
    }

    /** The same group with less room than what was promised needs, sessions that arrive later, and some that are behind. */
    static GroupInput broken(long seed, GroupInput group) {
        Seeded random = new Seeded(~seed);
        int[] limit = group.limitWh().clone();
        int percent = random.between(10, 100);
        for (int t = 0; t < limit.length; t++) {
            limit[t] = limit[t] * percent / 100;
        }
        int percentArriving = random.percent(30) ? 0 : random.between(10, 90);
        List<Session> sessions = new ArrayList<>();
        for (Session session : group.sessions()) {
            boolean arrives = session.joins() && random.percent(percentArriving);
            sessions.add(new Session(
                    session.chargePoint(),
                    session.sessionId(),
                    session.joins(),
                    session.accepted(),
                    session.energyWh(),
                    session.leastEnergyWh(),
                    session.maxWhPerStep(),
                    session.minWhPerStep(),
                    arrives ? random.below(session.departureStep() + 1) : 0,
                    session.departureStep(),
                    session.joins() && session.accepted() && random.percent(20)));
        }
        return new GroupInput(
                group.groupId(),
                group.timestep(),
                group.stepsPerHour(),
                group.policy(),
                limit,
                group.reservedLoadWh(),
                group.expectedLoadWh(),
                group.expectedPvWh(),
                group.firmPvWh(),
                sessions,
                group.settlement());
    }

    private static int leastEnergyWh(Seeded random, boolean joins, boolean accepted, int energyWh) {
        if (accepted) {
            return 0;
        }
        return joins && energyWh > 0 && random.percent(50) ? random.between(1, energyWh) : energyWh;
    }

    /** Energies and limits that leave next to nothing free: those of a plan made at random. */
    private static List<Session> tight(Seeded random, List<Session> sessions, int[] limit) {
        List<Session> tight = new ArrayList<>();
        for (Session session : sessions) {
            int energyWh = 0;
            for (int t = 0; t < session.departureStep(); t++) {
                int stepWh = random.percent(50) ? session.maxWhPerStep() : random.below(session.maxWhPerStep() + 1);
                energyWh += stepWh;
                limit[t] += stepWh;
            }
            tight.add(new Session(
                    session.chargePoint(),
                    session.sessionId(),
                    true,
                    session.accepted(),
                    energyWh,
                    leastEnergyWh(random, true, session.accepted(), energyWh),
                    session.maxWhPerStep(),
                    session.minWhPerStep(),
                    0,
                    session.departureStep()));
        }
        return tight;
    }

    /** Enough room besides for the reserve of all sessions, whatever the length of a step. */
    private static void keepReserve(List<Session> sessions, int[] limit) {
        int keptWh = sessions.stream()
                .mapToInt(Session::minWhPerStep)
                .distinct()
                .map(minWh -> minWh + minWh * sessions.size() / 60)
                .sum();
        for (int t = 0; t < limit.length; t++) {
            limit[t] += keptWh;
        }
    }

    private static Policy policy(Seeded random, int steps) {
        return switch (random.below(5)) {
            case 0 -> Policy.flat();
            case 3 -> Policy.earliest();
            case 1 -> {
                byte[] classes = new byte[steps];
                for (int t = 0; t < steps; t++) {
                    classes[t] = (byte) (random.percent(10) ? 250 : random.below(3));
                }
                yield Policy.greenBands(random.between(0, 100), classes);
            }
            case 2 -> Policy.earliestToPeak(random.percent(20) ? 100 : random.between(100, 300));
            default -> Policy.earliestToPeak(200);
        };
    }

    private static Settlement settlement(Seeded random, List<Session> sessions, int unitWh) {
        if (random.percent(50)) {
            return Settlement.none();
        }
        List<MeteredSession> metered = new ArrayList<>();
        for (Session session : sessions) {
            if (random.percent(70)) {
                metered.add(new MeteredSession(
                        session.chargePoint(), session.sessionId(), random.below(Math.min(unitWh, 65_535))));
            }
        }
        return new Settlement(
                random.between(1, 1_000_000), random.below(2 * unitWh), random.below(6 * unitWh), metered);
    }
}

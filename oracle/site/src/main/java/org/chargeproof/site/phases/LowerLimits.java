package org.chargeproof.site.phases;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.chargeproof.planner.GroupInput;
import org.chargeproof.planner.GroupInput.Session;
import org.chargeproof.site.flow.Served;
import org.jspecify.annotations.Nullable;

/** Inputs with lower limits and lower maxima of sessions. */
final class LowerLimits {
    /** In how many rounds maxima are raised, so that none takes all of a phase because it comes first. */
    private static final int ROUNDS = 16;

    private final GroupInput input;
    private final PhaseLimits limits;
    private final Served served;
    private final PhaseRoom room;

    LowerLimits(GroupInput input, PhaseLimits limits, Served served, PhaseRoom room) {
        this.input = input;
        this.limits = limits;
        this.served = served;
        this.room = room;
    }

    /**
     * Limits under which no plan exceeds a phase, whoever takes what: were all on one phase that can be.
     *
     * @param mostWh by demand, its lower maximum, or null for the one that it has
     */
    GroupInput safe(int @Nullable [] mostWh) {
        var sessions = sessions(mostWh);
        int[] wantedWh = new int[input.stepCount()];
        for (int t = 0; t < wantedWh.length; t++) {
            long leastWh = Integer.MAX_VALUE;
            for (int of = 0; of < Phase.COUNT; of++) {
                leastWh = Math.min(leastWh, safeWh(sessions.values(), t, of));
            }
            wantedWh[t] = (int) leastWh;
        }
        return with(wantedWh, sessions);
    }

    /**
     * Maxima that no phase has too little room for, even if all sessions take theirs at once.
     *
     * @param steps in how many steps, from step 0 on
     * @return by demand, each enough for its energy, or null if there are none
     */
    int @Nullable [] together(int steps) {
        var demands = served.demands();
        int[] mostWh = new int[demands.size()];
        var left = room.copy();
        for (int i = 0; i < mostWh.length; i++) {
            var demand = demands.get(i);
            int leastWh = Math.ceilDiv(demand.energyWh(), demand.departureStep() - demand.arrivalStep());
            if (!raise(left, demand, leastWh, steps)) {
                return null;
            }
            mostWh[i] = leastWh;
        }
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < mostWh.length; i++) {
                int moreWh = Math.min(
                        Math.ceilDiv(demands.get(i).maxWhPerStep(), ROUNDS),
                        demands.get(i).maxWhPerStep() - mostWh[i]);
                mostWh[i] += raise(left, demands.get(i), moreWh, steps) ? moreWh : 0;
            }
        }
        return mostWh;
    }

    private boolean raise(PhaseRoom left, Served.Demand demand, int moreWh, int steps) {
        var phase = limits.phaseOf(demand.chargePoint());
        int end = Math.min(steps, demand.departureStep());
        for (int of = 0; of < Phase.COUNT; of++) {
            for (int t = demand.arrivalStep(); t < end; t++) {
                if (phase.thirdsOn(of) > 0 && left.thirds()[of][t] < (long) phase.thirdsOn(of) * moreWh) {
                    return false;
                }
            }
        }
        int[] takenWh = new int[end];
        Arrays.fill(takenWh, Math.min(demand.arrivalStep(), end), end, moreWh);
        left.take(phase, takenWh);
        return true;
    }

    /**
     * The same limits.
     *
     * @param mostWh by demand, its lower maximum
     */
    GroupInput withMaxima(int[] mostWh) {
        return with(served.capWh(), sessions(mostWh));
    }

    /**
     * Limits that leave the sums no choice.
     *
     * @param sumWh what all sessions that join take in a step, T values
     * @param mostWh by demand, its lower maximum
     */
    GroupInput exactly(int[] sumWh, int[] mostWh) {
        return with(sumWh, sessions(mostWh));
    }

    /** The most that sessions may take together so that a phase is not exceeded even if those on it take what they can. */
    private long safeWh(Iterable<Session> sessions, int t, int of) {
        long onItThirds = 0;
        long threeThirds = 0;
        for (var session : sessions) {
            if (session.joins() && t >= session.arrivalStep() && t < session.departureStep()) {
                var phase = limits.phaseOf(session.chargePoint());
                long thirds = (long) phase.thirdsOn(of) * session.maxWhPerStep();
                onItThirds += phase == Phase.ALL ? 0 : thirds;
                threeThirds += phase == Phase.ALL ? thirds : 0;
            }
        }
        long thirds = room.thirds()[of][t];
        if (onItThirds + threeThirds <= thirds) {
            return Integer.MAX_VALUE;
        }
        return onItThirds <= thirds ? onItThirds / Phase.COUNT + thirds - onItThirds : thirds / Phase.COUNT;
    }

    private Map<Integer, Session> sessions(int @Nullable [] mostWh) {
        var sessions = new HashMap<Integer, Session>();
        input.sessions().forEach(session -> sessions.put(session.sessionId(), session));
        for (int i = 0; mostWh != null && i < mostWh.length; i++) {
            int most = mostWh[i];
            sessions.computeIfPresent(served.demands().get(i).sessionId(), (id, session) -> lowered(session, most));
        }
        return sessions;
    }

    private static Session lowered(Session session, int mostWh) {
        return new Session(
                session.chargePoint(),
                session.sessionId(),
                session.joins(),
                session.accepted(),
                session.energyWh(),
                session.leastEnergyWh(),
                Math.max(1, Math.max(mostWh, session.minWhPerStep())),
                session.minWhPerStep(),
                session.arrivalStep(),
                session.departureStep());
    }

    private GroupInput with(int[] wantedWh, Map<Integer, Session> sessions) {
        int[] limitWh = input.limitWh().clone();
        int[] reservedWh = input.reservedLoadWh().clone();
        for (int t = 0; t < limitWh.length; t++) {
            int lessWh = Math.max(0, served.capWh()[t] - wantedWh[t]);
            int offLimitWh = Math.min(lessWh, limitWh[t]);
            limitWh[t] -= offLimitWh;
            // warranted PV may leave more room than the limit
            reservedWh[t] += lessWh - offLimitWh;
        }
        return new GroupInput(
                input.groupId(),
                input.timestep(),
                input.stepsPerHour(),
                input.policy(),
                limitWh,
                reservedWh,
                input.expectedLoadWh(),
                input.expectedPvWh(),
                input.firmPvWh(),
                new ArrayList<>(sessions.values()),
                input.settlement());
    }
}

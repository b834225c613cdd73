package org.chargeproof.planner;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Plans groups. A planner keeps its workspace from plan to plan and serves one thread; a plan depends on its input alone,
 * whatever was planned before.
 */
public final class Planner {
    private final Solver solver = new Solver();
    private final MinimumCurrent minimumCurrent = new MinimumCurrent();

    /**
     * Plans a group.
     *
     * @param input the group's input
     * @return its plan, which has passed {@link Certificate}
     * @throws CertificateException if the plan does not pass, that is, if this program is wrong
     */
    public Plan plan(GroupInput input) {
        solver.solve(input);
        int steps = input.stepCount();
        Plan plan = new Plan(
                input.groupId(),
                input.timestep(),
                sha256(input.encode()),
                solver.admission().decisions(),
                solver.leastPeakWh(),
                rows(input),
                Arrays.copyOf(solver.aggregateWh(), steps),
                Arrays.copyOf(solver.price(), steps),
                GreenEnergy.attribute(input.settlement()));
        solver.check(input, plan);
        return plan;
    }

    private List<Plan.Row> rows(GroupInput input) {
        List<GroupInput.Session> sessions = input.sessions();
        Admission admission = solver.admission();
        int[] planned = new int[sessions.size()];
        for (int n = 0; n < solver.demand().count; n++) {
            planned[solver.demand().inputIndex[n]] = n;
        }
        minimumCurrent.start(input.stepsPerHour());
        List<Plan.Row> rows = new ArrayList<>(sessions.size());
        for (int i = 0; i < sessions.size(); i++) {
            GroupInput.Session session = sessions.get(i);
            if (admission.serves(i) && session.departureStep() > 0) {
                int[] energyWh = session.joins() ? solver.energyWh(planned[i]) : admission.fixedWh(i);
                rows.add(new Plan.Row(
                        session.chargePoint(),
                        session.sessionId(),
                        session.joins(),
                        admission.shortfallWh(i, session),
                        Arrays.copyOf(energyWh, session.departureStep()),
                        minimumCurrent.lay(session, energyWh[0])));
            }
        }
        return rows;
    }

    /** SHA-256, which every Java platform has. */
    static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }
}

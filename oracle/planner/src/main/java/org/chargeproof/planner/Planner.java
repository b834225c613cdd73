package org.chargeproof.planner;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;

/**
 * Plans groups. A planner keeps its workspace from plan to plan and serves one thread; a plan depends on its input alone,
 * whatever was planned before.
 */
public final class Planner {
    private final Admission admission = new Admission();
    private final Demand demand = new Demand();
    private final LeastPeak leastPeak = new LeastPeak();
    private final PolicyOrder order = new PolicyOrder();
    private final ExactCore core = new ExactCore();
    private final Split split = new Split();
    private final Prices prices = new Prices();
    private final Certificate certificate = new Certificate();

    /**
     * Plans a group.
     *
     * @param input the group's input
     * @return its plan, which has passed {@link Certificate}
     * @throws CertificateException if the plan does not pass, that is, if this program is wrong
     */
    public Plan plan(GroupInput input) {
        int steps = input.stepCount();
        admission.decide(input);
        demand.take(input.sessions(), admission);
        int[] baseWh = admission.baseWh();
        int[] capWh = admission.capWh();
        boolean needsPeak = input.policy().kind() == Policy.Kind.EARLIEST_TO_PEAK;
        int leastPeakWh = needsPeak ? leastPeak.of(baseWh, capWh, demand, admission.cuts()) : 0;
        order.set(input, leastPeakWh);

        int[] aggregateWh = new int[steps];
        core.solve(order, steps, baseWh, capWh, demand, aggregateWh);
        int[][] energyWh = new int[demand.count][];
        for (int n = 0; n < demand.count; n++) {
            energyWh[n] = new int[demand.departureStep[n]];
        }
        split.split(steps, aggregateWh, demand, admission.cuts(), energyWh);
        long[] price = new long[steps];
        prices.compute(order, steps, baseWh, aggregateWh, demand, energyWh, price);

        Plan plan = new Plan(
                input.groupId(),
                input.timestep(),
                sha256(input.encode()),
                admission.decisions(),
                leastPeakWh,
                rows(input.sessions(), energyWh),
                aggregateWh,
                price,
                GreenEnergy.attribute(input.settlement()));
        certificate.verify(input, plan, admission);
        return plan;
    }

    private List<Plan.Row> rows(List<GroupInput.Session> sessions, int[][] energyWh) {
        int[][] byIndex = new int[sessions.size()][];
        for (int n = 0; n < demand.count; n++) {
            byIndex[demand.inputIndex[n]] = energyWh[n];
        }
        List<Plan.Row> rows = new ArrayList<>(sessions.size());
        for (int i = 0; i < sessions.size(); i++) {
            GroupInput.Session session = sessions.get(i);
            if (admission.serves(i) && session.departureStep() > 0) {
                rows.add(new Plan.Row(
                        session.chargePoint(),
                        session.sessionId(),
                        session.joins(),
                        session.energyWh() - admission.promisedWh(i),
                        session.joins() ? byIndex[i] : admission.fixedWh(i)));
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

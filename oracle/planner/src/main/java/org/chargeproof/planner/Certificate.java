package org.chargeproof.planner;

import java.util.Arrays;
import java.util.List;

/**
 * Checks a plan against its input without solving anything: one pass over integers, a few feasibility tests. What passes
 * is optimal in the policy's order. It need not be the plan that {@link Planner} makes: sessions may swap energy as long
 * as the aggregate stays the same. See "Certificate" in {@code docs/concepts/planner.md}. An instance is a reusable
 * workspace for one thread.
 */
public final class Certificate {
    private final Admission admission = new Admission();
    private final Demand demand = new Demand();
    private final PolicyOrder order = new PolicyOrder();
    private final Optimality optimality = new Optimality();
    private final StepPower stepPower = new StepPower();
    private final Reserve reserve = new Reserve();

    /** By session that joins, its row in the plan, in the order of {@code demand}. */
    private final int[][] energyWh = new int[Limits.SESSIONS][];

    private final int[] rowOf = new int[Limits.SESSIONS];
    private final int[] baseWh = new int[Limits.STEPS];
    private final int[] capWh = new int[Limits.STEPS];

    /** What rows that join take by step, what the others do, and the room that those have to themselves. */
    private final int[] sumWh = new int[Limits.STEPS];

    private final int[] fixedWh = new int[Limits.STEPS];
    private final int[] takenWh = new int[Limits.STEPS];

    /** Creates a workspace. */
    public Certificate() {}

    /**
     * Checks a plan with a workspace of its own.
     *
     * @throws CertificateException naming what is violated, with step or session and values
     */
    public static void check(GroupInput input, Plan plan) {
        new Certificate().verify(input, plan);
    }

    /**
     * Checks a plan of the newest version.
     *
     * @throws CertificateException naming what is violated, with step or session and values
     */
    public void verify(GroupInput input, Plan plan) {
        verify(input, plan, GroupInput.VERSION);
    }

    /**
     * Checks a plan of any version.
     *
     * @param version of the input and the plan when they are encoded, 1 or 2
     * @throws CertificateException naming what is violated, with step or session and values
     */
    public void verify(GroupInput input, Plan plan, int version) {
        if (!Arrays.equals(plan.inputSha256(), Planner.sha256(input.encode(version)))) {
            throw new CertificateException("inputSha256 is not the hash of the input");
        }
        admission.decide(input);
        if (version == 1) {
            verify(input, plan, admission, decisionsOfVersion1(admission.decisions()));
        } else {
            verify(input, plan, admission);
        }
    }

    /** Version 1 promises all or nothing, and does not say how much. */
    private static List<Plan.Decision> decisionsOfVersion1(List<Plan.Decision> decisions) {
        return decisions.stream()
                .map(d -> d.accepted() ? new Plan.Decision(d.sessionId(), true, 0, 0, 0) : d)
                .toList();
    }

    /** As {@link #verify(GroupInput, Plan)}, when the input's hash is known to be right and its admission at hand. */
    void verify(GroupInput input, Plan plan, Admission admission) {
        verify(input, plan, admission, admission.decisions());
    }

    private void verify(GroupInput input, Plan plan, Admission admission, List<Plan.Decision> decisions) {
        expect("groupId", input.groupId(), plan.groupId());
        expect("timestep", input.timestep(), plan.timestep());
        expect("stepCount", input.stepCount(), plan.stepCount());
        expectSame("decision", decisions, plan.decisions());
        expectSame("green energy", GreenEnergy.attribute(input.settlement()), plan.green());
        demand.take(input.sessions(), admission);
        startColumns(input);
        checkRows(input, plan, admission);
        checkColumns(plan);
        stepPower.check(input, plan.rows());
        checkOptimality(input, plan, admission);
    }

    private void checkOptimality(GroupInput input, Plan plan, Admission admission) {
        if (input.policy().kind() == Policy.Kind.EARLIEST_TO_PEAK && demand.totalWh() > 0) {
            optimality.checkLeastPeak(plan.stepCount(), baseWh, capWh, demand, admission.cuts(), plan.leastPeakWh());
        } else {
            expect("leastPeakWh", 0, plan.leastPeakWh());
        }
        order.set(input, plan.leastPeakWh());
        optimality.checkPrices(
                order, plan.stepCount(), baseWh, capWh, demand, energyWh, plan.aggregateWh(), plan.price());
    }

    /** Each accepted session has one row that keeps its window, its power and its energy. */
    private void checkRows(GroupInput input, Plan plan, Admission admission) {
        List<GroupInput.Session> sessions = input.sessions();
        int next = 0;
        for (int i = 0; i < sessions.size(); i++) {
            GroupInput.Session session = sessions.get(i);
            if (!admission.serves(i) || session.departureStep() == 0) {
                continue;
            }
            int id = session.sessionId();
            if (next == plan.rows().size()) {
                throw new CertificateException("session " + id + " is accepted but has no row");
            }
            rowOf[i] = next;
            Plan.Row row = plan.rows().get(next++);
            expect("sessionId of row ", next - 1, id, row.sessionId());
            expect("chargePoint of session ", id, session.chargePoint(), row.chargePoint());
            expect("joins of session ", id, session.joins() ? 1 : 0, row.joins() ? 1 : 0);
            expect("steps of session ", id, session.departureStep(), row.energyWh().length);
            expect("shortfallWh of session ", id, admission.shortfallWh(i, session), row.shortfallWh());
            addRow(session, row, admission.promisedWh(i));
            if (!session.joins()) {
                checkFixed(id, row, admission.fixedWh(i));
            }
        }
        expect("number of rows", next, plan.rows().size());
        for (int n = 0; n < demand.count; n++) {
            energyWh[n] = plan.rows().get(rowOf[demand.inputIndex[n]]).energyWh();
        }
    }

    /** Checks a row's energies, and adds them to the columns. */
    private void addRow(GroupInput.Session session, Plan.Row row, int promisedWh) {
        int[] rowWh = row.energyWh();
        int[] sum = session.joins() ? sumWh : fixedWh;
        int maxWhPerStep = session.maxWhPerStep();
        long totalWh = 0;
        int signs = 0;
        for (int t = 0; t < rowWh.length; t++) {
            totalWh += rowWh[t];
            sum[t] += rowWh[t];
            signs |= rowWh[t] | (maxWhPerStep - rowWh[t]);
        }
        for (int t = 0; signs < 0 && t < rowWh.length; t++) {
            if (rowWh[t] < 0 || rowWh[t] > maxWhPerStep) {
                throw new CertificateException("session " + session.sessionId() + " takes " + rowWh[t] + " Wh at step "
                        + t + ", allowed is 0 to " + maxWhPerStep);
            }
        }
        for (int t = 0; t < session.arrivalStep(); t++) {
            if (rowWh[t] > 0) {
                throw new CertificateException("session " + session.sessionId() + " takes " + rowWh[t] + " Wh at step "
                        + t + ", before it arrives");
            }
        }
        expect("energy of session ", session.sessionId(), promisedWh, totalWh);
        if (session.joins() && promisedWh > 0) {
            reserve.add(session.minWhPerStep(), session.arrivalStep(), session.departureStep());
        }
        for (int t = 0; !session.joins() && t < rowWh.length; t++) {
            takenWh[t] += MinimumCurrent.roomWh(rowWh[t], session.minWhPerStep());
        }
    }

    private static void checkFixed(int id, Plan.Row row, int[] fixedWh) {
        for (int t = 0; t < row.energyWh().length; t++) {
            if (row.energyWh()[t] != fixedWh[t]) {
                expect("energyWh of session " + id + " at step ", t, fixedWh[t], row.energyWh()[t]);
            }
        }
    }

    private void startColumns(GroupInput input) {
        Arrays.fill(sumWh, 0);
        Arrays.fill(fixedWh, 0);
        Arrays.fill(takenWh, 0);
        reserve.clear(input.stepsPerHour());
        for (int t = 0; t < input.stepCount(); t++) {
            baseWh[t] = input.expectedLoadWh()[t] - input.expectedPvWh()[t];
            capWh[t] = Math.max(0, input.limitWh()[t] - input.reservedLoadWh()[t] + input.firmPvWh()[t]);
        }
    }

    /** Rows that join add up to the aggregate, which fits into what the others and the reserve leave. */
    private void checkColumns(Plan plan) {
        for (int t = 0; t < plan.stepCount(); t++) {
            baseWh[t] += fixedWh[t];
            capWh[t] = reserve.roomWh(t, capWh[t] - takenWh[t]);
            expect("aggregateWh at step ", t, sumWh[t], plan.aggregateWh()[t]);
            if (plan.aggregateWh()[t] > capWh[t]) {
                throw new CertificateException("aggregateWh at step " + t + " is " + plan.aggregateWh()[t]
                        + ", there is room for " + capWh[t]);
            }
        }
    }

    private static void expect(String name, long expected, long found) {
        if (expected != found) {
            throw new CertificateException(name + " is " + found + ", should be " + expected);
        }
    }

    private static void expect(String name, int of, long expected, long found) {
        if (expected != found) {
            expect(name + of, expected, found);
        }
    }

    private static <T> void expectSame(String name, List<T> expected, List<T> found) {
        expect("number of " + name + "s", expected.size(), found.size());
        for (int i = 0; i < expected.size(); i++) {
            if (!expected.get(i).equals(found.get(i))) {
                throw new CertificateException(
                        name + " " + i + " is " + found.get(i) + ", should be " + expected.get(i));
            }
        }
    }
}

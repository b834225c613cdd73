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
    private final PrefixCuts cuts = new PrefixCuts();
    private final Prices prices = new Prices();
    private final StepPower stepPower = new StepPower();
    private final Reserve reserve = new Reserve();
    private final int[] baseWh = new int[Limits.STEPS];
    private final int[] capWh = new int[Limits.STEPS];
    private final int[] sumWh = new int[Limits.STEPS];
    private final int[] roomWh = new int[Limits.STEPS];
    private final long[] leastPrice = new long[Limits.STEPS];

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
     * Checks a plan.
     *
     * @throws CertificateException naming what is violated, with step or session and values
     */
    public void verify(GroupInput input, Plan plan) {
        if (!Arrays.equals(plan.inputSha256(), Planner.sha256(input.encode()))) {
            throw new CertificateException("inputSha256 is not the hash of the input");
        }
        admission.decide(input);
        verify(input, plan, admission);
    }

    /** As {@link #verify(GroupInput, Plan)}, when the input's hash is known to be right and its admission at hand. */
    void verify(GroupInput input, Plan plan, Admission admission) {
        expect("groupId", input.groupId(), plan.groupId());
        expect("timestep", input.timestep(), plan.timestep());
        expect("stepCount", input.stepCount(), plan.stepCount());
        expectSame("decision", admission.decisions(), plan.decisions());
        expectSame("green energy", GreenEnergy.attribute(input.settlement()), plan.green());
        demand.take(input.sessions(), admission);
        int[][] energyWh = new int[demand.count][];
        checkRows(input, plan, admission, energyWh);
        checkColumns(input, plan, admission);
        stepPower.check(input, plan.rows());
        checkLeastPeak(input, plan);
        order.set(input, plan.leastPeakWh());
        checkStepPrices(plan);
        checkRowPrices(plan, energyWh);
        checkLeastPrices(plan, energyWh);
    }

    /** Each accepted session has one row that keeps its window, its power and its energy. */
    private void checkRows(GroupInput input, Plan plan, Admission admission, int[][] energyWh) {
        List<GroupInput.Session> sessions = input.sessions();
        int[][] byIndex = new int[sessions.size()][];
        int next = 0;
        for (int i = 0; i < sessions.size(); i++) {
            GroupInput.Session session = sessions.get(i);
            if (!admission.serves(i) || session.departureStep() == 0) {
                continue;
            }
            String name = "session " + session.sessionId();
            if (next == plan.rows().size()) {
                throw new CertificateException(name + " is accepted but has no row");
            }
            Plan.Row row = plan.rows().get(next++);
            byIndex[i] = row.energyWh();
            expect("sessionId of row " + (next - 1), session.sessionId(), row.sessionId());
            expect("chargePoint of " + name, session.chargePoint(), row.chargePoint());
            expect("joins of " + name, session.joins() ? 1 : 0, row.joins() ? 1 : 0);
            expect("steps of " + name, session.departureStep(), row.energyWh().length);
            expect("shortfallWh of " + name, admission.shortfallWh(i, session), row.shortfallWh());
            long totalWh = 0;
            for (int t = 0; t < row.energyWh().length; t++) {
                int stepWh = row.energyWh()[t];
                if (stepWh < 0 || stepWh > session.maxWhPerStep()) {
                    throw new CertificateException(name + " takes " + stepWh + " Wh at step " + t + ", allowed is 0 to "
                            + session.maxWhPerStep());
                }
                if (!session.joins()) {
                    expect("energyWh of " + name + " at step " + t, admission.fixedWh(i)[t], stepWh);
                }
                totalWh += stepWh;
            }
            expect("energy of " + name, admission.promisedWh(i), totalWh);
        }
        expect("number of rows", next, plan.rows().size());
        for (int n = 0; n < demand.count; n++) {
            energyWh[n] = byIndex[demand.inputIndex[n]];
        }
    }

    /** Rows that join add up to the aggregate, which fits into what the others and the reserve leave. */
    private void checkColumns(GroupInput input, Plan plan, Admission admission) {
        for (int t = 0; t < plan.stepCount(); t++) {
            baseWh[t] = input.expectedLoadWh()[t] - input.expectedPvWh()[t];
            capWh[t] = Math.max(0, input.limitWh()[t] - input.reservedLoadWh()[t] + input.firmPvWh()[t]);
            sumWh[t] = 0;
        }
        reserve.clear(input.stepsPerHour());
        int i = 0;
        for (Plan.Row row : plan.rows()) {
            while (input.sessions().get(i).chargePoint() != row.chargePoint()) {
                i++;
            }
            GroupInput.Session session = input.sessions().get(i);
            int[] energyWh = row.energyWh();
            if (row.joins() && admission.promisedWh(i) > 0) {
                reserve.add(session.minWhPerStep(), session.arrivalStep(), session.departureStep());
            }
            for (int t = 0; t < energyWh.length; t++) {
                if (row.joins()) {
                    sumWh[t] += energyWh[t];
                } else {
                    baseWh[t] += energyWh[t];
                    capWh[t] -= MinimumCurrent.roomWh(energyWh[t], session.minWhPerStep());
                }
            }
        }
        for (int t = 0; t < plan.stepCount(); t++) {
            capWh[t] = reserve.roomWh(t, capWh[t]);
            expect("aggregateWh at step " + t, sumWh[t], plan.aggregateWh()[t]);
            if (plan.aggregateWh()[t] > capWh[t]) {
                throw new CertificateException("aggregateWh at step " + t + " is " + plan.aggregateWh()[t]
                        + ", there is room for " + capWh[t]);
            }
        }
    }

    /** All energy fits below the least peak, but not below one less. */
    private void checkLeastPeak(GroupInput input, Plan plan) {
        int totalWh = demand.totalWh();
        if (input.policy().kind() != Policy.Kind.EARLIEST_TO_PEAK || totalWh == 0) {
            expect("leastPeakWh", 0, plan.leastPeakWh());
            return;
        }
        cuts.clear();
        for (int n = 0; n < demand.count; n++) {
            if (demand.energyWh[n] > 0) {
                cuts.add(demand.energyWh[n], demand.maxWhPerStep[n], demand.departureStep[n]);
            }
        }
        long belowWh = mostBelow(plan.leastPeakWh(), plan.stepCount());
        if (belowWh < totalWh) {
            throw new CertificateException("leastPeakWh is " + plan.leastPeakWh() + ", but only " + belowWh + " of "
                    + totalWh + " Wh fit below it");
        }
        if (mostBelow(plan.leastPeakWh() - 1L, plan.stepCount()) == totalWh) {
            throw new CertificateException("leastPeakWh is " + plan.leastPeakWh() + ", but a lower peak is possible");
        }
    }

    private long mostBelow(long levelWh, int steps) {
        for (int t = 0; t < steps; t++) {
            roomWh[t] = LeastPeak.roomBelow(levelWh, baseWh[t], capWh[t]);
        }
        return cuts.most(roomWh);
    }

    /** A step's price lies from its last unit in use to before its next unit. */
    private void checkStepPrices(Plan plan) {
        for (int t = 0; t < plan.stepCount(); t++) {
            int inUseWh = plan.aggregateWh()[t];
            int levelWh = baseWh[t] + inUseWh;
            long price = plan.price()[t];
            if (inUseWh > 0 && order.key(t, levelWh) > price) {
                throw new CertificateException("price at step " + t + " is " + price + ", less than the key "
                        + order.key(t, levelWh) + " of level " + levelWh + ", which is in use");
            }
            if (inUseWh < capWh[t] && order.key(t, levelWh + 1) <= price) {
                throw new CertificateException("price at step " + t + " is " + price + ", not less than the key "
                        + order.key(t, levelWh + 1) + " of level " + (levelWh + 1) + ", which is free");
            }
        }
    }

    /** No session pays more in a step that it uses than in one that it could use more. */
    private void checkRowPrices(Plan plan, int[][] energyWh) {
        for (int n = 0; n < demand.count; n++) {
            int dearest = -1;
            int cheapest = -1;
            for (int t = 0; t < energyWh[n].length; t++) {
                if (energyWh[n][t] > 0 && (dearest < 0 || plan.price()[t] > plan.price()[dearest])) {
                    dearest = t;
                }
                if (energyWh[n][t] < demand.maxWhPerStep[n]
                        && (cheapest < 0 || plan.price()[t] < plan.price()[cheapest])) {
                    cheapest = t;
                }
            }
            if (dearest >= 0 && cheapest >= 0 && plan.price()[dearest] > plan.price()[cheapest]) {
                throw new CertificateException("the session at input index " + demand.inputIndex[n]
                        + " takes energy at step " + dearest + " at price " + plan.price()[dearest]
                        + " and could take more at step " + cheapest + " at price " + plan.price()[cheapest]);
            }
        }
    }

    /** Of all prices that prove the plan, these are the least: there is one certificate only. */
    private void checkLeastPrices(Plan plan, int[][] energyWh) {
        prices.compute(order, plan.stepCount(), baseWh, plan.aggregateWh(), demand, energyWh, leastPrice);
        for (int t = 0; t < plan.stepCount(); t++) {
            expect("price at step " + t, leastPrice[t], plan.price()[t]);
        }
    }

    private static void expect(String name, long expected, long found) {
        if (expected != found) {
            throw new CertificateException(name + " is " + found + ", should be " + expected);
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

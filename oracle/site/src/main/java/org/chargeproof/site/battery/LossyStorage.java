package org.chargeproof.site.battery;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.chargeproof.site.flow.Served;
import org.ojalgo.optimisation.Expression;
import org.ojalgo.optimisation.ExpressionsBasedModel;
import org.ojalgo.optimisation.Optimisation;
import org.ojalgo.optimisation.Variable;

/**
 * A battery with losses and the sessions of a group as linear programs, with ojAlgo: first the least peak, then under it the least
 * sum of a convex cost of net load above 0, in {@link #PIECES} straight pieces. What is stored is then rounded to whole Wh, so that
 * content and power stay within their limits exactly. Not exact as to the optimum: a few Wh, and the pieces.
 */
final class LossyStorage {
    private static final int PIECES = 8;

    /** Moving energy in and out for nothing costs a little, too little to give up a gain for it. */
    private static final double COST_OF_CHARGING = 1e-3;

    private static final double TOLERANCE_WH = 1e-6;

    private final Served served;
    private final Battery battery;
    private final int minAtEndWh;
    private final int maxGainWh;

    /** In a step: what the sessions take, what the battery stores of what it takes, what it gives, and its content afterwards. */
    private record Step(Variable sessions, Variable gain, Variable given, Variable stored) {}

    private LossyStorage(Served served, Battery battery, int minAtEndWh) {
        this.served = served;
        this.battery = battery;
        this.minAtEndWh = minAtEndWh;
        // with the gain of whole Wh as its bound, a schedule at full power needs no rounding
        maxGainWh = battery.storedOf(Math.min(battery.maxChargeWhPerStep(), Battery.MOST_WH));
    }

    /**
     * Finds a schedule.
     *
     * @param keepsPromises whether sessions have room for their energy beside a schedule
     * @return what the battery takes, below 0 for what it gives, T values
     * @throws Infeasible if it cannot store at the end what it is to, or only without any rounding
     */
    static int[] batteryWh(Served served, Battery battery, Predicate<int[]> keepsPromises) throws Infeasible {
        int leastWh = battery.minStoredAtEndWh();
        // less than 2 Wh are lost in a step by rounding
        int ampleWh = Math.min(battery.capacityWh(), leastWh + 2 * served.steps());
        for (int minAtEndWh : new int[] {leastWh, ampleWh}) {
            var storage = new LossyStorage(served, battery, minAtEndWh);
            var optimum = storage.optimum();
            for (boolean up : new boolean[] {true, false}) {
                int[] batteryWh = storage.rounded(optimum, up);
                if (storage.storesEnough(batteryWh) && keepsPromises.test(batteryWh)) {
                    return batteryWh;
                }
            }
        }
        throw new Infeasible("no schedule in whole Wh was found");
    }

    private List<Step> optimum() throws Infeasible {
        var peakModel = newModel();
        var peak = peakModel.newVariable("peak").lower(0).weight(1);
        var steps = addSteps(peakModel);
        for (int t = 0; t < steps.size(); t++) {
            level(peakModel, steps.get(t), t).set(peak, -1);
        }
        double peakWh = Math.ceil(minimum(peakModel) - TOLERANCE_WH);

        var model = newModel();
        steps = addSteps(model);
        for (int t = 0; t < steps.size(); t++) {
            var level = level(model, steps.get(t), t);
            steps.get(t).gain().weight(COST_OF_CHARGING);
            for (int piece = 0; piece < PIECES && peakWh > 0; piece++) {
                level.set(
                        model.newVariable("piece" + t + "." + piece)
                                .lower(0)
                                .upper(peakWh / PIECES)
                                .weight(piece + 1.0),
                        -1);
            }
        }
        minimum(model);
        return steps;
    }

    /** The row that keeps net load of a step below what is to be added to it. */
    private Expression level(ExpressionsBasedModel model, Step step, int t) {
        return model.newExpression("level" + t)
                .set(step.sessions(), 1)
                .set(step.gain(), takenPerGain())
                .set(step.given(), -1)
                .upper(-served.baseWh()[t]);
    }

    private double takenPerGain() {
        return (double) Battery.LOSSLESS_PERCENT / battery.efficiencyPercent();
    }

    /** Variables and limits that both programs have. */
    private List<Step> addSteps(ExpressionsBasedModel model) {
        var steps = new ArrayList<Step>();
        var sums = new ArrayList<Expression>();
        for (int t = 0; t < served.steps(); t++) {
            int capWh = served.capWh()[t];
            var step = new Step(
                    model.newVariable("sessions" + t).lower(0).upper(capWh),
                    model.newVariable("gain" + t).lower(0).upper(maxGainWh),
                    model.newVariable("given" + t).lower(0).upper(battery.maxDischargeWhPerStep()),
                    model.newVariable("stored" + t).lower(0).upper(battery.capacityWh()));
            model.newExpression("room" + t)
                    .set(step.sessions(), 1)
                    .set(step.gain(), takenPerGain())
                    .upper(capWh);
            var content = model.newExpression("content" + t)
                    .set(step.stored(), 1)
                    .set(step.gain(), -1)
                    .set(step.given(), 1);
            if (t == 0) {
                content.level(battery.storedWh());
            } else {
                content.set(steps.get(t - 1).stored(), -1).level(0);
            }
            steps.add(step);
            sums.add(model.newExpression("sum" + t).set(step.sessions(), -1).level(0));
        }
        steps.getLast().stored().lower(minAtEndWh);
        for (int i = 0; i < served.demands().size(); i++) {
            var demand = served.demands().get(i);
            var row = model.newExpression("session" + i).level(demand.energyWh());
            for (int t = 0; t < demand.departureStep(); t++) {
                var x = model.newVariable("x" + i + "." + t).lower(0).upper(demand.mostWh(t));
                row.set(x, 1);
                sums.get(t).set(x, 1);
            }
        }
        return steps;
    }

    /**
     * Lets the content follow that of the optimum, in whole Wh and never above it.
     *
     * @param up whether charging may be rounded up; if not, the sessions keep all the room that they have in the optimum
     */
    private int[] rounded(List<Step> optimum, boolean up) {
        int steps = optimum.size();
        int[] maxTakenWh = new int[steps];
        int[] neededWh = new int[steps + 1];
        neededWh[steps] = battery.minStoredAtEndWh();
        for (int t = steps - 1; t >= 0; t--) {
            double takenWh = optimum.get(t).gain().getValue().doubleValue() * takenPerGain();
            int boundWh = up ? served.capWh()[t] : (int) Math.floor(takenWh + TOLERANCE_WH);
            maxTakenWh[t] = Math.min(boundWh, battery.maxChargeWhPerStep());
            neededWh[t] = up ? 0 : Math.max(0, neededWh[t + 1] - battery.storedOf(maxTakenWh[t]));
        }
        int[] batteryWh = new int[steps];
        int storedWh = battery.storedWh();
        for (int t = 0; t < steps; t++) {
            double optimumWh = optimum.get(t).stored().getValue().doubleValue();
            int targetWh = Math.clamp(
                    Math.max((long) Math.floor(optimumWh + TOLERANCE_WH), neededWh[t + 1]), 0, battery.capacityWh());
            if (targetWh >= storedWh) {
                batteryWh[t] = Math.min(maxTakenWh[t], battery.neededFor(targetWh - storedWh));
                storedWh += battery.storedOf(batteryWh[t]);
            } else {
                batteryWh[t] = -Math.min(storedWh - targetWh, battery.maxDischargeWhPerStep());
                storedWh += batteryWh[t];
            }
        }
        return batteryWh;
    }

    private boolean storesEnough(int[] batteryWh) {
        int storedWh = battery.storedWh();
        for (int flowWh : batteryWh) {
            storedWh += flowWh > 0 ? battery.storedOf(flowWh) : flowWh;
        }
        return storedWh >= battery.minStoredAtEndWh();
    }

    private static ExpressionsBasedModel newModel() {
        var options = new Optimisation.Options();
        // a result must not depend on how fast the machine is
        options.time_abort = Long.MAX_VALUE;
        options.time_suffice = Long.MAX_VALUE;
        options.iterations_abort = Integer.MAX_VALUE;
        options.iterations_suffice = Integer.MAX_VALUE;
        return new ExpressionsBasedModel(options);
    }

    private static double minimum(ExpressionsBasedModel model) throws Infeasible {
        var result = model.minimise();
        if (!result.getState().isOptimal()) {
            throw new Infeasible("the linear program ended as " + result.getState());
        }
        return result.getValue();
    }
}

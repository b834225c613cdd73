package org.chargeproof.site.battery;

import org.chargeproof.site.flow.Served;
import org.ojalgo.optimisation.Expression;
import org.ojalgo.optimisation.ExpressionsBasedModel;

/** The least peak as a linear program, without a variable for the content of the battery or for what the sessions take together. */
final class LeastPeakProgram {
    private LeastPeakProgram() {}

    /** Least highest net load that is not below 0, in Wh; NaN if there is no plan. */
    static double leastPeakWh(Served served, Battery battery) {
        var model = new ExpressionsBasedModel();
        var peak = model.newVariable("peak").lower(0).weight(1);
        int steps = served.steps();
        var room = new Expression[steps];
        var level = new Expression[steps];
        var content = new Expression[steps];
        for (int t = 0; t < steps; t++) {
            int least = t == steps - 1 ? battery.minStoredAtEndWh() : 0;
            content[t] = model.newExpression("content" + t)
                    .lower((double) least - battery.storedWh())
                    .upper((double) battery.capacityWh() - battery.storedWh());
            level[t] = model.newExpression("level" + t).set(peak, -1).upper(-served.baseWh()[t]);
            room[t] = model.newExpression("room" + t).upper(served.capWh()[t]);
        }
        for (int t = 0; t < steps; t++) {
            var taken = model.newVariable("taken" + t).lower(0).upper(battery.maxChargeWhPerStep());
            var given = model.newVariable("given" + t).lower(0).upper(battery.maxDischargeWhPerStep());
            room[t].set(taken, 1);
            level[t].set(taken, 1).set(given, -1);
            for (int later = t; later < steps; later++) {
                content[later].set(taken, battery.efficiencyPercent() / 100.0).set(given, -1);
            }
        }
        for (int i = 0; i < served.demands().size(); i++) {
            var demand = served.demands().get(i);
            var energy = model.newExpression("energy" + i).level(demand.energyWh());
            for (int t = 0; t < demand.departureStep(); t++) {
                var x = model.newVariable(i + "." + t).lower(0).upper(demand.mostWh(t));
                energy.set(x, 1);
                room[t].set(x, 1);
                level[t].set(x, 1);
            }
        }
        var result = model.minimise();
        return result.getState().isOptimal() ? result.getValue() : Double.NaN;
    }
}

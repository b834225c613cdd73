package org.chargeproof.site.phases;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.chargeproof.site.flow.Served;
import org.jspecify.annotations.Nullable;
import org.ojalgo.optimisation.Expression;
import org.ojalgo.optimisation.ExpressionsBasedModel;
import org.ojalgo.optimisation.Optimisation;
import org.ojalgo.optimisation.Variable;

/**
 * Sessions within limits of phases as linear programs, with ojAlgo: sessions on three phases tie the phases together, so that this is
 * no flow. Fractions of a Wh come out of it; {@link PhaseSplit} makes whole ones of them.
 */
final class PhaseProgram {
    private static final double TOLERANCE = 1e-4;

    private final Served served;
    private final PhaseLimits limits;
    private final PhaseRoom room;
    private final int margin;
    private final ExpressionsBasedModel model = newModel();
    private final List<List<Variable>> taken = new ArrayList<>();
    private final List<Expression> sums = new ArrayList<>();

    /** @param margin thirds of a Wh to leave free of each phase */
    private PhaseProgram(Served served, PhaseLimits limits, PhaseRoom room, int margin) {
        this.served = served;
        this.limits = limits;
        this.room = room;
        this.margin = margin;
        addSessions();
    }

    /**
     * Serves the sessions so that their sums deviate from given ones by the least energy.
     *
     * @param margin what to leave free: thirds of a Wh of each phase, Wh of the group's room
     * @param plannedWh the given sums, T values, within the room
     * @return by demand and step, or null if they cannot be served
     */
    static double @Nullable [][] nearest(
            Served served, PhaseLimits limits, PhaseRoom room, int margin, int[] plannedWh) {
        var program = new PhaseProgram(served, limits, room, margin);
        for (int t = 0; t < plannedWh.length; t++) {
            int freeWh = Math.max(0, served.capWh()[t] - plannedWh[t] - margin);
            var more =
                    program.model.newVariable("more" + t).lower(0).upper(freeWh).weight(1);
            var less = program.model.newVariable("less" + t).lower(0).weight(1);
            program.sums.get(t).set(more, -1).set(less, 1).level(plannedWh[t]);
        }
        for (int i = 0; i < served.demands().size(); i++) {
            program.energy(i).level(served.demands().get(i).energyWh());
        }
        return program.model.minimise().getState().isOptimal() ? program.values() : null;
    }

    /** Says who lacks how much, and which phases are full when the sessions get as much as they can. */
    static String shortage(Served served, PhaseLimits limits, PhaseRoom room) {
        var program = new PhaseProgram(served, limits, room, 0);
        for (int t = 0; t < served.steps(); t++) {
            program.sums.get(t).upper(served.capWh()[t]);
        }
        for (int i = 0; i < served.demands().size(); i++) {
            program.energy(i).upper(served.demands().get(i).energyWh());
            program.taken.get(i).forEach(x -> x.weight(-1));
        }
        program.model.minimise();
        return program.describe();
    }

    private void addSessions() {
        var rows = new Expression[Phase.COUNT][served.steps()];
        for (int t = 0; t < served.steps(); t++) {
            sums.add(model.newExpression("sum" + t));
            for (int phase = 0; phase < Phase.COUNT; phase++) {
                rows[phase][t] =
                        model.newExpression("L" + phase + "." + t).upper(Math.max(0, room.thirds()[phase][t] - margin));
            }
        }
        for (int i = 0; i < served.demands().size(); i++) {
            var demand = served.demands().get(i);
            var phase = limits.phaseOf(demand.chargePoint());
            var ofSession = new ArrayList<Variable>();
            for (int t = 0; t < demand.departureStep(); t++) {
                var x = model.newVariable("x" + i + "." + t).lower(0).upper(demand.mostWh(t));
                sums.get(t).set(x, 1);
                for (int of = 0; of < Phase.COUNT; of++) {
                    if (phase.thirdsOn(of) > 0) {
                        rows[of][t].set(x, phase.thirdsOn(of));
                    }
                }
                ofSession.add(x);
            }
            taken.add(ofSession);
        }
    }

    private Expression energy(int i) {
        var energy = model.newExpression("energy" + i);
        taken.get(i).forEach(x -> energy.set(x, 1));
        return energy;
    }

    private double[][] values() {
        return taken.stream()
                .map(ofSession -> ofSession.stream()
                        .mapToDouble(x -> x.getValue().doubleValue())
                        .toArray())
                .toArray(double[][]::new);
    }

    private String describe() {
        double[][] takenWh = values();
        var freeThirds = new double[Phase.COUNT][served.steps()];
        var freeWh = new double[served.steps()];
        for (int t = 0; t < served.steps(); t++) {
            freeWh[t] = served.capWh()[t];
            for (int of = 0; of < Phase.COUNT; of++) {
                freeThirds[of][t] = room.thirds()[of][t];
            }
        }
        for (int i = 0; i < takenWh.length; i++) {
            var phase = limits.phaseOf(served.demands().get(i).chargePoint());
            for (int t = 0; t < takenWh[i].length; t++) {
                freeWh[t] -= takenWh[i][t];
                for (int of = 0; of < Phase.COUNT; of++) {
                    freeThirds[of][t] -= phase.thirdsOn(of) * takenWh[i][t];
                }
            }
        }
        var full = new TreeMap<Integer, Set<Integer>>();
        var lacking = new ArrayList<String>();
        for (int i = 0; i < takenWh.length; i++) {
            var demand = served.demands().get(i);
            double lacksWh = demand.energyWh();
            for (double wh : takenWh[i]) {
                lacksWh -= wh;
            }
            if (lacksWh <= TOLERANCE) {
                continue;
            }
            lacking.add("session " + demand.sessionId() + " lacks " + (long) Math.ceil(lacksWh - TOLERANCE) + " Wh");
            var phase = limits.phaseOf(demand.chargePoint());
            for (int t = 0; t < takenWh[i].length; t++) {
                for (int of = 0; of < Phase.COUNT; of++) {
                    if (phase.thirdsOn(of) > 0 && freeThirds[of][t] < 1 && takenWh[i][t] < demand.mostWh(t)) {
                        full.computeIfAbsent(of, any -> new TreeSet<>()).add(t);
                    }
                }
            }
        }
        return String.join(", ", lacking) + "; full are " + describe(full);
    }

    private static String describe(Map<Integer, Set<Integer>> full) {
        var parts = new ArrayList<String>();
        full.forEach((phase, steps) -> parts.add(Phase.name(phase) + " in steps "
                + String.join(", ", steps.stream().map(String::valueOf).toList())));
        return String.join("; ", parts);
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
}

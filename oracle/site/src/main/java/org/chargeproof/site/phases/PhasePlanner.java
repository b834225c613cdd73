package org.chargeproof.site.phases;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.chargeproof.planner.GroupInput;
import org.chargeproof.planner.Plan;
import org.chargeproof.planner.Planner;
import org.chargeproof.site.flow.Promises;
import org.chargeproof.site.flow.Served;
import org.jspecify.annotations.Nullable;

/**
 * Finds out how the sessions of a group can be served within limits of phases, and the lower limits that make the planner do so; see
 * docs/how-to/batteries-and-phases.md. An instance serves one thread.
 */
public final class PhasePlanner {
    /** Rounding lifts a phase by less than 4 thirds, and the group by less than 4 Wh. */
    private static final int MARGIN = 4;

    private final Planner planner = new Planner();

    /**
     * Serves the sessions that the planner serves without limits of phases, with the energy that it promises them then.
     *
     * @param input the group's input
     * @param limits of as many steps
     * @return energies and an input for them, or what is full
     * @throws IllegalArgumentException if the numbers of steps differ
     * @throws org.chargeproof.planner.InvalidInputException if the input cannot be planned
     */
    public PhasePlan plan(GroupInput input, PhaseLimits limits) {
        if (limits.steps() != input.stepCount()) {
            throw new IllegalArgumentException("the limits of phases have " + limits.steps() + " steps, the input "
                    + input.stepCount() + ". Give one for each step of the input.");
        }
        var plan = planner.plan(input);
        if (PhaseRoom.beside(limits, plan.rows()).exceeded() == null) {
            return new PhasePlan(energies(plan), input, null);
        }
        var room = PhaseRoom.beside(
                limits, plan.rows().stream().filter(row -> !row.joins()).toList());
        var exceeded = room.exceeded();
        if (exceeded != null) {
            return PhasePlan.impossible("already with those who do not join, " + exceeded);
        }
        var served = Served.of(input, plan);
        int[][] energyWh = split(served, limits, room, plan.aggregateWh());
        if (energyWh == null) {
            return PhasePlan.impossible(
                    PhaseProgram.nearest(served, limits, room, 0, plan.aggregateWh()) == null
                            ? PhaseProgram.shortage(served, limits, room)
                            : "the limits of phases fit the sessions to within 2 Wh per step, too closely to be met in whole Wh."
                                    + " Lower what sessions want by some Wh.");
        }
        var lower = new LowerLimits(input, limits, served, room);
        for (var candidate : candidates(lower, energyWh, input.stepCount())) {
            var with = planner.plan(candidate);
            var servedWh = Promises.areKept(plan, with) ? servedWith(candidate, with, limits) : null;
            if (servedWh != null) {
                return new PhasePlan(servedWh, candidate, null);
            }
        }
        return new PhasePlan(
                bySession(plan, served, energyWh),
                null,
                "the sessions can be served within the limits of phases, but no lower limits and maxima were found with which"
                        + " the planner would do so");
    }

    /** Whole Wh by demand and step, near to given sums, or null if there are none, or none were found. */
    private static int @Nullable [][] split(Served served, PhaseLimits limits, PhaseRoom room, int[] plannedWh) {
        for (int margin : new int[] {0, MARGIN}) {
            var nearest = PhaseProgram.nearest(served, limits, room, margin, plannedWh);
            int[][] energyWh = nearest == null ? null : new PhaseSplit(served, limits, room).near(nearest);
            if (energyWh != null) {
                check(served, limits, room, energyWh);
                return energyWh;
            }
        }
        return null;
    }

    /** Ways to lower limits and maxima: those that leave the planner most choice first. */
    private static List<GroupInput> candidates(LowerLimits lower, int[][] energyWh, int steps) {
        int[] mostWh = IntStream.range(0, energyWh.length)
                .map(i -> IntStream.of(energyWh[i]).max().orElse(0))
                .toArray();
        int[] sumWh = new int[steps];
        for (int[] ofSession : energyWh) {
            for (int t = 0; t < ofSession.length; t++) {
                sumWh[t] += ofSession[t];
            }
        }
        var candidates = new ArrayList<GroupInput>();
        int[] always = lower.together(steps);
        if (always != null) {
            candidates.add(lower.withMaxima(always));
        }
        candidates.add(lower.safe(null));
        candidates.add(lower.safe(mostWh));
        candidates.add(lower.exactly(sumWh, mostWh));
        int[] now = lower.together(1);
        if (now != null) {
            candidates.add(lower.withMaxima(now));
            candidates.add(lower.exactly(sumWh, now));
        }
        return candidates;
    }

    /**
     * What a plan gives if it keeps the limits of phases; or what it gives in step 0 and what can be given afterwards, if it keeps
     * them in step 0 and they can be kept afterwards; otherwise null. Later steps are planned again.
     */
    private static @Nullable Map<Integer, int[]> servedWith(GroupInput input, Plan plan, PhaseLimits limits) {
        var left = PhaseRoom.beside(limits, plan.rows());
        if (left.exceeded() == null) {
            return energies(plan);
        }
        if (left.exceeded(1) != null) {
            return null;
        }
        var fixed = plan.rows().stream().filter(row -> !row.joins()).toList();
        var room = PhaseRoom.beside(limits, fixed).afterFirstStep();
        var later = Served.of(input, plan).afterFirstStep(plan);
        int[] sumWh = plan.aggregateWh().clone();
        sumWh[0] = 0;
        int[][] laterWh = split(later, limits, room, sumWh);
        if (laterWh == null) {
            return null;
        }
        for (int i = 0; i < laterWh.length; i++) {
            laterWh[i][0] = firstWh(plan, later.demands().get(i).sessionId());
        }
        return bySession(plan, later, laterWh);
    }

    private static int firstWh(Plan plan, int sessionId) {
        return plan.rows().stream()
                .filter(row -> row.sessionId() == sessionId)
                .mapToInt(row -> row.energyWh()[0])
                .findFirst()
                .orElseThrow();
    }

    /** Energies of demands, and those of a plan for who is not among them: does not join, or gets nothing more. */
    private static Map<Integer, int[]> bySession(Plan plan, Served served, int[][] energyWh) {
        var bySession = energies(plan);
        for (int i = 0; i < energyWh.length; i++) {
            bySession.put(served.demands().get(i).sessionId(), energyWh[i]);
        }
        return bySession;
    }

    private static Map<Integer, int[]> energies(Plan plan) {
        var energyWh = new HashMap<Integer, int[]>();
        plan.rows().forEach(row -> energyWh.put(row.sessionId(), row.energyWh()));
        return energyWh;
    }

    /** None leaves that is wrong. */
    private static void check(Served served, PhaseLimits limits, PhaseRoom room, int[][] energyWh) {
        int[] freeWh = served.capWh().clone();
        var left = new PhaseRoom(
                new long[][] {room.thirds()[0].clone(), room.thirds()[1].clone(), room.thirds()[2].clone()});
        for (int i = 0; i < energyWh.length; i++) {
            var demand = served.demands().get(i);
            left.take(limits.phaseOf(demand.chargePoint()), energyWh[i]);
            int sumWh = 0;
            boolean possible = energyWh[i].length == demand.departureStep();
            for (int t = 0; t < energyWh[i].length; t++) {
                freeWh[t] -= energyWh[i][t];
                sumWh += energyWh[i][t];
                possible &= energyWh[i][t] >= 0 && energyWh[i][t] <= demand.mostWh(t);
            }
            if (sumWh != demand.energyWh() || !possible) {
                throw new IllegalStateException(
                        demand + " gets " + IntStream.of(energyWh[i]).boxed().toList());
            }
        }
        var exceeded = left.exceeded();
        if (exceeded != null || IntStream.of(freeWh).anyMatch(wh -> wh < 0)) {
            throw new IllegalStateException("the split exceeds a limit: " + exceeded);
        }
    }
}

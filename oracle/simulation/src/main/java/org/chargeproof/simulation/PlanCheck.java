package org.chargeproof.simulation;

import java.util.HashMap;
import java.util.Map;
import org.chargeproof.opinion.StepReserve;
import org.chargeproof.planner.GroupInput;
import org.chargeproof.planner.Plan;
import org.chargeproof.simulation.rule.Rule;
import org.jgrapht.alg.flow.DinicMFImpl;
import org.jgrapht.graph.DefaultWeightedEdge;
import org.jgrapht.graph.SimpleDirectedWeightedGraph;
import org.jspecify.annotations.Nullable;

/**
 * Holds answers against a maximum flow of a library (Dinic 1970, by JGraphT): a request is accepted exactly when it is feasible together
 * with what was promised before it, and what is left after the step is feasible again.
 */
final class PlanCheck {
    private static final int SOURCE = 0;
    private static final int SINK = 1;
    private static final int FIRST = 2;

    /** Nothing can be wrong where there is no energy to plan. */
    boolean looksAt(GroupInput input) {
        return input.sessions().stream().anyMatch(s -> s.energyWh() > 0 && s.departureStep() > s.arrivalStep());
    }

    /**
     * Checks an answer.
     *
     * @throws IllegalStateException when the maximum flow says something else
     */
    void check(GroupInput input, Rule.Answer answer) {
        var promisedWh = new HashMap<Integer, Integer>();
        for (var session : input.sessions()) {
            if (session.accepted() && session.energyWh() > 0) {
                promisedWh.put(session.sessionId(), session.energyWh());
            }
        }
        boolean kept = isFeasible(input, promisedWh, null);
        for (var decision : answer.decisions()) {
            if (kept) {
                check(input, promisedWh, decision);
            }
            if (decision.accepted()) {
                promisedWh.put(decision.sessionId(), decision.energyWh());
            }
        }
        // promises that cars broke are no case for this check
        if (kept && !isFeasible(input, promisedWh, answer.energyWh())) {
            throw wrong(input, "what is left after the step is not feasible");
        }
    }

    /** A request is promised the most that is feasible of what it takes, and refused when that is less than the least of it. */
    private static void check(GroupInput input, Map<Integer, Integer> promisedWh, Plan.Decision decision) {
        var session = input.sessions().stream()
                .filter(s -> s.sessionId() == decision.sessionId())
                .findFirst()
                .orElseThrow();
        var with = new HashMap<>(promisedWh);
        with.put(session.sessionId(), decision.accepted() ? decision.energyWh() : session.leastEnergyWh());
        if (isFeasible(input, with, null) != decision.accepted()) {
            throw wrong(
                    input,
                    "request " + session.sessionId() + (decision.accepted() ? " is accepted" : " is refused")
                            + ", the maximum flow says otherwise");
        }
        with.put(session.sessionId(), decision.energyWh() + 1);
        if (decision.accepted() && decision.energyWh() < session.energyWh() && isFeasible(input, with, null)) {
            throw wrong(
                    input,
                    "request " + session.sessionId() + " is promised " + decision.energyWh()
                            + " Wh, more is feasible by the maximum flow");
        }
    }

    /** @param takenWh what each takes in step 0; null to leave it open */
    private static boolean isFeasible(GroupInput input, Map<Integer, Integer> promisedWh, int @Nullable [] takenWh) {
        var graph = new SimpleDirectedWeightedGraph<Integer, DefaultWeightedEdge>(DefaultWeightedEdge.class);
        graph.addVertex(SOURCE);
        graph.addVertex(SINK);
        int steps = input.stepCount();
        int firstStep = takenWh == null ? 0 : 1;
        for (int t = firstStep; t < steps; t++) {
            graph.addVertex(FIRST + t);
            long roomWh = (long) input.limitWh()[t] - input.reservedLoadWh()[t] + input.firmPvWh()[t];
            edge(graph, FIRST + t, SINK, Math.max(0, Math.max(0, roomWh) - reserveWh(input, promisedWh, t)));
        }
        long wantedWh = 0;
        for (int i = 0; i < input.sessions().size(); i++) {
            var session = input.sessions().get(i);
            int energyWh = promisedWh.getOrDefault(session.sessionId(), 0) - (takenWh == null ? 0 : takenWh[i]);
            if (energyWh <= 0) {
                continue;
            }
            int vertex = FIRST + steps + i;
            graph.addVertex(vertex);
            edge(graph, SOURCE, vertex, energyWh);
            for (int t = Math.max(firstStep, session.arrivalStep()); t < session.departureStep(); t++) {
                edge(graph, vertex, FIRST + t, session.maxWhPerStep());
            }
            wantedWh += energyWh;
        }
        return wantedWh == 0 || new DinicMFImpl<>(graph).getMaximumFlowValue(SOURCE, SINK) > wantedWh - 0.5;
    }

    private static long reserveWh(GroupInput input, Map<Integer, Integer> promisedWh, int step) {
        return StepReserve.wh(
                input.sessions().stream()
                        .filter(s -> promisedWh.containsKey(s.sessionId())
                                && s.arrivalStep() <= step
                                && step < s.departureStep())
                        .mapToInt(GroupInput.Session::minWhPerStep),
                input.stepsPerHour());
    }

    private static void edge(
            SimpleDirectedWeightedGraph<Integer, DefaultWeightedEdge> graph, int from, int to, long capacity) {
        graph.setEdgeWeight(graph.addEdge(from, to), (double) capacity);
    }

    private static IllegalStateException wrong(GroupInput input, String what) {
        return new IllegalStateException("timestep " + input.timestep() + ": " + what + ".");
    }
}

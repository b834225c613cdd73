package org.chargeproof.simulation;

import java.util.HashSet;
import java.util.Set;
import org.chargeproof.planner.GroupInput;
import org.jgrapht.alg.flow.DinicMFImpl;
import org.jgrapht.graph.DefaultWeightedEdge;
import org.jgrapht.graph.SimpleDirectedWeightedGraph;
import org.jspecify.annotations.Nullable;

/**
 * Holds answers against a maximum flow of a library (Dinic 1970, by JGraphT): what was accepted earlier is feasible, a request is accepted
 * exactly when it is feasible together with what was accepted before it, and what is left after the step is feasible again.
 */
final class PlanCheck {
    private static final int SOURCE = 0;
    private static final int SINK = 1;
    private static final int FIRST = 2;
    private static final double UNLIMITED = 1e12;

    /** Nothing can be wrong where there is no energy to plan. */
    boolean looksAt(GroupInput input) {
        return input.sessions().stream().anyMatch(s -> s.energyWh() > 0 && s.departureStep() > 0);
    }

    /**
     * Checks an answer.
     *
     * @throws IllegalStateException when the maximum flow says something else
     */
    void check(GroupInput input, Rule.Answer answer) {
        var served = new HashSet<Integer>();
        for (var session : input.sessions()) {
            if (session.accepted()) {
                served.add(session.sessionId());
            }
        }
        if (!feasible(input, served, null)) {
            throw wrong(input, "what was accepted earlier is not feasible");
        }
        for (var decision : answer.decisions()) {
            served.add(decision.sessionId());
            boolean feasible = feasible(input, served, null);
            if (feasible != decision.accepted()) {
                throw wrong(
                        input,
                        "request " + decision.sessionId() + (decision.accepted() ? " is accepted" : " is refused")
                                + ", the maximum flow says otherwise");
            }
            if (!feasible) {
                served.remove(decision.sessionId());
            }
        }
        if (!feasible(input, served, answer.energyWh())) {
            throw wrong(input, "what is left after the step is not feasible");
        }
    }

    /** @param takenWh what each takes in step 0; null to leave it open */
    private static boolean feasible(GroupInput input, Set<Integer> served, int @Nullable [] takenWh) {
        var graph = new SimpleDirectedWeightedGraph<Integer, DefaultWeightedEdge>(DefaultWeightedEdge.class);
        graph.addVertex(SOURCE);
        graph.addVertex(SINK);
        int steps = input.stepCount();
        int firstStep = takenWh == null ? 0 : 1;
        for (int t = firstStep; t < steps; t++) {
            graph.addVertex(FIRST + t);
            long roomWh = (long) input.limitWh()[t] - input.reservedLoadWh()[t] + input.firmPvWh()[t];
            edge(graph, FIRST + t, SINK, (double) Math.max(0, roomWh));
        }
        double wantedWh = 0;
        for (int i = 0; i < input.sessions().size(); i++) {
            var session = input.sessions().get(i);
            int energyWh = session.energyWh() - (takenWh == null ? 0 : takenWh[i]);
            if (!served.contains(session.sessionId()) || energyWh == 0) {
                continue;
            }
            int vertex = FIRST + steps + i;
            graph.addVertex(vertex);
            edge(graph, SOURCE, vertex, energyWh);
            for (int t = firstStep; t < session.departureStep(); t++) {
                edge(graph, vertex, FIRST + t, session.maxWhPerStep());
            }
            wantedWh += energyWh;
        }
        return wantedWh == 0 || new DinicMFImpl<>(graph).getMaximumFlowValue(SOURCE, SINK) > wantedWh - 0.5;
    }

    private static void edge(
            SimpleDirectedWeightedGraph<Integer, DefaultWeightedEdge> graph, int from, int to, double capacity) {
        graph.setEdgeWeight(graph.addEdge(from, to), Math.min(capacity, UNLIMITED));
    }

    private static IllegalStateException wrong(GroupInput input, String what) {
        return new IllegalStateException("timestep " + input.timestep() + ": " + what + ".");
    }
}

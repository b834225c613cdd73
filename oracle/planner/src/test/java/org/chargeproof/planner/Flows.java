package org.chargeproof.planner;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jgrapht.Graph;
import org.jgrapht.alg.flow.DinicMFImpl;
import org.jgrapht.alg.flow.mincost.CapacityScalingMinimumCostFlow;
import org.jgrapht.alg.flow.mincost.MinimumCostFlowProblem.MinimumCostFlowProblemImpl;
import org.jgrapht.graph.DefaultWeightedEdge;
import org.jgrapht.graph.DirectedWeightedMultigraph;

/** The flow problems of a group, solved by JGraphT. */
final class Flows {
    private static final int SOURCE = -1;
    private static final int SINK = -2;
    private static final int STEP = 1_000_000;

    private Flows() {}

    /** The most energy that sessions can take from the room there is. */
    static long most(List<Problem.Wish> wishes, List<Integer> room) {
        Graph<Integer, DefaultWeightedEdge> graph = new DirectedWeightedMultigraph<>(DefaultWeightedEdge.class);
        graph.addVertex(SOURCE);
        graph.addVertex(SINK);
        for (int t = 0; t < room.size(); t++) {
            graph.addVertex(STEP + t);
            edge(graph, STEP + t, SINK, room.get(t));
        }
        for (int i = 0; i < wishes.size(); i++) {
            graph.addVertex(i);
            edge(graph, SOURCE, i, wishes.get(i).energyWh());
            for (int t = 0; t < wishes.get(i).departureStep(); t++) {
                edge(graph, i, STEP + t, wishes.get(i).maxWhPerStep());
            }
        }
        return Math.round(new DinicMFImpl<>(graph).getMaximumFlowValue(SOURCE, SINK));
    }

    /** The same for sessions with windows. */
    static long most(Demand demand, int[] room, int steps) {
        Graph<Integer, DefaultWeightedEdge> graph = new DirectedWeightedMultigraph<>(DefaultWeightedEdge.class);
        graph.addVertex(SOURCE);
        graph.addVertex(SINK);
        for (int t = 0; t < steps; t++) {
            graph.addVertex(STEP + t);
            edge(graph, STEP + t, SINK, room[t]);
        }
        for (int n = 0; n < demand.count; n++) {
            graph.addVertex(n);
            edge(graph, SOURCE, n, demand.energyWh[n]);
            for (int t = demand.arrivalStep[n]; t < demand.departureStep[n]; t++) {
                edge(graph, n, STEP + t, demand.maxWhPerStep[n]);
            }
        }
        return Math.round(new DinicMFImpl<>(graph).getMaximumFlowValue(SOURCE, SINK));
    }

    /** The cheapest aggregate; unit {@code k} is one Wh at step {@code unitStep.get(k)} and costs k. */
    static int[] cheapest(Problem problem, List<Integer> unitStep) {
        Graph<Integer, DefaultWeightedEdge> graph = new DirectedWeightedMultigraph<>(DefaultWeightedEdge.class);
        Map<DefaultWeightedEdge, Integer> capacity = new HashMap<>();
        Map<Integer, Integer> supply = new HashMap<>();
        graph.addVertex(SINK);
        supply.put(SINK, -problem.totalWh());
        for (int t = 0; t < problem.steps(); t++) {
            graph.addVertex(STEP + t);
        }
        for (int i = 0; i < problem.wishes().size(); i++) {
            Problem.Wish wish = problem.wishes().get(i);
            graph.addVertex(i);
            supply.put(i, wish.energyWh());
            for (int t = 0; t < wish.departureStep(); t++) {
                capacity.put(edge(graph, i, STEP + t, 0), wish.maxWhPerStep());
            }
        }
        Map<DefaultWeightedEdge, Integer> unit = new HashMap<>();
        for (int k = 0; k < unitStep.size(); k++) {
            DefaultWeightedEdge edge = edge(graph, STEP + unitStep.get(k), SINK, k);
            capacity.put(edge, 1);
            unit.put(edge, unitStep.get(k));
        }
        Map<DefaultWeightedEdge, Double> flow = new CapacityScalingMinimumCostFlow<Integer, DefaultWeightedEdge>()
                .getMinimumCostFlow(new MinimumCostFlowProblemImpl<>(
                        graph, node -> supply.getOrDefault(node, 0), edge -> capacity.getOrDefault(edge, 0)))
                .getFlowMap();
        int[] aggregate = new int[problem.steps()];
        unit.forEach((edge, t) -> aggregate[t] += (int) Math.round(flow.getOrDefault(edge, 0.0)));
        return aggregate;
    }

    private static DefaultWeightedEdge edge(
            Graph<Integer, DefaultWeightedEdge> graph, int tail, int head, double weight) {
        DefaultWeightedEdge edge = graph.addEdge(tail, head);
        graph.setEdgeWeight(edge, weight);
        return edge;
    }
}

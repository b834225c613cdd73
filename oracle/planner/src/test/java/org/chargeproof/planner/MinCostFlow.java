package org.chargeproof.planner;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Successive shortest paths: slow, simple, and nothing in common with the planner. */
final class MinCostFlow {
    private final int nodes;
    private final List<int[]> edges = new ArrayList<>(); // to, capacity left, cost; the reverse edge has index ^ 1
    private final List<List<Integer>> from = new ArrayList<>();

    MinCostFlow(int nodes) {
        this.nodes = nodes;
        for (int i = 0; i < nodes; i++) {
            from.add(new ArrayList<>());
        }
    }

    /** Adds an edge and returns its index. */
    int edge(int tail, int head, int capacity, int cost) {
        from.get(tail).add(edges.size());
        edges.add(new int[] {head, capacity, cost});
        from.get(head).add(edges.size());
        edges.add(new int[] {tail, 0, -cost});
        return edges.size() - 2;
    }

    /** What flows over an edge. */
    int flow(int edge) {
        return edges.get(edge ^ 1)[1];
    }

    /** Sends as much as possible at the least cost and returns how much that is. */
    long run(int source, int sink) {
        long total = 0;
        long[] distance = new long[nodes];
        int[] via = new int[nodes];
        boolean[] queued = new boolean[nodes];
        while (true) {
            Arrays.fill(distance, Long.MAX_VALUE);
            distance[source] = 0;
            ArrayDeque<Integer> queue = new ArrayDeque<>(List.of(source));
            while (!queue.isEmpty()) {
                int node = queue.poll();
                queued[node] = false;
                for (int index : from.get(node)) {
                    int[] edge = edges.get(index);
                    if (edge[1] > 0 && distance[node] + edge[2] < distance[edge[0]]) {
                        distance[edge[0]] = distance[node] + edge[2];
                        via[edge[0]] = index;
                        if (!queued[edge[0]]) {
                            queued[edge[0]] = true;
                            queue.add(edge[0]);
                        }
                    }
                }
            }
            if (distance[sink] == Long.MAX_VALUE) {
                return total;
            }
            int amount = Integer.MAX_VALUE;
            for (int node = sink; node != source; node = edges.get(via[node] ^ 1)[0]) {
                amount = Math.min(amount, edges.get(via[node])[1]);
            }
            for (int node = sink; node != source; node = edges.get(via[node] ^ 1)[0]) {
                edges.get(via[node])[1] -= amount;
                edges.get(via[node] ^ 1)[1] += amount;
            }
            total += amount;
        }
    }
}

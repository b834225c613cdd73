package org.chargeproof.planner;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

/** The split of an aggregate among sessions with windows once more, from the documentation and without any idea of speed. */
final class Chains {
    private final Demand demand;
    private final int[] left;
    private final int[][] rows;

    Chains(Demand demand, int[] aggregate) {
        this.demand = demand;
        this.left = aggregate.clone();
        this.rows = new int[demand.count][aggregate.length];
    }

    int[][] place() {
        for (int n = 0; n < demand.count; n++) {
            int missing = demand.energyWh[n];
            while (missing > 0) {
                missing -= takeAlong(shortest(n), missing);
            }
        }
        return rows;
    }

    /** A chain (n, s, m, t, ...): n charges in s, m moves from s to t, and so on; there is room in the last step. */
    private List<Integer> shortest(int n) {
        List<List<Integer>> chains = List.of(List.of(n));
        TreeSet<Integer> reached = new TreeSet<>();
        TreeSet<Integer> movers = new TreeSet<>(List.of(n));
        while (true) {
            // one step longer: to steps that nobody has reached yet, those of the sessions added first before others
            List<List<Integer>> longer = new ArrayList<>();
            for (List<Integer> chain : chains) {
                int session = chain.getLast();
                for (int t = demand.arrivalStep[session]; t < demand.departureStep[session]; t++) {
                    if (rows[session][t] < demand.maxWhPerStep[session] && reached.add(t)) {
                        longer.add(with(chain, t));
                    }
                }
            }
            longer.sort((a, b) -> Integer.compare(a.getLast(), b.getLast()));
            for (List<Integer> chain : longer) {
                if (left[chain.getLast()] > 0) {
                    return chain;
                }
            }
            chains = new ArrayList<>();
            for (int m = 0; m < demand.count; m++) {
                if (!movers.contains(m)) {
                    for (List<Integer> chain : longer) {
                        if (rows[m][chain.getLast()] > 0 && movers.add(m)) {
                            chains.add(with(chain, m));
                        }
                    }
                }
            }
            assertThatThereAre(chains);
        }
    }

    private static void assertThatThereAre(List<List<Integer>> chains) {
        if (chains.isEmpty()) {
            throw new AssertionError("the aggregate is not feasible");
        }
    }

    private int takeAlong(List<Integer> chain, int missing) {
        int amount = Math.min(missing, left[chain.getLast()]);
        for (int k = 0; k < chain.size(); k += 2) {
            int session = chain.get(k);
            amount = Math.min(amount, demand.maxWhPerStep[session] - rows[session][chain.get(k + 1)]);
            amount = k == 0 ? amount : Math.min(amount, rows[session][chain.get(k - 1)]);
        }
        for (int k = 0; k < chain.size(); k += 2) {
            int session = chain.get(k);
            rows[session][chain.get(k + 1)] += amount;
            if (k > 0) {
                rows[session][chain.get(k - 1)] -= amount;
            }
        }
        left[chain.getLast()] -= amount;
        return amount;
    }

    private static List<Integer> with(List<Integer> chain, int next) {
        Integer[] longer = Arrays.copyOf(chain.toArray(new Integer[0]), chain.size() + 1);
        longer[chain.size()] = next;
        return List.of(longer);
    }
}

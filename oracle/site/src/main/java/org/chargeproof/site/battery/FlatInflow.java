package org.chargeproof.site.battery;

import java.util.ArrayList;
import java.util.List;
import org.chargeproof.site.flow.FlowNetwork;

/**
 * Of all feasible flows of a network, one whose inflows are least in the order {@code FLAT} of
 * docs/reference/planner-encoding.md. An inflow lifts the level of a step; a unit that lifts step {@code t} to level {@code z}
 * has the key {@code (z, t)}, and the units with the lowest keys are taken. What nodes of a network can take together is
 * submodular, and so the method of "Divide and conquer" in docs/concepts/planner.md is right here too: take what would be
 * best if nothing but the sum mattered; if it does not flow, a least cut tells which inflows are too large, arcs across it
 * are full, and both sides are problems of their own (Fujishige, Submodular Functions and Optimization, section 8).
 */
final class FlatInflow {
    private final FlowNetwork network;
    private final List<Inflow> inflows = new ArrayList<>();
    private int parts = 1;

    /**
     * Where units may enter.
     *
     * @param node where
     * @param lowWh level without any
     * @param mostWh how many
     * @param leveled whether units lift a level; otherwise they all come after those that lift one to 0, and before the others
     */
    private record Inflow(int node, int lowWh, int mostWh, boolean leveled) {
        long unitsUpTo(long levelWh) {
            if (!leveled) {
                return levelWh > 0 ? mostWh : 0;
            }
            return Math.clamp(levelWh - lowWh, 0, mostWh);
        }

        long lowestWh() {
            return leveled ? lowWh : 0;
        }

        long highestWh() {
            return leveled ? (long) lowWh + mostWh : 1;
        }
    }

    FlatInflow(FlowNetwork network) {
        this.network = network;
    }

    /**
     * Lets units in at a node that has no inflow yet; those of equal levels are preferred in the order of these calls.
     *
     * @param lowWh level without them, may be negative
     * @param mostWh how many at most
     */
    void addStep(int node, int lowWh, int mostWh) {
        inflows.add(new Inflow(node, lowWh, mostWh, true));
    }

    /** Lets units in that have no level: they are taken rather than to lift a level above 0. */
    void addUnleveled(int node, int mostWh) {
        inflows.add(new Inflow(node, 0, mostWh, false));
    }

    /**
     * Solves.
     *
     * @return inflows by node; the flows are in the network
     * @throws Infeasible if no flow brings all supplies to where they leave
     */
    int[] solve() throws Infeasible {
        int[] inflowWh = new int[network.nodes()];
        int[] all = new int[network.nodes()];
        for (int node = 0; node < all.length; node++) {
            all[node] = node;
        }
        divide(all, inflows, inflowWh);
        return inflowWh;
    }

    private void divide(int[] members, List<Inflow> here, int[] inflowWh) throws Infeasible {
        long wantedWh = 0;
        for (int node : members) {
            wantedWh -= network.supplyWh(node);
        }
        fill(here, wantedWh, inflowWh);
        if (network.settle(members, inflowWh)) {
            return;
        }
        var before = new ArrayList<Inflow>();
        var after = new ArrayList<Inflow>();
        for (var inflow : here) {
            (network.isBeforeCut(inflow.node()) ? before : after).add(inflow);
        }
        int[][] sides = sides(members);
        network.cut(sides[1], parts++);
        divide(sides[0], before, inflowWh);
        divide(sides[1], after, inflowWh);
    }

    private int[][] sides(int[] members) {
        int before = 0;
        for (int node : members) {
            before += network.isBeforeCut(node) ? 1 : 0;
        }
        var sides = new int[][] {new int[before], new int[members.length - before]};
        int[] next = new int[2];
        for (int node : members) {
            int side = network.isBeforeCut(node) ? 0 : 1;
            sides[side][next[side]++] = node;
        }
        return sides;
    }

    /** Takes the units with the lowest keys, as if any of them could flow anywhere. */
    private static void fill(List<Inflow> here, long wantedWh, int[] inflowWh) throws Infeasible {
        long mostWh = 0;
        long levelWh = Long.MAX_VALUE;
        long tooHighWh = Long.MIN_VALUE;
        for (var inflow : here) {
            mostWh += inflow.mostWh();
            levelWh = Math.min(levelWh, inflow.lowestWh());
            tooHighWh = Math.max(tooHighWh, inflow.highestWh() + 1);
        }
        if (wantedWh < 0 || wantedWh > mostWh) {
            throw new Infeasible(wantedWh + " Wh are to enter where 0 to " + mostWh + " Wh can");
        }
        while (tooHighWh - levelWh > 1) {
            long middleWh = levelWh + (tooHighWh - levelWh) / 2;
            if (unitsUpTo(middleWh, here) <= wantedWh) {
                levelWh = middleWh;
            } else {
                tooHighWh = middleWh;
            }
        }
        long leftWh = wantedWh;
        for (var inflow : here) {
            inflowWh[inflow.node()] = (int) inflow.unitsUpTo(levelWh);
            leftWh -= inflowWh[inflow.node()];
        }
        for (var inflow : here) {
            if (!inflow.leveled() && levelWh == 0) {
                inflowWh[inflow.node()] = (int) Math.min(leftWh, inflow.mostWh());
                leftWh -= inflowWh[inflow.node()];
            }
        }
        for (var inflow : here) {
            if (leftWh > 0 && inflow.leveled() && inflow.unitsUpTo(levelWh + 1) > inflow.unitsUpTo(levelWh)) {
                inflowWh[inflow.node()]++;
                leftWh--;
            }
        }
    }

    private static long unitsUpTo(long levelWh, List<Inflow> here) {
        long units = 0;
        for (var inflow : here) {
            units += inflow.unitsUpTo(levelWh);
        }
        return units;
    }
}

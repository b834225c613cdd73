package org.chargeproof.site.flow;

import java.util.Arrays;

/**
 * Nodes with supplies and arcs with capacities, all integers, and flows in one part of the network at a time: arcs to other parts
 * count as absent. Maximum flow by Dinic's method (1970), from all nodes that have too much to all that have too little; our own,
 * because a cut and exact flows are wanted again and again in ever smaller parts of one network.
 */
public final class FlowNetwork {
    private static final int UNREACHED = -1;

    /** By node. */
    private int[] supply = new int[64];

    private int[] part = new int[64];
    private int[] lastArc = new int[64];
    private int nodes;

    /** By arc; the reverse of arc k, which has no capacity of its own, is k ^ 1. */
    private int[] head = new int[256];

    private int[] arcBefore = new int[256];
    private int[] capacity = new int[256];
    private int[] residual = new int[256];
    private int arcs;

    /** By node, of the flow that is being sought: what is left to be sent from it, below 0 to be sent to it. */
    private int[] excess = new int[64];

    private int[] distance = new int[64];
    private int[] nextArc = new int[64];
    private int[] queue = new int[64];

    /**
     * Adds a node to part 0.
     *
     * @param supplyWh what enters the network here, below 0 for what leaves it
     * @return its number: 0, 1, and so on
     */
    public int addNode(int supplyWh) {
        if (nodes == supply.length) {
            supply = Arrays.copyOf(supply, 2 * nodes);
            part = Arrays.copyOf(part, 2 * nodes);
            lastArc = Arrays.copyOf(lastArc, 2 * nodes);
            excess = new int[2 * nodes];
            distance = new int[2 * nodes];
            nextArc = new int[2 * nodes];
            queue = new int[2 * nodes];
        }
        supply[nodes] = supplyWh;
        lastArc[nodes] = UNREACHED;
        return nodes++;
    }

    /**
     * Adds an arc.
     *
     * @param mostWh its capacity, at least 0
     * @return its number
     */
    public int addArc(int from, int to, int mostWh) {
        addHalf(from, to, mostWh);
        addHalf(to, from, 0);
        return arcs - 2;
    }

    /** Returns how many nodes there are. */
    public int nodes() {
        return nodes;
    }

    /** What enters in a node, with what {@link #cut} has made of it. */
    public int supplyWh(int node) {
        return supply[node];
    }

    /** What flows through an arc; it stays once the part with both of its ends is settled, or it lies across a cut. */
    public int flowWh(int arc) {
        return residual[arc ^ 1];
    }

    /**
     * Looks for a flow within a part that takes all supplies and inflows to where they leave; together they are 0.
     *
     * @param members the nodes of the part
     * @param inflowWh by node, what enters in addition to its supply
     * @return whether there is one; if not, {@link #isBeforeCut} tells a least cut
     */
    public boolean settle(int[] members, int[] inflowWh) {
        long leftWh = 0;
        for (int node : members) {
            excess[node] = supply[node] + inflowWh[node];
            leftWh += Math.max(0, excess[node]);
            for (int arc = lastArc[node]; arc >= 0; arc = arcBefore[arc]) {
                if (part[head[arc]] == part[node]) {
                    residual[arc] = capacity[arc];
                }
            }
        }
        while (leftWh > 0 && measure(members)) {
            System.arraycopy(lastArc, 0, nextArc, 0, nodes);
            for (int node : members) {
                if (excess[node] > 0 && distance[node] == 0) {
                    int sentWh = send(node, excess[node]);
                    excess[node] -= sentWh;
                    leftWh -= sentWh;
                }
            }
        }
        return leftWh == 0;
    }

    /** Whether a node of the part lies where too much enters for what can leave across the cut. */
    public boolean isBeforeCut(int node) {
        return distance[node] != UNREACHED;
    }

    /**
     * Cuts a part in two where {@link #settle} found no flow. Arcs across the cut are full in its direction and empty against it; what
     * they carry becomes supply on the other side, and from then on the parts do not depend on each other.
     *
     * @param after the nodes behind the cut
     * @param number of the new part that they become
     */
    public void cut(int[] after, int number) {
        int before = part[after[0]];
        for (int node : after) {
            part[node] = number;
        }
        for (int node : after) {
            for (int arc = lastArc[node]; arc >= 0; arc = arcBefore[arc]) {
                int other = head[arc];
                if (part[other] == before) {
                    supply[node] += capacity[arc ^ 1];
                    supply[other] -= capacity[arc ^ 1];
                }
            }
        }
    }

    private void addHalf(int from, int to, int mostWh) {
        if (arcs == head.length) {
            head = Arrays.copyOf(head, 2 * arcs);
            arcBefore = Arrays.copyOf(arcBefore, 2 * arcs);
            capacity = Arrays.copyOf(capacity, 2 * arcs);
            residual = Arrays.copyOf(residual, 2 * arcs);
        }
        head[arcs] = to;
        capacity[arcs] = mostWh;
        arcBefore[arcs] = lastArc[from];
        lastArc[from] = arcs++;
    }

    /** Distances from the nodes that have too much; returns whether one that has too little can be reached. */
    private boolean measure(int[] members) {
        int end = 0;
        for (int node : members) {
            distance[node] = excess[node] > 0 ? 0 : UNREACHED;
            if (excess[node] > 0) {
                queue[end++] = node;
            }
        }
        boolean reached = false;
        for (int first = 0; first < end; first++) {
            int node = queue[first];
            reached |= excess[node] < 0;
            for (int arc = lastArc[node]; arc >= 0; arc = arcBefore[arc]) {
                int other = head[arc];
                if (residual[arc] > 0 && part[other] == part[node] && distance[other] == UNREACHED) {
                    distance[other] = distance[node] + 1;
                    queue[end++] = other;
                }
            }
        }
        return reached;
    }

    /** Sends at most so much from a node along growing distances; returns how much arrived. */
    private int send(int node, int mostWh) {
        int sentWh = 0;
        if (excess[node] < 0) {
            sentWh = Math.min(mostWh, -excess[node]);
            excess[node] += sentWh;
        }
        while (sentWh < mostWh && nextArc[node] >= 0) {
            int arc = nextArc[node];
            int other = head[arc];
            if (residual[arc] > 0 && part[other] == part[node] && distance[other] == distance[node] + 1) {
                int passedWh = send(other, Math.min(mostWh - sentWh, residual[arc]));
                residual[arc] -= passedWh;
                residual[arc ^ 1] += passedWh;
                sentWh += passedWh;
            }
            if (sentWh < mostWh) {
                nextArc[node] = arcBefore[arc];
            }
        }
        return sentWh;
    }
}

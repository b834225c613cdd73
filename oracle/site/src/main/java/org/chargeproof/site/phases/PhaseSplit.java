package org.chargeproof.site.phases;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.chargeproof.site.flow.FlowNetwork;
import org.chargeproof.site.flow.Served;
import org.jspecify.annotations.Nullable;

/**
 * Whole Wh from the fractions of {@link PhaseProgram}. What sessions on three phases take together in a step is rounded up, which
 * they can always be served with; with that as given, the others are a flow from steps over phases to sessions, in integers.
 */
final class PhaseSplit {
    private static final double TOLERANCE_WH = 1e-4;

    private final Served served;
    private final PhaseLimits limits;
    private final PhaseRoom room;

    /** A demand, by its place in the list. */
    private record Member(int index, Served.Demand demand, Phase phase) {}

    PhaseSplit(Served served, PhaseLimits limits, PhaseRoom room) {
        this.served = served;
        this.limits = limits;
        this.room = room;
    }

    /**
     * Splits.
     *
     * @param nearWh by demand and step, what to stay near to
     * @return by demand and step, or null if none was found
     */
    int @Nullable [][] near(double[][] nearWh) {
        var three = new ArrayList<Member>();
        var single = new ArrayList<Member>();
        for (int i = 0; i < served.demands().size(); i++) {
            var demand = served.demands().get(i);
            var phase = limits.phaseOf(demand.chargePoint());
            (phase == Phase.ALL ? three : single).add(new Member(i, demand, phase));
        }
        var energyWh = new int[served.demands().size()][];
        int[][] threeNearWh = roundedUp(three, nearWh);
        int[] stepWh = threeNearWh[Phase.ALL.place()];
        for (int t = 0; t < served.steps(); t++) {
            stepWh[t] = Math.clamp(room.minThirds(t), 0, Math.min(stepWh[t], served.capWh()[t]));
        }
        if (!serve(three, stepWh, threeNearWh, energyWh)) {
            return null;
        }
        int[] leftWh = served.capWh().clone();
        var phaseWh = new int[Phase.COUNT + 1][served.steps()];
        for (int t = 0; t < leftWh.length; t++) {
            int threeWh = 0;
            for (var member : three) {
                threeWh += t < member.demand().departureStep() ? energyWh[member.index()][t] : 0;
            }
            leftWh[t] -= threeWh;
            for (int of = 0; of < Phase.COUNT; of++) {
                phaseWh[of][t] = (int) Math.max(0, (room.thirds()[of][t] - threeWh) / Phase.COUNT);
            }
        }
        int[][] singleNearWh = roundedUp(single, nearWh);
        var nearPhaseWh = new int[phaseWh.length][];
        for (int of = 0; of < phaseWh.length; of++) {
            int phase = of;
            nearPhaseWh[of] = IntStream.range(0, leftWh.length)
                    .map(t -> Math.min(phaseWh[phase][t], singleNearWh[phase][t]))
                    .toArray();
        }
        boolean found = serve(single, leftWh, nearPhaseWh, energyWh) || serve(single, leftWh, phaseWh, energyWh);
        return found ? energyWh : null;
    }

    /** What members take together, by phase and step. */
    private int[][] roundedUp(List<Member> members, double[][] nearWh) {
        var sumWh = new double[Phase.COUNT + 1][served.steps()];
        for (var member : members) {
            for (int t = 0; t < member.demand().departureStep(); t++) {
                sumWh[member.phase().place()][t] += nearWh[member.index()][t];
            }
        }
        var wholeWh = new int[sumWh.length][served.steps()];
        for (int of = 0; of < sumWh.length; of++) {
            for (int t = 0; t < served.steps(); t++) {
                wholeWh[of][t] = (int) Math.ceil(sumWh[of][t] - TOLERANCE_WH);
            }
        }
        return wholeWh;
    }

    /** A flow from steps over phases to sessions; returns whether all get their energy. */
    private static boolean serve(List<Member> members, int[] stepWh, int[][] phaseWh, int[][] energyWh) {
        int totalWh =
                members.stream().mapToInt(member -> member.demand().energyWh()).sum();
        var network = new FlowNetwork();
        int source = network.addNode(totalWh);
        var nodeOf = new int[phaseWh.length][stepWh.length];
        for (int t = 0; t < stepWh.length; t++) {
            int step = network.addNode(0);
            network.addArc(source, step, stepWh[t]);
            for (int of = 0; of < phaseWh.length; of++) {
                nodeOf[of][t] = network.addNode(0);
                network.addArc(step, nodeOf[of][t], phaseWh[of][t]);
            }
        }
        var arcs = new ArrayList<int[]>();
        for (var member : members) {
            int session = network.addNode(-member.demand().energyWh());
            arcs.add(IntStream.range(0, member.demand().departureStep())
                    .map(t -> network.addArc(
                            nodeOf[member.phase().place()][t],
                            session,
                            member.demand().mostWh(t)))
                    .toArray());
        }
        int[] all = IntStream.range(0, network.nodes()).toArray();
        boolean found = network.settle(all, new int[network.nodes()]);
        for (int m = 0; m < arcs.size(); m++) {
            energyWh[members.get(m).index()] =
                    IntStream.of(arcs.get(m)).map(network::flowWh).toArray();
        }
        return found;
    }
}

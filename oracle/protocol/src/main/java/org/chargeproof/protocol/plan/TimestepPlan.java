package org.chargeproof.protocol.plan;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.planner.GroupInput;
import org.chargeproof.planner.Plan;
import org.chargeproof.protocol.encoding.Commitment;
import org.chargeproof.protocol.encoding.Decisions;
import org.chargeproof.protocol.encoding.MerkleTree;
import org.chargeproof.protocol.encoding.Setpoints;
import org.chargeproof.protocol.ledger.ChargePoint;
import org.chargeproof.protocol.ledger.LedgerState;

/**
 * All groups' plans of one timestep, with everything that is posted and attested: a pure function of the ledger's state at
 * the snapshot and the algorithm.
 *
 * @param layout which charge points there are at the snapshot, and in which groups
 * @param groups in ascending order of their ids
 * @param setpoints packed for all charge points: see {@link Setpoints}
 * @param decisions packed for all new requests, by group, then by session: see {@link Decisions}
 */
public record TimestepPlan(
        Commitment commitment, Layout layout, List<GroupPlan> groups, Bytes setpoints, Bytes decisions) {

    /** One group's bytes: what went in, what came out, and its setpoints as they stand in the tree. */
    public record GroupPlan(int group, Bytes input, Bytes plan, Bytes setpoints) {
        /** The input, decoded. */
        public GroupInput decodedInput() {
            return GroupInput.decode(input.toArrayUnsafe());
        }

        /** The plan, decoded. */
        public Plan decodedPlan() {
            return Plan.decode(plan.toArrayUnsafe());
        }
    }

    /**
     * Which charge points there were at the snapshot: what packed setpoints and the leaves of their tree follow.
     *
     * @param chargePointCount of all groups, removed ones too
     * @param groups charge points of each group, ascending
     */
    public record Layout(int chargePointCount, List<List<Integer>> groups) {
        /** That of a state; it stays what it is when the state goes on. */
        public static Layout of(LedgerState state) {
            return new Layout(
                    state.chargePoints().size(),
                    state.groups().stream()
                            .map(group -> group.chargePoints().stream()
                                    .map(ChargePoint::id)
                                    .toList())
                            .toList());
        }
    }

    /**
     * Computes a timestep.
     *
     * @param state folded up to the snapshot block, and no further
     * @param timestep that is planned
     */
    public static TimestepPlan compute(
            LedgerState state, InputBuilder builder, int timestep, long snapshotBlock, PlanningAlgorithm algorithm) {
        var inputs = builder.encodedInputs(state, timestep, algorithm.inputVersion());
        var plans = algorithm.plan(inputs);
        return assemble(state, timestep, snapshotBlock, algorithm.id(), inputs, plans);
    }

    /** Puts together what is posted, from plans in the order of the groups. */
    public static TimestepPlan assemble(
            LedgerState state,
            int timestep,
            long snapshotBlock,
            Bytes32 algorithm,
            List<byte[]> inputs,
            List<byte[]> plans) {
        return assemble(Layout.of(state), timestep, snapshotBlock, algorithm, inputs, plans);
    }

    /** Puts together what is posted, from plans in the order of the groups; the state may have gone on meanwhile. */
    public static TimestepPlan assemble(
            Layout layout,
            int timestep,
            long snapshotBlock,
            Bytes32 algorithm,
            List<byte[]> inputs,
            List<byte[]> plans) {
        var setpointWh = new int[layout.chargePointCount()];
        var decisions = new ArrayList<Decisions.Decision>();
        var groups = new ArrayList<GroupPlan>();
        for (int g = 0; g < plans.size(); g++) {
            var plan = Plan.decode(plans.get(g));
            for (var row : plan.rows()) {
                setpointWh[row.chargePoint()] = row.energyWh()[0];
            }
            for (var d : plan.decisions()) {
                int departure = d.laterDepartureStep() == 0 ? 0 : timestep + d.laterDepartureStep();
                decisions.add(new Decisions.Decision(d.sessionId(), d.accepted(), d.energyWh(), departure, d.powerW()));
            }
            groups.add(new GroupPlan(
                    g,
                    Bytes.wrap(inputs.get(g)),
                    Bytes.wrap(plans.get(g)),
                    groupSetpoints(g, timestep, layout.groups().get(g), setpointWh)));
        }
        var commitment = new Commitment(
                timestep,
                snapshotBlock,
                algorithm,
                MerkleTree.root(groups.stream().map(GroupPlan::input).toList()),
                MerkleTree.root(groups.stream().map(GroupPlan::plan).toList()),
                MerkleTree.root(groups.stream().map(GroupPlan::setpoints).toList()));
        return new TimestepPlan(commitment, layout, groups, Setpoints.pack(setpointWh), Decisions.pack(decisions));
    }

    /** What every oracle attests, apart from the decisions. */
    public Bytes32 digest() {
        return commitment.digest(setpoints);
    }

    /** The hash of the candidate that a post of it is. */
    public Bytes32 candidate() {
        return commitment.candidate(setpoints, decisions);
    }

    private static Bytes groupSetpoints(int group, int timestep, List<Integer> chargePoints, int[] setpointWh) {
        var out = ByteBuffer.allocate(
                2 * Integer.BYTES + Short.BYTES + chargePoints.size() * (Integer.BYTES + Short.BYTES));
        out.putInt(group).putInt(timestep).putShort((short) chargePoints.size());
        for (int chargePoint : chargePoints) {
            out.putInt(chargePoint).putShort((short) setpointWh[chargePoint]);
        }
        return Bytes.wrap(out.array());
    }
}

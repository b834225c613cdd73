package org.chargeproof.view.verify;

import java.util.List;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.protocol.encoding.MerkleTree;
import org.chargeproof.protocol.plan.TimestepPlan;
import org.chargeproof.protocol.plan.TimestepPlan.GroupPlan;

/** A timestep's plan with the trees over its groups, kept: who asks for one of many groups makes nobody hash all of them. */
public final class PlanTrees {
    private final TimestepPlan plan;
    private final MerkleTree inputs;
    private final MerkleTree plans;

    PlanTrees(TimestepPlan plan) {
        this.plan = plan;
        this.inputs = MerkleTree.of(plan.groups().stream().map(GroupPlan::input).toList());
        this.plans = MerkleTree.of(plan.groups().stream().map(GroupPlan::plan).toList());
    }

    public TimestepPlan plan() {
        return plan;
    }

    /**
     * The path from the sibling of a group's input up to the root.
     *
     * @throws IndexOutOfBoundsException when there is no such group
     */
    public List<Bytes32> inputPath(int group) {
        return inputs.proof(group);
    }

    /**
     * The path from the sibling of a group's plan up to the root.
     *
     * @throws IndexOutOfBoundsException when there is no such group
     */
    public List<Bytes32> planPath(int group) {
        return plans.proof(group);
    }
}

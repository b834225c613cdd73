package org.chargeproof.view.rpc;

import java.util.List;
import java.util.Map;
import org.apache.tuweni.bytes.Bytes;
import org.jspecify.annotations.Nullable;

/** What it takes to compute a plan again elsewhere, and to find it on the ledger. */
final class ProofMethods {
    private final Methods methods;

    /**
     * A charging group's part of a timestep's plan, as this node computed it, with the way from it to the ledger: see
     * docs/reference/commitments.md. Bytes and hashes are hex.
     *
     * @param groups leaves of both trees, numbered from 0; {@code group} is the place of this one
     * @param snapshotBlock last block whose logs went into the input
     * @param algorithm SHA-256 of the planner's jar
     * @param input bytes of the group's input
     * @param inputPath hashes from the input's sibling up to {@code inputsRoot} (RFC 6962, section 2.1.1)
     * @param plan bytes of the group's plan
     * @param planPath hashes from the plan's sibling up to {@code plansRoot}
     * @param setpoints packed, of all charge points of all groups
     * @param decisions packed, about all new requests of all groups
     * @param digest over the commitment and the setpoints
     * @param candidate hash over digest and decisions: {@code Plans.candidateOf} of a post of this plan
     */
    public record PlanProof(
            int timestep,
            int group,
            int groups,
            long snapshotBlock,
            String algorithm,
            String inputsRoot,
            String plansRoot,
            String setpointsRoot,
            String input,
            List<String> inputPath,
            String plan,
            List<String> planPath,
            String setpoints,
            String decisions,
            String digest,
            String candidate) {}

    ProofMethods(Methods methods) {
        this.methods = methods;
    }

    void addTo(Map<String, RpcMethod> byName) {
        byName.put("planProof", this::planProof);
    }

    private PlanProof planProof(@Nullable Object[] values) {
        var params = new Params(values, "timestep", "group");
        int timestep = params.required(0, 0, Integer.MAX_VALUE);
        int group = params.required(1, 0, Integer.MAX_VALUE);
        var trees = methods.tracker()
                .verifier()
                .trees(timestep, ChargePointMethods.PLAN_MILLIS)
                .orElseThrow(() -> ChargePointMethods.noPlan(timestep));
        var plan = trees.plan();
        var opened = ChargePointMethods.groupOf(plan, group);
        var commitment = plan.commitment();
        return new PlanProof(
                timestep,
                group,
                plan.groups().size(),
                commitment.snapshotBlock(),
                commitment.algorithm().toHexString(),
                commitment.inputsRoot().toHexString(),
                commitment.plansRoot().toHexString(),
                commitment.setpointsRoot().toHexString(),
                opened.input().toHexString(),
                trees.inputPath(group).stream().map(Bytes::toHexString).toList(),
                opened.plan().toHexString(),
                trees.planPath(group).stream().map(Bytes::toHexString).toList(),
                plan.setpoints().toHexString(),
                plan.decisions().toHexString(),
                plan.digest().toHexString(),
                plan.candidate().toHexString());
    }
}

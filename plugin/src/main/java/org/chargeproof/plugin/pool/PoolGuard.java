package org.chargeproof.plugin.pool;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.protocol.ledger.LedgerEvent.PlanPosted;
import org.chargeproof.protocol.verify.PostComparison;
import org.chargeproof.view.verify.PlanVerifier;
import org.web3j.abi.FunctionReturnDecoder;
import org.web3j.abi.TypeReference;
import org.web3j.abi.datatypes.DynamicBytes;
import org.web3j.abi.datatypes.Type;
import org.web3j.abi.datatypes.generated.Uint32;
import org.web3j.abi.datatypes.generated.Uint64;
import org.web3j.abi.datatypes.generated.Uint8;
import org.web3j.crypto.Hash;

/**
 * Tells whether a transaction stands for a plan that this node knows to be wrong. What it cannot judge (yet), it lets pass: the
 * quorum decides what counts.
 */
@SuppressWarnings("rawtypes") // web3j's types are
public final class PoolGuard {
    private static final int SELECTOR_BYTES = 4;
    private static final long PLAN_MILLIS = 1_000;

    static final Bytes POST = selector("post((uint32,uint64,bytes32,bytes32,bytes32,bytes32),bytes,bytes)");
    static final Bytes ATTEST = selector("attest(uint32,uint8,bytes32,bytes)");
    // a tuple without dynamic parts lies in place, as if its fields were parameters
    private static final List<TypeReference<Type>> POST_TYPES = types(
            Uint32.class,
            Uint64.class,
            org.web3j.abi.datatypes.generated.Bytes32.class,
            org.web3j.abi.datatypes.generated.Bytes32.class,
            org.web3j.abi.datatypes.generated.Bytes32.class,
            org.web3j.abi.datatypes.generated.Bytes32.class,
            DynamicBytes.class,
            DynamicBytes.class);
    private static final List<TypeReference<Type>> ATTEST_TYPES =
            types(Uint32.class, Uint8.class, org.web3j.abi.datatypes.generated.Bytes32.class, DynamicBytes.class);

    private final PlanVerifier verifier;
    private final int stepsPerHour;

    public PoolGuard(PlanVerifier verifier, int stepsPerHour) {
        this.verifier = verifier;
        this.stepsPerHour = stepsPerHour;
    }

    /**
     * What speaks against a call of the Plans contract.
     *
     * @param payload of the transaction
     * @return why it is wrong; empty when it is right, something else, or cannot be judged
     */
    public Optional<String> objection(Bytes payload) {
        if (payload.size() < SELECTOR_BYTES) {
            return Optional.empty();
        }
        Bytes selector = payload.slice(0, SELECTOR_BYTES);
        if (selector.equals(POST)) {
            var v = decode(payload, POST_TYPES);
            return v.size() < POST_TYPES.size() ? Optional.empty() : post(v);
        }
        if (selector.equals(ATTEST)) {
            var v = decode(payload, ATTEST_TYPES);
            return v.size() < ATTEST_TYPES.size() ? Optional.empty() : attest(v);
        }
        return Optional.empty();
    }

    private Optional<String> post(List<Type> v) {
        int timestep = number(v.get(0)).intValue();
        var post = new PlanPosted(
                timestep,
                0,
                0,
                number(v.get(1)).longValue(),
                hash(v.get(2)),
                hash(v.get(3)),
                hash(v.get(4)),
                hash(v.get(5)),
                bytes(v.get(6)),
                bytes(v.get(7)));
        return verifier.plan(timestep, PLAN_MILLIS)
                .map(plan -> new PostComparison(post, plan, stepsPerHour).ofAll())
                .map(difference -> "the plan for timestep " + timestep + " does not match: " + difference);
    }

    private Optional<String> attest(List<Type> v) {
        int timestep = number(v.get(0)).intValue();
        return verifier.plan(timestep, PLAN_MILLIS)
                .filter(plan -> !plan.digest().equals(hash(v.get(2)))
                        || !plan.decisions().equals(bytes(v.get(3))))
                .map(plan -> "the attested plan for timestep " + timestep + " does not match: digest posted "
                        + hash(v.get(2)) + ", recomputed " + plan.digest());
    }

    private static List<Type> decode(Bytes payload, List<TypeReference<Type>> types) {
        try {
            return FunctionReturnDecoder.decode(payload.slice(SELECTOR_BYTES).toHexString(), types);
        } catch (RuntimeException e) {
            // the contract will not understand it either
            return List.of();
        }
    }

    private static Number number(Type value) {
        return (Number) value.getValue();
    }

    private static Bytes32 hash(Type value) {
        return Bytes32.wrap((byte[]) value.getValue());
    }

    private static Bytes bytes(Type value) {
        return Bytes.wrap((byte[]) value.getValue());
    }

    private static Bytes selector(String signature) {
        return Bytes.fromHexString(Hash.sha3String(signature)).slice(0, SELECTOR_BYTES);
    }

    @SafeVarargs
    @SuppressWarnings({"unchecked", "varargs"}) // as web3j wants it
    private static List<TypeReference<Type>> types(Class<? extends Type>... types) {
        return Arrays.stream(types)
                .map(type -> (TypeReference<Type>) (TypeReference<?>) TypeReference.create(type))
                .toList();
    }
}

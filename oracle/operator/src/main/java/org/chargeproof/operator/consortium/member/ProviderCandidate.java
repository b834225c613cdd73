package org.chargeproof.operator.consortium.member;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import org.apache.tuweni.bytes.Bytes;
import org.chargeproof.ledger.Network;
import org.chargeproof.ledger.TypedData;

/**
 * Who wants to be a provider without charge points, with the proofs that both accounts are its own: what it hands to a member who
 * proposes it.
 *
 * @param owner pays, names the margin, and vouches for users
 * @param desk vouches for users
 * @param ownerProof signature of {@link TypedData#provider} by the owner account; so is {@code deskProof} by the desk
 */
public record ProviderCandidate(String name, String owner, String desk, Bytes ownerProof, Bytes deskProof) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String MAKER = "consortium provider-candidate";

    /** What both accounts sign. */
    public static TypedData statement(Network network, String name, String owner, String desk) {
        return TypedData.provider(network.client().chainId(), network.address(), name, owner, desk);
    }

    /** As it is sent to a member. */
    public String toJson(Network network) {
        var json = JSON.createObjectNode()
                .put("chainId", network.client().chainId())
                .put("contract", network.address())
                .put("name", name)
                .put("owner", owner)
                .put("desk", desk);
        json.putObject("proofs").put("owner", ownerProof.toHexString()).put("desk", deskProof.toHexString());
        return json.toPrettyString() + "\n";
    }

    /** Refuses a file that nobody needs to be asked about. */
    public static void check(Path file) {
        var json = CandidateFile.read(file, MAKER);
        json.name();
        var accounts = new java.util.HashMap<String, String>();
        AccountInput.claim(accounts, json.address("owner"), "owner");
        AccountInput.claim(accounts, json.address("desk"), "desk");
    }

    /**
     * Reads what a candidate sent.
     *
     * @throws org.chargeproof.console.input.BadInputException when it is not for this network, or an account has not signed it
     */
    public static ProviderCandidate read(Path file, Network network) {
        var json = CandidateFile.read(file, MAKER);
        json.requireFor(network);
        String owner = json.address("owner");
        String desk = json.address("desk");
        var signed = statement(network, json.name(), owner, desk);
        return new ProviderCandidate(
                json.name(), owner, desk, json.proof("owner", owner, signed), json.proof("desk", desk, signed));
    }
}

package org.chargeproof.operator.consortium.member;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import org.apache.tuweni.bytes.Bytes;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.contracts.Consortium;
import org.chargeproof.ledger.Network;
import org.chargeproof.ledger.TypedData;

/**
 * Who wants to be a member, with the proofs that the three accounts are its own: what a candidate hands to a member who proposes it.
 *
 * @param ownerProof signature of {@link TypedData#membership} by the owner account, and so on
 */
public record Candidate(Founder accounts, Bytes ownerProof, Bytes oracleProof, Bytes meterProof) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String MAKER = "consortium candidate";

    /** What each account signs. */
    public static TypedData membership(Network network, Founder accounts) {
        return TypedData.membership(
                network.client().chainId(),
                network.address(),
                accounts.name(),
                accounts.owner(),
                accounts.oracle(),
                accounts.meter());
    }

    /** As it is sent to a member. */
    public String toJson(Network network) {
        var json = JSON.createObjectNode()
                .put("chainId", network.client().chainId())
                .put("contract", network.address())
                .put("name", accounts.name())
                .put("owner", accounts.owner())
                .put("oracle", accounts.oracle())
                .put("meter", accounts.meter());
        json.putObject("proofs")
                .put("owner", ownerProof.toHexString())
                .put("oracle", oracleProof.toHexString())
                .put("meter", meterProof.toHexString());
        return json.toPrettyString() + "\n";
    }

    /** As the contract takes them. */
    public Consortium.Proofs proofs() {
        return new Consortium.Proofs(ownerProof.toArray(), oracleProof.toArray(), meterProof.toArray());
    }

    /** The name and the accounts in a file, before anybody is asked. */
    public static Founder accounts(Path file) {
        var json = CandidateFile.read(file, MAKER);
        return new Founder(json.name(), json.address("owner"), json.address("oracle"), json.address("meter"));
    }

    /**
     * Reads what a candidate sent.
     *
     * @throws BadInputException when it is not for this network, or an account has not signed it
     */
    public static Candidate read(Path file, Network network) {
        var json = CandidateFile.read(file, MAKER);
        json.requireFor(network);
        var accounts = accounts(file);
        var membership = membership(network, accounts);
        return new Candidate(
                accounts,
                json.proof("owner", accounts.owner(), membership),
                json.proof("oracle", accounts.oracle(), membership),
                json.proof("meter", accounts.meter(), membership));
    }
}

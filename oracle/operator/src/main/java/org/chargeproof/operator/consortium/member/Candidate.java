package org.chargeproof.operator.consortium.member;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
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
    private static final long MOST_FILE_BYTES = 10_000;

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
        var json = parse(file);
        return new Founder(
                AccountInput.name(file + ": name", text(file, json, "name")),
                AccountInput.address(file + ": owner", text(file, json, "owner")),
                AccountInput.address(file + ": oracle", text(file, json, "oracle")),
                AccountInput.address(file + ": meter", text(file, json, "meter")));
    }

    /**
     * Reads what a candidate sent.
     *
     * @throws BadInputException when it is not for this network, or an account has not signed it
     */
    public static Candidate read(Path file, Network network) {
        var json = parse(file);
        if (json.path("chainId").asLong(-1) != network.client().chainId()
                || !text(file, json, "contract").equalsIgnoreCase(network.address())) {
            throw new BadInputException(file + " is for the network at " + text(file, json, "contract") + " on chain "
                    + json.path("chainId").asText() + ", but this is " + network.address() + " on chain "
                    + network.client().chainId() + ". Ask the candidate to sign for this one: 'consortium candidate'.");
        }
        var accounts = accounts(file);
        var membership = membership(network, accounts);
        return new Candidate(
                accounts,
                proof(file, json, "owner", accounts.owner(), membership),
                proof(file, json, "oracle", accounts.oracle(), membership),
                proof(file, json, "meter", accounts.meter(), membership));
    }

    private static Bytes proof(Path file, JsonNode json, String role, String account, TypedData membership) {
        String text = json.path("proofs").path(role).asText();
        Bytes proof = AccountInput.proof(file + ": proof of the " + role, text);
        if (!membership.isSignedBy(account, proof)) {
            throw new BadInputException(
                    file + ": the " + role + " account " + account
                            + " has not signed this name with these accounts. Ask the candidate to make the file again: 'consortium candidate'.");
        }
        return proof;
    }

    private static JsonNode parse(Path file) {
        try {
            if (Files.size(file) > MOST_FILE_BYTES) {
                throw new BadInputException(
                        file + " has " + Files.size(file) + " bytes; a candidate's file has at most " + MOST_FILE_BYTES
                                + ". 'consortium candidate' makes it.");
            }
            return JSON.readTree(Files.readString(file));
        } catch (JacksonException e) {
            throw new BadInputException(file + " is no JSON. 'consortium candidate' makes a candidate's file.", e);
        } catch (IOException e) {
            throw new BadInputException(
                    "cannot read the candidate in " + file + " (" + e.getClass().getSimpleName()
                            + "). 'consortium candidate' makes it.",
                    e);
        }
    }

    private static String text(Path file, JsonNode json, String field) {
        if (!json.path(field).isTextual()) {
            throw new BadInputException(
                    file + " lacks '" + field + "'. 'consortium candidate' makes a candidate's file.");
        }
        return json.path(field).asText();
    }
}

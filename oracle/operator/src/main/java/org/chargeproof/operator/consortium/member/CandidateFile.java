package org.chargeproof.operator.consortium.member;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.tuweni.bytes.Bytes;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.ledger.Network;
import org.chargeproof.ledger.TypedData;

/**
 * What a candidate sent, before anything of it is believed.
 *
 * @param maker the command that makes such files
 */
record CandidateFile(Path file, String maker, JsonNode json) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long MOST_BYTES = 10_000;

    static CandidateFile read(Path file, String maker) {
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new BadInputException(file + " has " + Files.size(file)
                        + " bytes; a candidate's file has at most " + MOST_BYTES + ". '" + maker + "' makes it.");
            }
            return new CandidateFile(file, maker, JSON.readTree(Files.readString(file)));
        } catch (JacksonException e) {
            throw new BadInputException(file + " is no JSON. '" + maker + "' makes a candidate's file.", e);
        } catch (IOException e) {
            throw new BadInputException(
                    "cannot read the candidate in " + file + " (" + e.getClass().getSimpleName() + "). '" + maker
                            + "' makes it.",
                    e);
        }
    }

    /** Refuses a file that was signed for another network. */
    void requireFor(Network network) {
        if (json.path("chainId").asLong(-1) != network.client().chainId()
                || !text("contract").equalsIgnoreCase(network.address())) {
            throw new BadInputException(file + " is for the network at " + text("contract") + " on chain "
                    + json.path("chainId").asText() + ", but this is " + network.address() + " on chain "
                    + network.client().chainId() + ". Ask the candidate to sign for this one: '" + maker + "'.");
        }
    }

    String name() {
        return AccountInput.name(file + ": name", text("name"));
    }

    String address(String role) {
        return AccountInput.address(file + ": " + role, text(role));
    }

    /** The signature of one of the accounts; refuses one by somebody else, or of something else. */
    Bytes proof(String role, String account, TypedData signed) {
        Bytes proof = AccountInput.proof(
                file + ": proof of the " + role, json.path("proofs").path(role).asText());
        if (!signed.isSignedBy(account, proof)) {
            throw new BadInputException(file + ": the " + role + " account " + account
                    + " has not signed this name with these accounts. Ask the candidate to make the file again: '"
                    + maker
                    + "'.");
        }
        return proof;
    }

    private String text(String field) {
        if (!json.path(field).isTextual()) {
            throw new BadInputException(file + " lacks '" + field + "'. '" + maker + "' makes a candidate's file.");
        }
        return json.path(field).asText();
    }
}

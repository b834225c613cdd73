package org.chargeproof.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The ABIs of the contracts that are deployed, as their compiler wrote them. */
public final class ContractAbis {
    private static final String FOLDER = "/org/chargeproof/contracts/abi/";
    private static final ObjectMapper JSON = new ObjectMapper();

    private ContractAbis() {}

    /** Names of all contracts, in alphabetical order; contracts/build/contracts.mjs. */
    public static List<String> names() {
        try (var names = open("contracts.txt")) {
            return new String(names.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The ABI of a contract.
     *
     * @param contract one of {@link #names}
     * @return its functions, events and errors
     */
    public static JsonNode of(String contract) {
        try (var abi = open(contract + ".abi")) {
            return JSON.readTree(abi);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InputStream open(String file) {
        var stream = ContractAbis.class.getResourceAsStream(FOLDER + file);
        if (stream == null) {
            throw new IllegalArgumentException("no contract has written " + FOLDER + file
                    + ". Maybe a name is misspelt, or the contracts were built before.");
        }
        return stream;
    }
}

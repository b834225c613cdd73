package org.chargeproof.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.web3j.abi.FunctionReturnDecoder;
import org.web3j.abi.TypeReference;
import org.web3j.abi.datatypes.Type;
import org.web3j.crypto.Hash;

/** Turns the bytes of a contract's custom error into words, by the ABIs of the contracts. */
public final class RevertReasons {
    private static final int SELECTOR_DIGITS = 10;
    private static final Map<String, JsonNode> ERRORS = errors();

    private RevertReasons() {}

    /**
     * Explains revert data.
     *
     * @param data hex, as nodes send it
     * @return {@code EnergyBeyondConnector(energyWh = 90000, mostWh = 44000)}, or empty for bytes of another origin
     */
    public static Optional<String> explain(String data) {
        if (data.length() < SELECTOR_DIGITS || !data.startsWith("0x")) {
            return Optional.empty();
        }
        JsonNode error = ERRORS.get(data.substring(0, SELECTOR_DIGITS));
        if (error == null) {
            return Optional.empty();
        }
        List<Type<?>> values;
        try {
            values = decode(data.substring(SELECTOR_DIGITS), error.get("inputs"));
        } catch (RuntimeException e) {
            // a node may answer with anything behind the selector
            return Optional.empty();
        }
        var text = new StringBuilder(error.get("name").asText()).append('(');
        for (int i = 0; i < values.size(); i++) {
            text.append(i == 0 ? "" : ", ")
                    .append(error.get("inputs").get(i).get("name").asText().replaceAll("_$", ""))
                    .append(" = ")
                    .append(values.get(i).getValue());
        }
        return Optional.of(text.append(')').toString());
    }

    /**
     * Whether revert data is a certain error.
     *
     * @param data hex, as nodes send it
     * @param error its name, without values
     */
    public static boolean is(String data, String error) {
        return explain(data).filter(text -> text.startsWith(error + "(")).isPresent();
    }

    @SuppressWarnings("rawtypes") // web3j's type references are raw
    private static List<Type<?>> decode(String data, JsonNode inputs) {
        var types = new ArrayList<TypeReference<Type>>();
        try {
            for (JsonNode input : inputs) {
                @SuppressWarnings("unchecked")
                TypeReference<Type> type =
                        TypeReference.makeTypeReference(input.get("type").asText());
                types.add(type);
            }
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
        var values = new ArrayList<Type<?>>();
        FunctionReturnDecoder.decode(data, types).forEach(values::add);
        if (values.size() < inputs.size()) {
            throw new IllegalArgumentException("an error of a contract without its values");
        }
        return values;
    }

    private static Map<String, JsonNode> errors() {
        var errors = new HashMap<String, JsonNode>();
        for (String contract : ContractAbis.names()) {
            for (JsonNode entry : ContractAbis.of(contract)) {
                if (entry.get("type").asText().equals("error")) {
                    errors.put(selector(entry), entry);
                }
            }
        }
        return errors;
    }

    private static String selector(JsonNode error) {
        var types = new ArrayList<String>();
        error.get("inputs").forEach(input -> types.add(input.get("type").asText()));
        return Hash.sha3String(error.get("name").asText() + "(" + String.join(",", types) + ")")
                .substring(0, SELECTOR_DIGITS);
    }
}

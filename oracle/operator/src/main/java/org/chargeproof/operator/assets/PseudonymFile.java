package org.chargeproof.operator.assets;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.apache.tuweni.bytes.Bytes;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.console.input.SecretFile;
import org.chargeproof.ledger.Network;
import org.chargeproof.ledger.TypedData;
import org.chargeproof.operator.assets.table.Problems;
import org.chargeproof.operator.assets.table.Row;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.Keys;
import org.web3j.utils.Numeric;

/** Files of drivers' pseudonyms: with keys, which only their owner may read, or with proofs, which are no secret. */
final class PseudonymFile {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();
    private static final int MOST_BYTES = 16 << 20;
    private static final int KEY_DIGITS = 64;

    private PseudonymFile() {}

    /**
     * Makes keys and writes them, before anybody hears of them.
     *
     * @throws BadInputException when the file cannot be written
     */
    static List<Credentials> create(Path file, int count, Network network) {
        var keys = new ArrayList<Credentials>();
        var json = JSON.createObjectNode()
                .put("chainId", network.client().chainId())
                .put("contract", network.address());
        var users = json.putArray("users");
        try {
            for (int i = 0; i < count; i++) {
                var key = Credentials.create(Keys.createEcKeyPair());
                keys.add(key);
                users.addObject()
                        .put("account", key.getAddress())
                        .put(
                                "key",
                                Numeric.toHexStringNoPrefixZeroPadded(
                                        key.getEcKeyPair().getPrivateKey(), KEY_DIGITS));
            }
            // whole or not at all: a run that is killed here leaves nothing that looks like all keys
            Path part = file.resolveSibling(file.getFileName() + ".part");
            Files.deleteIfExists(part);
            SecretFile.write(part, json.toPrettyString() + "\n");
            Files.move(part, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
            return keys;
        } catch (IOException e) {
            throw new BadInputException(
                    "cannot write " + file + " (" + e.getClass().getSimpleName()
                            + "). Its folder must exist and be writable. Nothing was sent.",
                    e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Reads keys that {@link #create} wrote.
     *
     * @throws BadInputException when it holds none, or is for another network
     */
    static List<Credentials> keys(Path file, Network network) {
        JsonNode json = parse(file);
        if (json.path("chainId").asLong(-1) != network.client().chainId()
                || !json.path("contract").asText().equalsIgnoreCase(network.address())) {
            throw new BadInputException(file + " holds pseudonyms of another network. Name another file with --out.");
        }
        var keys = new ArrayList<Credentials>();
        for (JsonNode user : json.path("users")) {
            String key = user.path("key").asText();
            if (!key.matches("[0-9a-fA-F]{64}")) {
                throw new BadInputException(file + ": user " + (keys.size() + 1)
                        + " has no key of 64 hex digits. 'users add --out' makes such files.");
            }
            keys.add(Credentials.create(key));
        }
        if (keys.isEmpty()) {
            throw new BadInputException(file + " holds no users. 'users add --out' makes such files.");
        }
        return keys;
    }

    /**
     * Reads accounts with the proofs that drivers made; all problems at once.
     *
     * @return proofs by account, in the order of the file
     */
    static Map<String, Bytes> proofs(Path file, Network network, int operator) {
        JsonNode json = parse(file);
        if (!json.isArray() || json.isEmpty()) {
            throw new BadInputException(
                    file
                            + " holds no proofs. It must be a list: [{\"account\": \"0x...\", \"proof\": \"0x...\"}, ...]. Nothing was sent.");
        }
        var problems = new Problems(String.valueOf(file));
        var proofs = new LinkedHashMap<String, Bytes>();
        int number = 0;
        for (JsonNode entry : json) {
            number++;
            String account = entry.path("account").asText();
            String proof = entry.path("proof").asText();
            if (!account.matches("0x[0-9a-fA-F]{40}")) {
                problems.add(number, "account is '" + Row.shown(account) + "'; an address is 0x and 40 hex digits");
            } else if (!proof.matches("0x[0-9a-fA-F]{" + 2 * TypedData.SIGNATURE_BYTES + "}")) {
                problems.add(
                        number,
                        "proof is '" + Row.shown(proof) + "'; a signature is 0x and " + 2 * TypedData.SIGNATURE_BYTES
                                + " hex digits");
            } else if (!pseudonym(network, operator, account).isSignedBy(account, Bytes.fromHexString(proof))) {
                problems.add(
                        number,
                        account + " has not signed to be a pseudonym of operator " + operator
                                + " on this network. Ask its driver to sign"
                                + " Pseudonym(uint8 operator,address account) for chain "
                                + network.client().chainId() + " and the contract "
                                + network.assets().getContractAddress());
            } else if (proofs.putIfAbsent(account.toLowerCase(Locale.ROOT), Bytes.fromHexString(proof)) != null) {
                problems.add(number, account + " is in the list already; remove one of the two");
            }
        }
        problems.refuse("entry ");
        return proofs;
    }

    /** What an account signs to be a pseudonym. */
    static TypedData pseudonym(Network network, int operator, String account) {
        return TypedData.pseudonym(
                network.client().chainId(), network.assets().getContractAddress(), operator, account);
    }

    private static JsonNode parse(Path file) {
        try (var in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                throw new BadInputException(
                        file + " has more than " + MOST_BYTES + " bytes, which is the most. Divide it.");
            }
            return Objects.requireNonNull(JSON.readTree(bytes));
        } catch (JacksonException e) {
            throw new BadInputException(file + " is no JSON: " + e.getOriginalMessage() + ". Nothing was sent.", e);
        } catch (IOException e) {
            throw new BadInputException(
                    "cannot read " + file + " (" + e.getClass().getSimpleName() + ").", e);
        }
    }
}

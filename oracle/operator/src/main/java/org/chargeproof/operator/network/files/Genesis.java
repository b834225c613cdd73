package org.chargeproof.operator.network.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.ledger.GasLimits;
import org.web3j.utils.Numeric;

/**
 * What a network starts from.
 *
 * @param blockSeconds least time between two blocks
 * @param validators addresses of the first ones
 */
public record Genesis(Consensus consensus, long chainId, int blockSeconds, List<String> validators) {
    public static final long DEFAULT_CHAIN_ID = 2018;

    /** A round that made no block in this time is given up for the next proposer's. */
    private static final int REQUEST_TIMEOUT_SECONDS = 4;

    /** After so many blocks all votes that were not carried are forgotten. */
    private static final int EPOCH_BLOCKS = 30_000;

    /** Says in ASCII what the consensus is: "ctical byzantine fault tolerance". */
    private static final String BFT_MIX_HASH = "0x63746963616c2062797a616e74696e65206661756c7420746f6c6572616e6365";

    private static final ObjectMapper JSON = new ObjectMapper();

    public Genesis {
        validators = List.copyOf(validators);
    }

    /**
     * As Besu's {@code --genesis-file} takes it. Gas is free, but a block and a transaction hold no more than two cores do in a
     * block period. Contracts have Ethereum's limit of 24,576 bytes.
     */
    String toJson() {
        var root = JSON.createObjectNode();
        ObjectNode config = root.putObject("config");
        config.put("chainId", chainId);
        config.put("berlinBlock", 0);
        config.put("londonBlock", 0);
        config.put("shanghaiTime", 0);
        config.put("cancunTime", 0);
        config.put("zeroBaseFee", true);
        config.putObject(consensus.section())
                .put("blockperiodseconds", blockSeconds)
                .put("epochlength", EPOCH_BLOCKS)
                .put("requesttimeoutseconds", Math.max(REQUEST_TIMEOUT_SECONDS, 2 * blockSeconds))
                .put("pertxgaslimit", GasLimits.TRANSACTION);
        root.put("nonce", "0x0");
        root.put("timestamp", "0x0");
        root.put("gasLimit", Numeric.encodeQuantity(BigInteger.valueOf(GasLimits.BLOCK)));
        root.put("difficulty", "0x1");
        root.put("mixHash", BFT_MIX_HASH);
        root.put("coinbase", "0x0000000000000000000000000000000000000000");
        root.putObject("alloc");
        root.put("extraData", consensus.extraData(validators));
        return root.toPrettyString() + "\n";
    }

    /**
     * Kind of consensus and chain id of a genesis file.
     *
     * @throws BadInputException when it is no genesis file of a network that we know how to run
     */
    static GenesisSummary read(Path file) {
        try {
            JsonNode root = JSON.readTree(Files.readString(file));
            JsonNode config = root.path("config");
            // a network on its way from IBFT 2.0 to QBFT has both
            for (Consensus consensus : List.of(Consensus.IBFT2, Consensus.QBFT)) {
                JsonNode section = config.path(consensus.section());
                if (section.isObject() && config.path("chainId").isIntegralNumber()) {
                    return new GenesisSummary(
                            Consensus.validatorsIn(root.path("extraData").asText()),
                            consensus,
                            config.path("chainId").asLong(),
                            section.path("blockperiodseconds").asInt(1),
                            gasLimit(root.path("gasLimit").asText(), file),
                            config.path(Consensus.QBFT.section())
                                    .path("startblock")
                                    .asLong(0));
                }
            }
            throw new BadInputException(
                    file + " is no genesis file of an IBFT 2.0 or QBFT network: it has no 'chainId', or"
                            + " neither 'ibft2' nor 'qbft' in 'config'. Ask an operator of the network for its genesis file.");
        } catch (IllegalArgumentException e) {
            throw new BadInputException(
                    "'extraData' in " + file + " is not that of an IBFT 2.0 or QBFT network: " + e.getMessage(), e);
        } catch (com.fasterxml.jackson.core.JacksonException e) {
            throw new BadInputException(
                    file + " is no genesis file: it is no JSON (" + e.getOriginalMessage() + ").", e);
        } catch (IOException e) {
            throw new BadInputException(
                    "cannot read the genesis file " + file + " (" + e.getClass().getSimpleName() + ").", e);
        }
    }

    private static long gasLimit(String text, Path file) {
        try {
            return Long.decode(text);
        } catch (NumberFormatException e) {
            throw new BadInputException(
                    "'gasLimit' in " + file + " is '" + text + "'; it must be a number, such as \"0x2625a00\".", e);
        }
    }
}

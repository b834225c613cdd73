package org.chargeproof.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.tuweni.bytes.Bytes;
import org.web3j.crypto.RawTransaction;
import org.web3j.crypto.SignedRawTransaction;
import org.web3j.crypto.TransactionDecoder;
import org.web3j.utils.Numeric;

/**
 * Signs with a key that Web3Signer holds, in its mode {@code eth1}: in a vault, a hardware module or a keystore, but not here. What
 * it signs is compared with what it was asked to sign.
 */
public final class Web3Signer implements TransactionSigner {
    private static final Duration TIMEOUT = Duration.ofSeconds(15);
    /** Of an answer: a signed transaction comes back with all of its data. */
    private static final int MOST_ANSWER_BYTES = 4 << 20;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String url;
    private final String address;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(TIMEOUT)
            .build();

    private Web3Signer(String url, String address) {
        this.url = url;
        this.address = address;
    }

    /**
     * Connects to a Web3Signer.
     *
     * @param url such as {@code http://127.0.0.1:9000}
     * @throws LedgerException when nothing answers there, or it does not have the account's key
     */
    public static Web3Signer connect(String url, String address) {
        var signer = new Web3Signer(url, address.toLowerCase(Locale.ROOT));
        JsonNode accounts = signer.ask("eth_accounts", JSON.createArrayNode());
        for (JsonNode account : accounts) {
            if (account.asText().equalsIgnoreCase(address)) {
                return signer;
            }
        }
        throw new LedgerException("the signer " + url + " has no key for " + address + "; it has keys for "
                + Shown.of(accounts.toString())
                + ". Give it a key configuration for this account, and let it load its keys again.");
    }

    @Override
    public String address() {
        return address;
    }

    @Override
    public String sign(RawTransaction transaction, long chainId) {
        var asked = JSON.createObjectNode()
                .put("from", address)
                .put("gas", Numeric.encodeQuantity(transaction.getGasLimit()))
                .put("gasPrice", Numeric.encodeQuantity(transaction.getGasPrice()))
                .put("value", Numeric.encodeQuantity(transaction.getValue()))
                .put("nonce", Numeric.encodeQuantity(transaction.getNonce()))
                .put("data", Numeric.prependHexPrefix(transaction.getData()));
        if (!transaction.getTo().isEmpty()) {
            asked.put("to", transaction.getTo());
        }
        String raw =
                ask("eth_signTransaction", JSON.createArrayNode().add(asked)).asText();
        requireSame(transaction, chainId, raw);
        return raw;
    }

    @Override
    public Bytes sign(TypedData data) {
        String answer = ask(
                        "eth_signTypedData", JSON.createArrayNode().add(address).add(data.json()))
                .asText();
        if (answer.matches("0x[0-9a-fA-F]{130}") && data.isSignedBy(address, Bytes.fromHexString(answer))) {
            return Bytes.fromHexString(answer);
        }
        throw new LedgerException("the signer " + url
                + " signed other data than it was asked to, or with another account's key. It is not used.");
    }

    private void requireSame(RawTransaction asked, long chainId, String raw) {
        try {
            if (TransactionDecoder.decode(raw) instanceof SignedRawTransaction signed
                    && signed.getFrom().equalsIgnoreCase(address)
                    && signed.getNonce().equals(asked.getNonce())
                    && signed.getGasPrice().equals(asked.getGasPrice())
                    && signed.getGasLimit().equals(asked.getGasLimit())
                    && signed.getValue().equals(asked.getValue())
                    && hex(signed.getTo()).equals(hex(asked.getTo()))
                    && hex(signed.getData()).equals(hex(asked.getData()))) {
                if (!Objects.equals(signed.getChainId(), chainId)) {
                    throw new LedgerException("the signer " + url + " signs for chain " + signed.getChainId()
                            + ", but the node is on chain " + chainId + ". Start it with --chain-id=" + chainId + ".");
                }
                return;
            }
        } catch (RuntimeException e) {
            if (e instanceof LedgerException) {
                throw e;
            }
            throw new LedgerException("the signer " + url + " answered with something that is no transaction.", e);
        } catch (java.security.SignatureException e) {
            throw new LedgerException("the signer " + url + " answered with a signature that is none.", e);
        }
        throw new LedgerException("the signer " + url
                + " signed another transaction than it was asked to, or with another account's key. It is not used.");
    }

    private static String hex(String text) {
        return Numeric.cleanHexPrefix(text).toLowerCase(Locale.ROOT);
    }

    private JsonNode ask(String method, JsonNode parameters) {
        try {
            var body =
                    JSON.createObjectNode().put("jsonrpc", "2.0").put("id", 1).put("method", method);
            body.set("params", parameters);
            var request = HttpRequest.newBuilder(URI.create(url))
                    .timeout(TIMEOUT)
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                    .build();
            // with a limit for the whole answer: the request's own ends with the headers
            var response = http.sendAsync(
                            request,
                            HttpResponse.BodyHandlers.limiting(HttpResponse.BodyHandlers.ofString(), MOST_ANSWER_BYTES))
                    .get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            JsonNode answer = JSON.readTree(response.body());
            if (answer == null || !answer.hasNonNull("result")) {
                String why = answer == null
                        ? ""
                        : answer.path("error").path("message").asText();
                throw new LedgerException(
                        "the signer " + url + " refused " + method + " (HTTP " + response.statusCode() + "): "
                                + (why.isEmpty()
                                        ? "it answered with no result. Maybe it is not a Web3Signer in mode eth1."
                                        : Shown.of(why)));
            }
            return answer.path("result");
        } catch (com.fasterxml.jackson.core.JacksonException e) {
            throw new LedgerException(
                    "the signer " + url + " answered " + method
                            + " with no JSON-RPC. Maybe it is not a Web3Signer in mode eth1.",
                    e);
        } catch (ExecutionException | TimeoutException e) {
            var cause = e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e;
            throw new LedgerException(
                    "the signer " + url + " did not answer " + method + " ("
                            + cause.getClass().getSimpleName() + "). Maybe it is not running.",
                    e);
        } catch (IllegalArgumentException e) {
            throw new LedgerException("'" + url + "' is no address of a signer: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LedgerException("interrupted", e);
        }
    }
}

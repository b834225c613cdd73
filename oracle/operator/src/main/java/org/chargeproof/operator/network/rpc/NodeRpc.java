package org.chargeproof.operator.network.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.chargeproof.ledger.LedgerException;
import org.jspecify.annotations.Nullable;
import org.web3j.utils.Numeric;

/** Calls a node for what only its operator asks: peers, permissions, votes. */
public final class NodeRpc {
    private static final Duration CONNECT = Duration.ofSeconds(2);
    private static final Duration ANSWER = Duration.ofSeconds(10);
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT)
            .build();

    private final String url;
    private final @Nullable String token;

    /**
     * A node's JSON-RPC; nothing is asked of it yet.
     *
     * @param token for a node that wants one; null for others
     */
    public NodeRpc(String url, @Nullable String token) {
        this.url = url;
        this.token = token;
    }

    public String url() {
        return url;
    }

    /**
     * Calls a method.
     *
     * @throws LedgerException when the node does not answer, or with an error
     */
    public JsonNode call(String method, Object... parameters) {
        JsonNode answer = send(method, List.of(parameters));
        if (answer.hasNonNull("error")) {
            throw new LedgerException(url + " refused " + method + ": "
                    + answer.path("error").path("message").asText() + " ("
                    + answer.path("error").path("code").asInt() + ")" + remedy(answer));
        }
        return answer.path("result");
    }

    /** Calls a method; empty when the node does not answer, or with an error. */
    public Optional<JsonNode> tryCall(String method, Object... parameters) {
        try {
            return Optional.of(call(method, parameters));
        } catch (LedgerException e) {
            return Optional.empty();
        }
    }

    /** Number of the newest block; empty when the node does not answer. */
    public Optional<Long> block() {
        return tryCall("eth_blockNumber").map(NodeRpc::number);
    }

    /** How many nodes it is connected to; empty when the node does not answer. */
    public Optional<Long> peers() {
        return tryCall("net_peerCount").map(NodeRpc::number);
    }

    private static long number(JsonNode quantity) {
        return Numeric.decodeQuantity(quantity.asText("0x0")).longValueExact();
    }

    private JsonNode send(String method, List<Object> parameters) {
        try {
            var body =
                    JSON.createObjectNode().put("jsonrpc", "2.0").put("id", 1).put("method", method);
            body.set("params", JSON.valueToTree(parameters));
            var request = HttpRequest.newBuilder(URI.create(url))
                    .timeout(ANSWER)
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(body.toString()));
            if (token != null) {
                request.header("Authorization", "Bearer " + token);
            }
            var response = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() == UNAUTHORIZED || response.statusCode() == FORBIDDEN) {
                throw new LedgerException(url + " refused " + method + " (HTTP " + response.statusCode()
                        + "): it wants a token, or another one. The node's operator issues one with 'network token'.");
            }
            JsonNode answer = JSON.readTree(response.body());
            if (answer == null || (!answer.has("result") && !answer.has("error"))) {
                throw new LedgerException(url + " answered " + method + " with something that is no JSON-RPC (HTTP "
                        + response.statusCode() + "). Maybe it is not a node.");
            }
            return answer;
        } catch (com.fasterxml.jackson.core.JacksonException e) {
            throw new LedgerException(
                    url + " answered " + method + " with something that is no JSON. Maybe it is not a node.", e);
        } catch (IOException e) {
            throw new LedgerException(
                    url + " did not answer " + method + " (" + e.getClass().getSimpleName()
                            + "). Maybe the node is not running.",
                    e);
        } catch (IllegalArgumentException e) {
            throw new LedgerException("'" + url + "' is no JSON-RPC address: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LedgerException("interrupted", e);
        }
    }

    private static String remedy(JsonNode answer) {
        return answer.path("error").path("message").asText().contains("not enabled")
                ? ". The node offers only the namespaces in rpc-http-api of its config.toml."
                : "";
    }
}

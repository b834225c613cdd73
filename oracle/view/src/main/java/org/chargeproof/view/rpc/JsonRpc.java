package org.chargeproof.view.rpc;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * JSON-RPC 2.0 over bytes, single calls and batches, for who has no server of it as a Besu node has. Whatever comes in, what goes
 * out is JSON-RPC, and bounded.
 */
public final class JsonRpc {
    /** How many calls a batch may have. */
    public static final int MOST_CALLS = 100;

    /** No call begins when so much time has passed. */
    public static final long MOST_MILLIS = 10_000;

    /** Of an answer. */
    static final int MOST_ANSWER_BYTES = 16 << 20;

    /** How OpenRPC's tools ask for the document, whatever the namespace. */
    private static final String DISCOVER = "rpc.discover";

    private static final int PARSE_ERROR = -32700;
    private static final int INVALID_REQUEST = -32600;
    private static final int METHOD_NOT_FOUND = -32601;
    private static final int INTERNAL_ERROR = -32603;
    /** EIP-1474: a request exceeds a limit. */
    private static final int LIMIT_EXCEEDED = -32005;

    private static final int MOST_DEPTH = 16;
    private static final int MOST_TEXT_CHARACTERS = 10_000;
    private static final int MOST_NUMBER_DIGITS = 100;
    private static final int MOST_SHOWN = 100;
    private static final Logger LOG = LoggerFactory.getLogger(JsonRpc.class);
    private static final ObjectMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MOST_DEPTH)
                            .maxNameLength(MOST_TEXT_CHARACTERS)
                            .maxStringLength(MOST_TEXT_CHARACTERS)
                            .maxNumberLength(MOST_NUMBER_DIGITS)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final Methods methods;

    public JsonRpc(Methods methods) {
        this.methods = methods;
    }

    /**
     * Answers what a caller sent.
     *
     * @param request at most as long as the caller's server lets through
     * @param startNanos when it came, by {@link System#nanoTime}
     * @return JSON; empty when no answer is wanted
     */
    public byte[] answer(byte[] request, long startNanos) {
        JsonNode parsed;
        try {
            parsed = JSON.readTree(request);
        } catch (JacksonException e) {
            return error(
                    PARSE_ERROR,
                    "this is no JSON, or goes deeper or longer than any call: "
                            + shown(String.valueOf(e.getOriginalMessage())
                                    .replaceFirst("(?s), from `.*", ")")
                                    // names of classes tell nobody outside anything
                                    .replaceFirst("(?s) \\(bound as `.*", "")));
        } catch (IOException e) {
            return error(PARSE_ERROR, "this cannot be read");
        }
        if (parsed.isMissingNode()) {
            return error(PARSE_ERROR, "the request is empty");
        }
        if (!parsed.isArray()) {
            return call(parsed, startNanos, MOST_ANSWER_BYTES);
        }
        if (parsed.isEmpty() || parsed.size() > MOST_CALLS) {
            return error(
                    INVALID_REQUEST,
                    "a batch of " + parsed.size() + " calls; it must have from 1 to " + MOST_CALLS + ". Send several.");
        }
        var answers = new ByteArrayOutputStream();
        for (JsonNode call : parsed) {
            byte[] answer = call(call, startNanos, MOST_ANSWER_BYTES - answers.size());
            if (answer.length > 0) {
                answers.write(answers.size() == 0 ? '[' : ',');
                answers.writeBytes(answer);
            }
        }
        if (answers.size() > 0) {
            answers.write(']');
        }
        return answers.toByteArray();
    }

    /** What is said of a request that no call can be read from. @return JSON */
    public static byte[] refusal(String message) {
        return error(INVALID_REQUEST, message);
    }

    /** What is said to one too many. @return JSON */
    public static byte[] busy(String message) {
        return error(LIMIT_EXCEEDED, message);
    }

    private byte[] call(JsonNode call, long startNanos, int maxBytes) {
        JsonNode id = call.path("id");
        boolean identifies = id.isTextual() || id.isIntegralNumber() || id.isNull();
        if (!call.isObject()
                || !call.path("jsonrpc").asText().equals("2.0")
                || !call.path("method").isTextual()
                || !(identifies || id.isMissingNode())) {
            return error(
                    identifies ? id : NullNode.getInstance(),
                    INVALID_REQUEST,
                    "this is no call. It is to be {\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"charge_timestep\","
                            + " \"params\": []}, with a whole number or a text as id.");
        }
        byte[] answer = answered(id, call.get("method").asText(), call.get("params"), startNanos, maxBytes);
        return id.isMissingNode() ? new byte[0] : answer;
    }

    private byte[] answered(JsonNode id, String name, @Nullable JsonNode params, long startNanos, int maxBytes) {
        String prefix = Methods.NAMESPACE + "_";
        String known = name.equals(DISCOVER) ? prefix + "discover" : name;
        RpcMethod method = known.startsWith(prefix) ? methods.byName().get(known.substring(prefix.length())) : null;
        if (method == null) {
            return error(
                    id,
                    METHOD_NOT_FOUND,
                    "there is no method '" + shown(name) + "'; there is " + prefix
                            + String.join(", " + prefix, methods.byName().keySet()));
        }
        if (params != null && !params.isArray() && !params.isNull()) {
            return error(id, RpcException.INVALID_PARAMS, "params must be an array: parameters go by position");
        }
        if (System.nanoTime() - startNanos > TimeUnit.MILLISECONDS.toNanos(MOST_MILLIS)) {
            return error(
                    id, LIMIT_EXCEEDED, "the " + MOST_MILLIS + " ms for a request are over. Ask for less at once.");
        }
        try {
            @Nullable
            Object[] values =
                    params == null || params.isNull() ? new Object[0] : JSON.treeToValue(params, Object[].class);
            byte[] answer = JSON.writeValueAsBytes(new Answer("2.0", id, method.call(values)));
            return answer.length <= maxBytes
                    ? answer
                    : error(
                            id,
                            LIMIT_EXCEEDED,
                            "the answer is larger than " + MOST_ANSWER_BYTES + " bytes. Ask for less at once.");
        } catch (RpcException e) {
            return error(id, e.code(), String.valueOf(e.getMessage()));
        } catch (JsonProcessingException | RuntimeException e) {
            LOG.error("{} failed: this should not happen", name, e);
            return error(id, INTERNAL_ERROR, "something went wrong here; the log has more");
        }
    }

    private static byte[] error(int code, String message) {
        return error(NullNode.getInstance(), code, message);
    }

    private static byte[] error(JsonNode id, int code, String message) {
        try {
            JsonNode asked = id.isMissingNode() ? NullNode.getInstance() : id;
            return JSON.writeValueAsBytes(new Failure("2.0", asked, new Problem(code, message)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A caller gets back no more than it can look at. */
    private static String shown(String text) {
        return text.length() <= MOST_SHOWN ? text : text.substring(0, MOST_SHOWN) + "...";
    }

    private record Answer(
            String jsonrpc, JsonNode id, @Nullable Object result) {}

    private record Failure(String jsonrpc, JsonNode id, Problem error) {}

    private record Problem(int code, String message) {}
}

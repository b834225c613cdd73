package org.chargeproof.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Answers JSON-RPC on loopback as a test wants it. */
final class JsonRpcStub implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final Function<JsonNode, Object> answers;
    private final List<String> authorizations = new ArrayList<>();
    private volatile int status = 200;

    /** Starts to answer: with a result, or an exception that becomes an error. */
    JsonRpcStub(Function<JsonNode, Object> answers) {
        this.answers = answers;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::answer);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Answers with this HTTP status from now on. */
    void failWith(int code) {
        status = code;
    }

    List<String> authorizations() {
        return authorizations;
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        JsonNode request = JSON.readTree(exchange.getRequestBody());
        authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
        var response = JSON.createObjectNode().put("jsonrpc", "2.0");
        response.set("id", request.path("id"));
        try {
            response.set("result", JSON.valueToTree(answers.apply(request)));
        } catch (IllegalArgumentException e) {
            response.putObject("error").put("code", -32_000).put("message", e.getMessage());
        }
        byte[] bytes = response.toString().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        try (var body = exchange.getResponseBody()) {
            body.write(bytes);
        }
    }
}

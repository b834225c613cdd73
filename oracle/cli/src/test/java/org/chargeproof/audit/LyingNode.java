package org.chargeproof.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** JSON-RPC on loopback that asks a real node and tells what a lie makes of its answers. */
final class LyingNode implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient http = HttpClient.newHttpClient();
    private final URI node;
    private final Map<String, Integer> counts = new ConcurrentHashMap<>();
    private volatile Lie lie = call -> call.tell(call.truth());

    /** Answers one call. */
    @FunctionalInterface
    interface Lie {
        void answer(Call call) throws IOException;
    }

    /** @param node address of the real one */
    LyingNode(String node) {
        this.node = URI.create(node);
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            try (exchange) {
                var request = JSON.readTree(exchange.getRequestBody());
                int number = counts.merge(request.path("method").asText(), 1, Integer::sum);
                lie.answer(new Call(exchange, request, number));
            }
        });
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Tells another lie from now on. */
    void tell(Lie next) {
        counts.clear();
        lie = next;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        http.shutdownNow();
    }

    /** What was asked, and the way to answer. */
    final class Call {
        private final HttpExchange exchange;
        private final JsonNode request;
        private final int number;

        private Call(HttpExchange exchange, JsonNode request, int number) {
            this.exchange = exchange;
            this.request = request;
            this.number = number;
        }

        String method() {
            return request.path("method").asText();
        }

        JsonNode parameter(int index) {
            return request.path("params").path(index);
        }

        /** How often this method was asked for since the lie began, this time included. */
        int number() {
            return number;
        }

        HttpExchange exchange() {
            return exchange;
        }

        /** The real node's answer. */
        ObjectNode truth() throws IOException {
            var asked = HttpRequest.newBuilder(node)
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(request.toString()))
                    .build();
            try {
                return (ObjectNode) JSON.readTree(
                        http.send(asked, HttpResponse.BodyHandlers.ofString()).body());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException(e);
            }
        }

        void tell(JsonNode answer) throws IOException {
            tell(200, answer.toString());
        }

        /** Tells a result that is not the truth. */
        void tellResult(String json) throws IOException {
            tell(200, "{\"jsonrpc\":\"2.0\",\"id\":" + request.path("id") + ",\"result\":" + json + "}");
        }

        void tell(int status, String body) throws IOException {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }
}

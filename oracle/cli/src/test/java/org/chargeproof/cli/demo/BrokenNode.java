package org.chargeproof.cli.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A real node behind a door that breaks when transactions are sent. */
final class BrokenNode implements AutoCloseable {
    private static final int UNAVAILABLE = 503;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient http = HttpClient.newHttpClient();
    private final URI node;
    private final AtomicInteger takes = new AtomicInteger(Integer.MAX_VALUE);
    private volatile boolean losesAnswers;

    BrokenNode(String node) {
        this.node = URI.create(node);
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Takes so many transactions, and refuses those behind them. */
    void refuseAfter(int transactions) {
        takes.set(transactions);
        losesAnswers = false;
    }

    /** Takes every transaction, but nobody hears of it. */
    void loseAnswers() {
        takes.set(Integer.MAX_VALUE);
        losesAnswers = true;
    }

    void repair() {
        takes.set(Integer.MAX_VALUE);
        losesAnswers = false;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        http.shutdownNow();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String asked = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            boolean sends = asked.contains("eth_sendRawTransaction");
            if (sends && takes.getAndDecrement() <= 0) {
                exchange.sendResponseHeaders(UNAVAILABLE, -1);
                return;
            }
            var request = HttpRequest.newBuilder(node)
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(asked))
                    .build();
            byte[] answer = http.send(request, BodyHandlers.ofByteArray()).body();
            if (sends && losesAnswers) {
                exchange.sendResponseHeaders(UNAVAILABLE, -1);
                return;
            }
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

package org.chargeproof.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.chargeproof.ocpi.http.ConnectionGuard;
import org.chargeproof.view.rpc.JsonRpc;
import org.chargeproof.view.rpc.Methods;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What callers may do to {@code /rpc}: each gets an error that it can read, and the next one an answer. */
class RpcRouteTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String STATUS = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"charge_status\"}";

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient http = HttpClient.newHttpClient();
    private final OracleMetrics metrics = new OracleMetrics();
    private HttpServer server;

    @BeforeEach
    void listen() {
        var rpc = new JsonRpc(new Methods(() -> null, "oracle test"));
        // a route belongs to one event loop, as that of an oracle does
        var context = vertx.getOrCreateContext();
        var listening = new CompletableFuture<HttpServer>();
        context.runOnContext(now -> {
            var route = new RpcRoute(vertx, rpc, metrics);
            vertx.createHttpServer(ConnectionGuard.serverOptions())
                    .requestHandler(route::answer)
                    .listen(0, "127.0.0.1")
                    .onSuccess(listening::complete)
                    .onFailure(listening::completeExceptionally);
        });
        server = listening.join();
    }

    @AfterEach
    void close() {
        http.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void answersACall() {
        var answer = post(STATUS);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type")).contains("application/json");
        assertThat(json(answer.body()).at("/result/version").asText()).isEqualTo("oracle test");
        assertThat(post(STATUS.replace("\"id\":1,", "")).statusCode()).isEqualTo(204);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/jsonp", ""
            })
    void takesNothingButJson(String contentType) {
        var request = HttpRequest.newBuilder(uri()).POST(BodyPublishers.ofString(STATUS));
        if (!contentType.isEmpty()) {
            request.header("content-type", contentType);
        }
        var answer = send(request);
        assertThat(answer.statusCode()).isEqualTo(415);
        assertThat(error(answer.body(), -32600)).contains("application/json");
        works();
    }

    @Test
    void takesNothingButPosts() {
        for (String method : List.of("GET", "PUT", "DELETE", "OPTIONS")) {
            var answer = send(HttpRequest.newBuilder(uri()).method(method, BodyPublishers.noBody()));
            assertThat(answer.statusCode()).isEqualTo(405);
            assertThat(answer.headers().firstValue("allow")).contains("POST");
            assertThat(error(answer.body(), -32600)).contains("POST");
        }
        works();
    }

    @Test
    void readsNoMoreThanItSays() {
        // a single line more than there may be, and sixteen megabytes
        for (int bytes : List.of(RpcRoute.MOST_BODY_BYTES + 1, 16 << 20)) {
            var answer = post("[" + " ".repeat(bytes - 2) + "]");
            assertThat(answer.statusCode()).isEqualTo(413);
            assertThat(error(answer.body(), -32600)).contains("262144 bytes");
            works();
        }
        assertThat(post("[" + " ".repeat(RpcRoute.MOST_BODY_BYTES - 2) + "]").statusCode())
                .isEqualTo(200);
    }

    @Test
    void answersBatchesThatAreTooLongAndNestingThatIsTooDeepWithOneError() {
        assertThat(error(post("[" + "1,".repeat(9_999) + "1]").body(), -32600)).contains("10000 calls");
        assertThat(error(post("[".repeat(100_000)).body(), -32700)).isNotBlank();
        works();
    }

    @Test
    void waitsForNoBodyForEver() throws IOException {
        long start = System.nanoTime();
        try (var slow = new Socket(InetAddress.getLoopbackAddress(), server.actualPort())) {
            slow.getOutputStream().write(head(100).getBytes(StandardCharsets.UTF_8));
            slow.getOutputStream().write('{');
            slow.getOutputStream().flush();
            works();
            String answer = new String(readAll(slow.getInputStream()), StandardCharsets.UTF_8);
            assertThat(answer).startsWith("HTTP/1.1 408").contains("-32600", "5000 ms");
        }
        assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(20));
        works();
    }

    @Test
    void boundsHowManyAreReadAtOnceAndForgetsWhoLeaves() throws IOException {
        var open = new ArrayList<Socket>();
        for (int i = 0; i < RpcRoute.MOST_REQUESTS; i++) {
            var slow = new Socket(InetAddress.getLoopbackAddress(), server.actualPort());
            slow.getOutputStream().write(head(100).getBytes(StandardCharsets.UTF_8));
            slow.getOutputStream().flush();
            open.add(slow);
        }
        await(() -> metrics.rpcRequests.count() == RpcRoute.MOST_REQUESTS);
        var answer = post(STATUS);
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(error(answer.body(), -32005)).contains("64 requests");
        for (Socket slow : open) {
            slow.close();
        }
        await(() -> post(STATUS).statusCode() == 200);
        assertThat(metrics.rpcRefusals.count()).isPositive();
    }

    @Test
    void holdsLittleMemoryWhateverIsSent() {
        String large =
                "[" + "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"charge_x\",\"params\":[[1]]},".repeat(4_000) + "1]";
        long before = usedBytes();
        for (int i = 0; i < 200; i++) {
            post(large);
            post(STATUS.replace("charge_status", "a".repeat(200_000)));
        }
        assertThat(usedBytes() - before).isLessThan(30L << 20);
        works();
    }

    private void works() {
        assertThat(post(STATUS).statusCode()).isEqualTo(200);
    }

    private static String error(String body, int code) {
        var error = json(body).get("error");
        assertThat(json(body).get("jsonrpc").asText()).isEqualTo("2.0");
        assertThat(error.get("code").asInt()).isEqualTo(code);
        assertThat(error.get("message").asText()).hasSizeLessThan(600).doesNotContain("\tat ", "Exception");
        return error.get("message").asText();
    }

    private String head(int length) {
        return "POST /rpc HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: " + length
                + "\r\n\r\n";
    }

    private URI uri() {
        return URI.create("http://127.0.0.1:" + server.actualPort() + "/rpc");
    }

    private HttpResponse<String> post(String body) {
        return send(HttpRequest.newBuilder(uri())
                .header("content-type", "application/json")
                .POST(BodyPublishers.ofString(body)));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return http.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Until it is closed, however. */
    private static byte[] readAll(InputStream in) throws IOException {
        var all = new ByteArrayOutputStream();
        try {
            in.transferTo(all);
        } catch (SocketException e) {
            // cut, after what it said
        }
        return all.toByteArray();
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new AssertionError(text, e);
        }
    }

    private static long usedBytes() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }
}

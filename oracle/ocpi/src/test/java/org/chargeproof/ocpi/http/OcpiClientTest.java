package org.chargeproof.ocpi.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.JksOptions;
import io.vertx.core.net.TrustOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a client does when a peer does not answer as it should, over loopback. */
class OcpiClientTest {
    private static final AddressPolicy LOOPBACK = AddressPolicy.allowing(AddressPolicy.Block.of("127.0.0.0/8"))
            .with(name -> new InetAddress[] {InetAddress.ofLiteral("127.0.0.1")});

    private final Vertx vertx = Vertx.vertx();
    private final List<String> heard = new CopyOnWriteArrayList<>();

    @AfterEach
    void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void theCertificateMustBeOfTheNameThoughTheAddressWasLookedUpBefore(@TempDir Path folder)
            throws IOException, InterruptedException {
        Path store = folder.resolve("peer.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "peer",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=peer.example",
                        "-ext",
                        "SAN=dns:peer.example",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        "password")
                .redirectErrorStream(true)
                .start();
        assertThat(keytool.waitFor(60, TimeUnit.SECONDS) && keytool.exitValue() == 0)
                .isTrue();
        JksOptions keys = new JksOptions().setPath(store.toString()).setPassword("password");
        int port = serve(new HttpServerOptions().setSsl(true).setKeyCertOptions(keys), 200, "{\"status_code\":1000}");

        assertThat(call("https://peer.example:" + port + "/", keys).ocpiStatus())
                .isEqualTo(1000);
        assertThat(heard).containsExactly("GET peer.example:" + port);
        assertThatThrownBy(() -> call("https://other.example:" + port + "/", keys))
                .isInstanceOfSatisfying(
                        CallFailedException.class,
                        e -> assertThat(e.kind()).isEqualTo(CallFailedException.Kind.NOT_SENT));
        assertThatThrownBy(() -> call("https://peer.example:" + port + "/", null))
                .isInstanceOfSatisfying(
                        CallFailedException.class,
                        e -> assertThat(e.kind()).isEqualTo(CallFailedException.Kind.NOT_SENT));
        assertThat(heard).as("nothing was sent to whom was not trusted").hasSize(1);
    }

    @Test
    void redirectionsAreNotFollowed() {
        int inside = serve(new HttpServerOptions(), 200, "{\"status_code\":1000}");
        int port = serve(new HttpServerOptions(), 302, "http://127.0.0.1:" + inside + "/");

        assertThatThrownBy(() -> call("http://peer.example:" + port + "/", null))
                .isInstanceOf(CallFailedException.class)
                .hasMessageContaining("HTTP 302");
        assertThat(heard).hasSize(1);
    }

    @Test
    void whatProxiesAnswerIsNoAnswer() {
        int port = serve(new HttpServerOptions(), 504, "<html>");

        assertThatThrownBy(() -> call("http://peer.example:" + port + "/", null))
                .isInstanceOfSatisfying(
                        CallFailedException.class,
                        e -> assertThat(e.kind()).isEqualTo(CallFailedException.Kind.UNKNOWN));
    }

    @Test
    void refusalsSayWhatThePeerSaid() {
        int port = serve(new HttpServerOptions(), 200, "{\"status_code\":2003,\"status_message\":\"no such\"}");

        assertThatThrownBy(() -> call("http://peer.example:" + port + "/", null))
                .isInstanceOfSatisfying(
                        CallFailedException.class,
                        e -> assertThat(e.kind()).isEqualTo(CallFailedException.Kind.REFUSED))
                .hasMessageContaining("OCPI 2003: 'no such'");
    }

    @Test
    void refusalsThatRepeatTheTokenAreToldWithoutIt() {
        String encoded = Base64.getEncoder().encodeToString("token".getBytes(StandardCharsets.UTF_8));
        int port = serve(
                new HttpServerOptions(),
                200,
                "{\"status_code\":2001,\"status_message\":\"what is 'Token " + encoded + "' or token?\"}");

        assertThatThrownBy(() -> call("http://peer.example:" + port + "/", null))
                .hasMessageContaining("what is 'Token (token)' or (token)?")
                .hasMessageNotContaining(encoded);
    }

    @Test
    void anAnswerWithoutEndIsCut() {
        int port = listen(vertx.createHttpServer().requestHandler(request -> {
            request.response().setChunked(true);
            String chunk = "x".repeat(1 << 20);
            vertx.setPeriodic(1, id -> {
                if (request.response().closed()) {
                    vertx.cancelTimer(id);
                } else if (!request.response().writeQueueFull()) {
                    request.response().write(chunk);
                }
            });
        }));

        assertThatThrownBy(() -> call("http://peer.example:" + port + "/", null))
                .isInstanceOf(CallFailedException.class)
                .hasMessageContaining("more than 8388608 bytes");
    }

    @Test
    void aCallThatTimedOutLeavesNoConnectionOpen() {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        int port = listen(vertx.createHttpServer().requestHandler(request -> {
            request.response().putHeader("Content-Length", "1000000");
            // more often than the client's idle timeout
            long drip = vertx.setPeriodic(100, id -> request.response().write("x"));
            request.connection().closeHandler(gone -> {
                vertx.cancelTimer(drip);
                closed.complete(null);
            });
        }));
        try (OcpiClient client = new OcpiClient(vertx, LOOPBACK, 1_000)) {
            assertThatThrownBy(() -> client.call("GET", "http://peer.example:" + port + "/", "token", null, null))
                    .isInstanceOf(CallFailedException.class)
                    .hasMessageContaining("has no answer after 1000 ms");
            assertThat(closed).succeedsWithin(Duration.ofSeconds(5));
        }
    }

    private Reply call(String url, TrustOptions trusted) {
        try (OcpiClient client = new OcpiClient(vertx, LOOPBACK, 20_000, trusted)) {
            return client.call("GET", url, "token", null, null);
        }
    }

    private int serve(HttpServerOptions options, int status, String body) {
        return listen(vertx.createHttpServer(options).requestHandler(request -> {
            heard.add(request.method() + " " + request.getHeader("host"));
            request.response().setStatusCode(status);
            if (status == 302) {
                request.response().putHeader("Location", body);
            }
            request.response().end(body);
        }));
    }

    private static int listen(HttpServer server) {
        return server.listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join()
                .actualPort();
    }
}

package org.chargeproof.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.chargeproof.ledger.Pause;
import org.chargeproof.oracle.backend.HttpSetpointBackend;
import org.chargeproof.oracle.backend.SetpointBackend;
import org.chargeproof.oracle.backend.SetpointBackend.Period;
import org.chargeproof.oracle.backend.SetpointBackend.Setpoint;
import org.chargeproof.oracle.backend.SetpointBackend.Source;
import org.chargeproof.oracle.backend.SetpointBackend.TimestepSetpoints;
import org.chargeproof.protocol.time.NetworkParameters;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What goes to an operator's system, and what it may answer: whatever it does, the oracle goes on and stays small. */
class SetpointHandoverTest {
    private static final NetworkParameters PARAMETERS = new NetworkParameters(900, 60, 6, 4, 2, 3);
    private static final TimestepSetpoints SETPOINTS = new TimestepSetpoints(
            7,
            Source.FALLBACK,
            6_300,
            7_200,
            7_200,
            List.of(
                    new Setpoint(3, "XX*A*E3", 2_600, List.of(), 0),
                    new Setpoint(9, "XX*A*E9", 690, List.of(new Period(0, 150, 4_140)), 0)));
    private static final long PATIENCE_MILLIS = 30_000;
    private static final String PROBLEM = "the backend did not take the setpoints of timestep 7: not now ";
    private static final long SHORT_PATIENCE_MILLIS = 500;

    private final Vertx vertx = Vertx.vertx();
    private final AtomicReference<HttpAnswer> answer = new AtomicReference<>();
    private final AtomicInteger requests = new AtomicInteger();
    private HttpServer server;
    private HttpSetpointBackend backend;

    @FunctionalInterface
    private interface HttpAnswer {
        void to(HttpExchange exchange) throws IOException;
    }

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            requests.incrementAndGet();
            answer.get().to(exchange);
        });
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
        backend = new HttpSetpointBackend(vertx, "http://127.0.0.1:" + port() + "/", PATIENCE_MILLIS);
    }

    @AfterEach
    void end() {
        server.stop(0);
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void tellsSourceAndValidityAndWhatHoldsAfterIt() throws Exception {
        var body = new AtomicReference<String>();
        answer.set(exchange -> {
            body.set(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                    + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            say(exchange, 200, "{\"applied\": [3, 9]}");
        });

        assertThat(backend.apply(SETPOINTS)).containsExactlyInAnyOrder(3, 9);
        assertThat(body.get())
                .isEqualTo("PUT /setpoints/7 {\"timestep\":7,\"source\":\"FALLBACK\",\"startSeconds\":6300,"
                        + "\"endSeconds\":7200,\"validUntilSeconds\":7200,\"setpoints\":["
                        + "{\"chargePoint\":3,\"evseId\":\"XX*A*E3\",\"powerW\":2600,\"periods\":[],\"afterValidityPowerW\":0},"
                        + "{\"chargePoint\":9,\"evseId\":\"XX*A*E9\",\"powerW\":690,\"periods\":"
                        + "[{\"fromSecond\":0,\"toSecond\":150,\"powerW\":4140}],\"afterValidityPowerW\":0}]}");
        // and back
        assertThat(new ObjectMapper().readValue(body.get().substring(17), TimestepSetpoints.class))
                .isEqualTo(SETPOINTS);
    }

    @Test
    void takesNoAnswerThatIsNone() {
        assertNoAnswer("", "without a list 'applied'");
        assertNoAnswer("<html>", "is no JSON");
        assertNoAnswer("{}", "without a list 'applied'");
        assertNoAnswer("{\"applied\": 3}", "without a list 'applied'");
        assertNoAnswer("{\"applied\": [3, \"9\"]}", "no charge point's number");
        assertNoAnswer("{\"applied\": [3.5]}", "no charge point's number");
        assertNoAnswer("{\"applied\": [4294967299]}", "no charge point's number");
        assertNoAnswer("{\"applied\": [true]}", "no charge point's number");
        assertNoAnswer("[".repeat(50_000), "is no JSON");
        assertNoAnswer("{\"applied\": [" + "1".repeat(50_000) + "]}", "is no JSON");
        assertNoAnswer(" ".repeat(100_000), "more than 65664 bytes");
    }

    @Test
    void errorsTellNoSecretsOfTheUrl() {
        answer.set(exchange -> say(exchange, 500, ""));
        var secret = new HttpSetpointBackend(vertx, "http://127.0.0.1:" + port() + "/hidden", PATIENCE_MILLIS);
        assertThatThrownBy(() -> secret.apply(SETPOINTS))
                .hasMessageContaining("http://127.0.0.1:" + port() + " answered 500")
                .hasMessageNotContaining("hidden");
        assertThat(HttpSetpointBackend.shown("https://me:hidden@backend:1/hidden?key=hidden"))
                .isEqualTo("https://backend:1");
        assertThat(HttpSetpointBackend.shown("http://backend")).isEqualTo("http://backend");
    }

    @Test
    void followsNoRedirect() {
        answer.set(exchange -> {
            exchange.getResponseHeaders().add("Location", "http://127.0.0.1:" + port() + "/elsewhere");
            say(exchange, 302, "");
        });
        assertThatThrownBy(() -> backend.apply(SETPOINTS)).hasMessageContaining("answered 302");
        assertThat(requests).hasValue(1);
    }

    @Test
    @Timeout(60)
    void readsNoAnswerWithoutEnd() throws InterruptedException {
        var sent = new AtomicLong();
        var stopped = new CountDownLatch(1);
        answer.set(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream out = exchange.getResponseBody()) {
                var piece = new byte[8_192];
                while (sent.addAndGet(piece.length) < 1L << 34) {
                    out.write(piece);
                }
            } finally {
                stopped.countDown();
            }
        });
        assertThatThrownBy(() -> backend.apply(SETPOINTS)).hasMessageContaining("more than 65664 bytes");
        assertThat(stopped.await(30, TimeUnit.SECONDS))
                .as("the sender is cut off")
                .isTrue();
        assertThat(sent.get()).isLessThan(1L << 30);
    }

    @Test
    @Timeout(60)
    void waitsForNoAnswerThatDrips() throws InterruptedException {
        var stopped = new CountDownLatch(1);
        answer.set(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream out = exchange.getResponseBody()) {
                while (true) {
                    out.write(' ');
                    out.flush();
                    Pause.millis(20);
                }
            } finally {
                stopped.countDown();
            }
        });
        var impatient = new HttpSetpointBackend(vertx, "http://127.0.0.1:" + port(), SHORT_PATIENCE_MILLIS);
        assertThatThrownBy(() -> impatient.apply(SETPOINTS)).hasMessageContaining("did not answer within 500 ms");
        assertThat(stopped.await(30, TimeUnit.SECONDS))
                .as("the sender is cut off")
                .isTrue();
    }

    @Test
    void triesOnceABlockAndTakesNobodyElsesChargePoints() {
        var tries = new AtomicInteger();
        var none = new SetpointHandover.Answer(7, SETPOINTS.source(), Optional.empty(), "not now");
        SetpointBackend unsteady = setpoints -> {
            if (tries.incrementAndGet() < 3) {
                throw new IOException("not now");
            }
            return Set.of(3, 4, -1, Integer.MAX_VALUE);
        };
        try (var handover = new SetpointHandover(unsteady, PARAMETERS, new OracleMetrics(), Set.of())) {
            for (int look = 0; look < 4; look++) {
                handover.start(7, 100, () -> SETPOINTS);
                assertThat(poll(handover)).isEqualTo(look == 0 ? Optional.of(none) : Optional.empty());
            }
            assertThat(tries).hasValue(1);
            assertThat(handover.problem()).startsWith(PROBLEM + "(1 attempt). Look whether it runs");
            handover.start(7, 101, () -> SETPOINTS);
            assertThat(poll(handover)).contains(none);
            assertThat(handover.problem()).startsWith(PROBLEM + "(2 attempts)");
            handover.start(7, 102, () -> SETPOINTS);
            assertThat(poll(handover))
                    .contains(new SetpointHandover.Answer(7, SETPOINTS.source(), Optional.of(Set.of(3)), ""));
            assertThat(handover.problem()).isEmpty();
        }
        assertThat(tries).hasValue(3);
    }

    private static Optional<SetpointHandover.Answer> poll(SetpointHandover handover) {
        while (handover.isBusy() && !handover.hasAnswers()) {
            Pause.millis(1);
        }
        return handover.poll();
    }

    private void assertNoAnswer(String body, String problem) {
        answer.set(exchange -> say(exchange, 200, body));
        assertThatThrownBy(() -> backend.apply(SETPOINTS)).hasMessageContaining(problem);
    }

    private int port() {
        return server.getAddress().getPort();
    }

    private static void say(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getRequestBody().readAllBytes();
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }
}

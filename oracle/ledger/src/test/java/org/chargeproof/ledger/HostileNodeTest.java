package org.chargeproof.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A node that answers without end, without measure, or with something that cannot be. */
@Timeout(60)
class HostileNodeTest {
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final int MOST_BYTES = 1 << 20;
    private static final String CHAIN_ID = "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"0x7e2\"}";

    private HttpServer node;
    private LedgerClient client;
    private volatile Answer answer = HostileNodeTest::chainId;

    private interface Answer {
        void to(HttpExchange call) throws IOException;
    }

    @BeforeEach
    void start() throws IOException {
        node = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        node.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        node.createContext("/", call -> {
            call.getRequestBody().readAllBytes();
            try (call) {
                answer.to(call);
            }
        });
        node.start();
        client = LedgerClient.connect(url(), null, MOST_BYTES, PATIENCE);
    }

    @AfterEach
    void stop() {
        client.close();
        node.stop(0);
    }

    @Test
    void aBodyWithoutEndIsReadToABound() {
        answer = call -> {
            call.sendResponseHeaders(200, 0);
            endless(call.getResponseBody(), 1 << 16, 0);
        };
        assertThatThrownBy(client::head)
                .isInstanceOf(AnswerTooLargeException.class)
                .hasMessageContaining("eth_getBlockByNumber with too much: more than " + MOST_BYTES + " bytes");
    }

    @Test
    void whatIsPackedCountsUnpacked() {
        answer = call -> {
            call.getResponseHeaders().set("Content-Encoding", "gzip");
            call.sendResponseHeaders(200, 0);
            try (var out = new GZIPOutputStream(call.getResponseBody())) {
                endless(out, 1 << 16, 0);
            }
        };
        assertThatThrownBy(client::head).isInstanceOf(AnswerTooLargeException.class);
    }

    @Test
    void aBodyThatDripsForEverEnds() {
        answer = call -> {
            call.sendResponseHeaders(200, 0);
            endless(call.getResponseBody(), 1, 50);
        };
        long start = System.nanoTime();
        assertThatThrownBy(client::head)
                .isInstanceOf(AnswerTooLargeException.class)
                .hasMessageContaining("in time");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(PATIENCE.multipliedBy(5));
    }

    @Test
    void redirectsAreNotFollowed() {
        var followed = new AtomicInteger();
        node.createContext("/elsewhere", call -> {
            followed.incrementAndGet();
            chainId(call);
        });
        answer = call -> {
            call.getResponseHeaders().set("Location", url() + "/elsewhere");
            call.sendResponseHeaders(307, -1);
        };
        assertThatThrownBy(client::head).isInstanceOf(LedgerException.class).hasMessageContaining("HTTP error");
        assertThat(followed).hasValue(0);
    }

    @Test
    void depthAndNumbersAreBounded() {
        for (String body : new String[] {
            "{\"result\":" + "[".repeat(100_000),
            "{\"result\":" + "1".repeat(100_000) + "}",
            "{\"" + "a".repeat(100_000) + "\":1}",
            "[".repeat(1_000) + "]".repeat(1_000)
        }) {
            answer = call -> text(call, 200, body);
            assertThatThrownBy(client::head).as(body.substring(0, 20)).isInstanceOf(LedgerException.class);
        }
    }

    @Test
    void anErrorsTextIsShownOnOneShortLine() {
        answer = call -> text(call, 500, "\u001b[2J\n" + "x".repeat(100_000));
        assertThatThrownBy(client::head)
                .isInstanceOf(LedgerException.class)
                .satisfies(
                        e -> assertThat(e.getMessage()).hasSizeLessThan(1_000).doesNotContain("\u001b", "\n"));
        answer = call -> text(
                call, 200, "{\"error\":{\"code\":-32000,\"message\":\"\\u001b[2J\\n" + "x".repeat(100_000) + "\"}}");
        assertThatThrownBy(client::head)
                .isInstanceOf(RpcErrorException.class)
                .satisfies(
                        e -> assertThat(e.getMessage()).hasSizeLessThan(1_000).doesNotContain("\u001b", "\n"));
    }

    @Test
    void aBlockThatCannotBeIsNone() {
        for (String block : new String[] {
            block("0x5", "0xffffffffffffff"),
            block("0x5", "0x2540be401"),
            block("0xffffffffffffffffff", "0x1"),
            block("-0x5", "0x1"),
            "{\"number\":\"0x5\",\"hash\":\"0x12\",\"timestamp\":\"0x1\"}",
            "{\"number\":\"0x5\"}",
            "{}"
        }) {
            answer = call -> text(call, 200, "{\"result\":" + block + "}");
            assertThatThrownBy(client::head).as(block).isInstanceOf(LedgerException.class);
        }
        answer = call -> text(call, 200, "{\"result\":" + block("0x6", "0x1") + "}");
        assertThatThrownBy(() -> client.header(5))
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining("block 6 when it was asked for block 5");
    }

    @Test
    void aChainIdThatCannotBeIsNone() {
        answer = call -> text(call, 200, "{\"result\":\"0xffffffffffffffffffffffff\"}");
        assertThatThrownBy(() -> LedgerClient.connect(url())).isInstanceOf(LedgerException.class);
    }

    private static String block(String number, String timestamp) {
        return "{\"number\":\"" + number + "\",\"hash\":\"0x" + "12".repeat(32) + "\",\"timestamp\":\"" + timestamp
                + "\"}";
    }

    private String url() {
        return "http://127.0.0.1:" + node.getAddress().getPort();
    }

    private static void chainId(HttpExchange call) throws IOException {
        text(call, 200, CHAIN_ID);
    }

    private static void text(HttpExchange call, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        call.sendResponseHeaders(status, bytes.length);
        try (var out = call.getResponseBody()) {
            out.write(bytes);
        }
    }

    /** Until the reader hangs up. */
    private static void endless(OutputStream out, int bytes, long pauseMillis) throws IOException {
        byte[] spaces = " ".repeat(bytes).getBytes(StandardCharsets.UTF_8);
        while (true) {
            out.write(spaces);
            out.flush();
            Pause.millis(pauseMillis);
        }
    }
}

package org.chargeproof.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Streams of events: what changes, going on after a break, and readers that do not read. */
class EventsTest {
    @TempDir
    private Path folder;

    /** A reader of events on a socket. */
    private static final class Reader implements AutoCloseable {
        private final Socket socket = new Socket();
        private final BufferedReader in;
        final String status;

        Reader(TestApi api, Role role, String lastEventId) throws IOException {
            socket.setReceiveBufferSize(4_096);
            socket.connect(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), api.port()));
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write(("GET /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer "
                                    + api.keys.get(role) + "\r\n"
                                    + (lastEventId.isEmpty() ? "" : "Last-Event-ID: " + lastEventId + "\r\n") + "\r\n")
                            .getBytes(StandardCharsets.UTF_8));
            in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            status = String.valueOf(in.readLine());
        }

        /** The next event: name, data, id; its lines but for empty ones and sizes of chunks. */
        List<String> next(String name) throws IOException {
            var lines = new ArrayList<String>();
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.startsWith("id: ")) {
                    lines.clear();
                }
                lines.add(line);
                if (line.startsWith("data: ") && lines.contains("event: " + name)) {
                    return lines;
                }
            }
            throw new IOException("the stream ends");
        }

        String line(String prefix) throws IOException {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.startsWith(prefix)) {
                    return line;
                }
            }
            throw new IOException("the stream ends");
        }

        static String id(List<String> event) {
            return event.getFirst().substring("id: ".length());
        }

        static String data(List<String> event) {
            return event.getLast().substring("data: ".length());
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    @Test
    void tellsWhatChangesAndGoesOnAfterABreak() throws IOException {
        try (var api = new TestApi(TestApi.Setup.in(folder))) {
            TestApi.pause(600);
            String seen;
            try (var reader = new Reader(api, Role.DRIVER, "")) {
                assertThat(reader.status).contains("200");
                reader.line("retry: ");
                api.chain.add(TestApi.at(TestApi.FIRST + 1, 5), TestApi.ended(TestApi.SESSION));
                var session = reader.next("session");
                assertThat(Reader.data(session)).isEqualTo("{\"session\":7,\"status\":\"ENDED\",\"chargePoint\":0}");
                seen = Reader.id(session);
            }
            TestApi.await(() -> api.api.openStreams() == 0);
            api.chain.add(TestApi.at(TestApi.FIRST + 1, 21));
            api.chain.add(TestApi.at(TestApi.FIRST + 1, 22), TestApi.finalPlan(TestApi.FIRST + 2));
            api.chain.add(TestApi.at(TestApi.FIRST + 2, 0));
            api.follow();
            TestApi.pause(600);
            try (var reader = new Reader(api, Role.DRIVER, seen)) {
                assertThat(Reader.data(reader.next("timestep"))).contains("GATE_CLOSED");
                assertThat(Reader.data(reader.next("timestep"))).contains("TIMESTEP_STARTED", "1002");
                assertThat(Reader.data(reader.next("plan"))).isEqualTo("{\"timestep\":1002,\"outcome\":\"FINAL\"}");
            }
            for (String unknown : List.of("x", "0123456789abcdef-5", seen.split("-", -1)[0] + "-999999")) {
                try (var reader = new Reader(api, Role.DRIVER, unknown)) {
                    assertThat(Reader.data(reader.next("reset"))).isEqualTo("{}");
                }
            }
        }
    }

    @Test
    void endWithTheKeyThatOpenedThem() throws IOException {
        try (var api = new TestApi(TestApi.Setup.in(folder))) {
            TestApi.pause(600);
            try (var revoked = new Reader(api, Role.DRIVER, "");
                    var other = new Reader(api, Role.AUDITOR, "")) {
                revoked.line("retry: ");
                other.line("retry: ");
                new ApiKeys(api.keyFile).revoke(Role.DRIVER.word());
                assertThat(revoked.line("0")).as("the last chunk").isEqualTo("0");
                TestApi.await(() -> api.api.openStreams() == 1);
            }
        }
    }

    @Test
    void givesSignsOfLife() throws IOException {
        assertThat(ApiLimits.standard().heartbeatMillis()).isEqualTo(15_000);
        try (var api = new TestApi(TestApi.Setup.in(folder).limits(limits(50, 500, 64 << 10, 10_000, 200)));
                var reader = new Reader(api, Role.DRIVER, "")) {
            long start = System.nanoTime();
            for (int i = 0; i < 3; i++) {
                reader.line(": heartbeat");
            }
            assertThat((System.nanoTime() - start) / 1_000_000).isBetween(300L, 5_000L);
        }
    }

    @Test
    void boundsStreamsOfOneAndOfAll() throws IOException {
        try (var api = new TestApi(TestApi.Setup.in(folder).limits(limits(2, 3, 64 << 10, 10_000, 15_000)));
                var first = new Reader(api, Role.DRIVER, "");
                var second = new Reader(api, Role.DRIVER, "");
                var third = new Reader(api, Role.AUDITOR, "")) {
            assertThat(List.of(first.status, second.status, third.status)).allMatch(status -> status.contains("200"));
            assertThat(api.get("/events", Role.DRIVER).statusCode()).isEqualTo(429);
            assertThat(api.get("/events", Role.OPERATOR).statusCode()).isEqualTo(503);
            first.close();
            TestApi.await(() -> api.api.openStreams() == 2);
            try (var fourth = new Reader(api, Role.DRIVER, "")) {
                assertThat(fourth.status).contains("200");
            }
        }
    }

    @Test
    void aReaderThatDoesNotReadIsCutOffAndDelaysNobody() throws IOException {
        try (var api = new TestApi(TestApi.Setup.in(folder).limits(limits(50, 500, 1_024, 300, 15_000)));
                var slow = new Reader(api, Role.AUDITOR, "");
                var quick = new Reader(api, Role.DRIVER, "")) {
            assertThat(slow.status).contains("200");
            var reading = Thread.ofVirtual().start(() -> {
                try {
                    while (!Reader.data(quick.next("session")).contains("\"session\":3999,")) {
                        // goes on
                    }
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            long deadline = System.nanoTime() + 60_000_000_000L;
            int session = 100;
            while (api.api.evictedStreams() == 0 && System.nanoTime() < deadline) {
                for (int block = 0; block < 20; block++) {
                    var logs = new org.chargeproof.protocol.ledger.RawLog[20];
                    for (int i = 0; i < logs.length; i++) {
                        logs[i] = TestApi.requested(session++, i % 2 + 1, 1_000, TestApi.FIRST + 20);
                    }
                    api.chain.add(TestApi.at(TestApi.FIRST + 1, 6), logs);
                }
                api.follow();
                TestApi.pause(260);
            }
            assertThat(api.api.evictedStreams()).isEqualTo(1);
            TestApi.await(() -> api.api.openStreams() == 1);
            api.chain.add(TestApi.at(TestApi.FIRST + 1, 7), TestApi.requested(3_999, 1, 1_000, TestApi.FIRST + 20));
            TestApi.await(() -> !reading.isAlive());
        }
    }

    private static ApiLimits limits(int perCaller, int all, int queueBytes, int slowMillis, int heartbeatMillis) {
        return new ApiLimits(
                1 << 18,
                10,
                Integer.MAX_VALUE,
                Integer.MAX_VALUE,
                Integer.MAX_VALUE,
                Integer.MAX_VALUE,
                64,
                16,
                all,
                perCaller,
                queueBytes,
                slowMillis,
                heartbeatMillis,
                8,
                5_000,
                4,
                2,
                20_000);
    }
}

package org.chargeproof.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Everything that can be wrong before an audit begins. */
class AuditCommandTest {
    private static final int NO_AUDIT = 2;
    private static final String ADDRESS = "0x" + "c0".repeat(20);

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "--rpc http://127.0.0.1:8545",
                "--contract 0xc0",
                "--rpc http://127.0.0.1:8545 --contract 0xc0 --from soon",
                "--rpc http://127.0.0.1:8545 --contract 0xc0 --group -",
                "--rpc http://127.0.0.1:8545 --contract 0xc0 --unknown"
            })
    void saysHowItIsUsed(String arguments) {
        assertThat(run(arguments.isEmpty() ? new String[0] : arguments.split(" ", -1)))
                .isEqualTo(NO_AUDIT);
        assertThat(err.toString()).contains("Usage: audit");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void tellsWhenNothingListens() throws IOException {
        int port;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        assertThat(run("--rpc", "http://127.0.0.1:" + port, "--contract", ADDRESS))
                .isEqualTo(NO_AUDIT);
        assertThat(err.toString()).contains("http://127.0.0.1:" + port).contains("Maybe the node is not running");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<html>It works!</html>",
                "{}",
                "[]",
                "null",
                "42",
                "{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":\"no number\"}",
                "{\"jsonrpc\":\"2.0\",\"id\":0,\"error\":{\"code\":-32601,\"message\":\"no such method\"}}"
            })
    void tellsWhenSomethingElseThanANodeAnswers(String answer) throws IOException {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            byte[] body = answer.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            try (var stream = exchange.getResponseBody()) {
                stream.write(body);
            }
        });
        server.start();
        try {
            String url = "http://127.0.0.1:" + server.getAddress().getPort();
            assertThat(run("--rpc", url, "--contract", ADDRESS)).isEqualTo(NO_AUDIT);
            assertThat(err.toString()).contains(url);
        } finally {
            server.stop(0);
        }
    }

    @Test
    void tellsWhenTheReportCannotBeWritten() {
        var report = folder.resolve("missing").resolve("report.json");
        assertThat(run("--rpc", "http://127.0.0.1:1", "--contract", ADDRESS, "--report", report.toString()))
                .isEqualTo(NO_AUDIT);
        assertThat(err.toString()).contains("cannot write a report to " + report);
    }

    @Test
    void tellsWhenAKeyIsNone() throws IOException {
        var key = folder.resolve("key");
        Files.writeString(key, "0x1234");
        assertThat(run(
                        "--rpc",
                        "http://127.0.0.1:1",
                        "--contract",
                        ADDRESS,
                        "--report",
                        folder.resolve("report.json").toString(),
                        "--key",
                        key.toString()))
                .isEqualTo(NO_AUDIT);
        assertThat(err.toString()).contains("holds no key");
    }

    /** As the program does: an exception is told by its message. */
    private int run(String... arguments) {
        var all = new ArrayList<>(List.of(arguments));
        return new CommandLine(new AuditCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .setExecutionExceptionHandler((e, command, parsed) -> {
                    command.getErr().println(e.getClass().getSimpleName() + " " + e.getMessage());
                    assertThat(e.getClass().getSimpleName())
                            .isIn("LedgerException", "RpcErrorException", "BadInputException");
                    return NO_AUDIT;
                })
                .execute(all.toArray(String[]::new));
    }
}

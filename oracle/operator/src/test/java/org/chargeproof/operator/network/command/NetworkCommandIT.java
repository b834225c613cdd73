package org.chargeproof.operator.network.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.chargeproof.operator.network.files.NetworkFolder;
import org.chargeproof.operator.network.files.NodeFolder;
import org.chargeproof.operator.network.process.BesuFixture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A network as its operators run it: by commands, with nodes that outlive each of them. */
class NetworkCommandIT {
    @TempDir
    private Path folder;

    @Test
    void aNewNetworkGoesUpIsLookedAtAndGoesDown() throws IOException, InterruptedException {
        BesuFixture.require();
        String network = folder.resolve("consortium").toString();
        String data = folder.resolve("data").toString();
        // clear of the development network, and of other builds on this machine
        String offset = String.valueOf(17_000 + 40 * (ProcessHandle.current().pid() % 100));
        // QBFT, as BesuNetworkIT has IBFT 2.0
        assertThat(run("new", network, "--consensus", "qbft", "--port-offset", offset))
                .startsWith("0:")
                .contains("node-4");
        assertThat(run("status", "--dir", network, "--data", data)).startsWith("1:");
        NodeFolder first = NetworkFolder.read(Path.of(network)).nodes().getFirst();
        Files.writeString(
                first.folder().resolve(NodeFolder.CONFIG),
                "\nplugin-charge-enabled=false\n",
                StandardOpenOption.APPEND);
        try {
            assertThat(run("up", "--dir", network, "--data", data))
                    .startsWith("0:")
                    .contains("http://127.0.0.1:");
            assertThat(run("up", "--dir", network, "--data", data)).contains("up already");
            var status = run("status", "--dir", network, "--data", data);
            assertThat(status).startsWith("0:").contains("blocks flow");
            // also the node whose plugin is switched off
            for (NodeFolder node : NetworkFolder.read(Path.of(network)).nodes()) {
                assertThat(readiness(node)).as(node.name()).contains("UP");
            }
            assertThat(run("logs", "node-2", "--dir", network, "--data", data, "-n", "50"))
                    .startsWith("0:")
                    .contains("Produced");
        } finally {
            assertThat(run("down", "--dir", network, "--data", data)).startsWith("0:");
        }
        assertThat(run("status", "--dir", network, "--data", data)).startsWith("1:");
    }

    private static String readiness(NodeFolder node) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + node.ports().rpc() + "/readiness"))
                .build();
        try (var client = HttpClient.newHttpClient()) {
            return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
        }
    }

    private static String run(String... arguments) {
        var said = new StringWriter();
        var command = new CommandLine(new NetworkCommand());
        command.setOut(new PrintWriter(said, true));
        command.setErr(new PrintWriter(said, true));
        command.setCaseInsensitiveEnumValuesAllowed(true);
        int exitCode = command.execute(arguments);
        System.out.println(said);
        return exitCode + ":" + said;
    }
}

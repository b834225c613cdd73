package org.chargeproof.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A network as its operators run it: by commands, with nodes that outlive each of them. */
class NetworkCommandIT {
    @TempDir
    private Path folder;

    @Test
    void aNewNetworkGoesUpIsLookedAtAndGoesDown() {
        BesuFixture.require();
        String network = folder.resolve("consortium").toString();
        String data = folder.resolve("data").toString();
        // clear of the development network, and of other builds on this machine
        String offset = String.valueOf(17_000 + 40 * (ProcessHandle.current().pid() % 100));
        assertThat(run("new", network, "--port-offset", offset))
                .startsWith("0:")
                .contains("node-4");
        assertThat(run("status", "--dir", network, "--data", data)).startsWith("1:");
        try {
            assertThat(run("up", "--dir", network, "--data", data))
                    .startsWith("0:")
                    .contains("http://127.0.0.1:");
            assertThat(run("up", "--dir", network, "--data", data)).contains("up already");
            var status = run("status", "--dir", network, "--data", data);
            assertThat(status).startsWith("0:").contains("blocks flow");
            assertThat(run("logs", "node-2", "--dir", network, "--data", data, "-n", "50"))
                    .startsWith("0:")
                    .contains("Produced");
        } finally {
            assertThat(run("down", "--dir", network, "--data", data)).startsWith("0:");
        }
        assertThat(run("status", "--dir", network, "--data", data)).startsWith("1:");
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

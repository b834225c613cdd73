package org.chargeproof.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.chargeproof.console.input.ProjectFolder;
import org.chargeproof.ledger.Pause;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * The first day of an operator: what docs/how-to/connect-your-backend.md and drivers-without-a-wallet.md have their readers run, in a shell, as it
 * stands there. Ports are others, and timesteps shorter. What a page says is printed is printed.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@EnabledIfSystemProperty(named = "chargeproof.long", matches = "true", disabledReason = "-Plong runs this")
@Isolated("time is real, and timesteps are short: others would make the oracle late")
class HowToPagesIT {
    private static final long MOST_SECONDS = 400;
    private static final String DONE = "block-is-done";

    /** What stands in the pages, and what is run. */
    private final Map<String, String> replaced = new LinkedHashMap<>();

    private final Map<String, Terminal> terminals = new LinkedHashMap<>();
    private Path clone = Path.of("");
    private Process shell;
    private String here = "";
    private int blocks;
    private String backendPort = "";

    /** A program that stays, in a terminal of its own. */
    private record Terminal(Process process, Path log) {
        void end() {
            // what Ctrl-C reaches
            var programs = process.descendants().toList();
            programs.forEach(ProcessHandle::destroy);
            programs.forEach(
                    program -> program.onExit().orTimeout(30, TimeUnit.SECONDS).join());
            process.destroy();
            try {
                if (!process.waitFor(30, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @BeforeAll
    void openTerminal(@TempDir Path folder) throws IOException {
        clone = folder;
        Path scripts = Files.createDirectory(clone.resolve("scripts"));
        Path temporary = Files.createDirectory(clone.resolve("tmp"));
        script(scripts.resolve("chargeproof"), temporary, "\"$@\"");
        // smaller than a reader's
        script(
                scripts.resolve("demo"),
                temporary,
                "demo \"$@\" --rpc-port 0 --http-port 0 --timestep-seconds 900 --operators 1 --groups 1 --points 2 --network-file "
                        + clone.resolve("live.json"));
        String oracle = String.valueOf(freePort());
        String backend = String.valueOf(freePort());
        backendPort = backend;
        replaced.put("--http-port 8094", "--http-port " + oracle);
        replaced.put("127.0.0.1:8094", "127.0.0.1:" + oracle);
        replaced.put("127.0.0.1:8095", "127.0.0.1:" + backend);
        replaced.put(
                "--timestep-seconds 60 --gate-seconds 20",
                "--timestep-seconds 10 --gate-seconds 5 --takeover-seconds 1");
        var builder = new ProcessBuilder("bash", "--noprofile", "--norc")
                .directory(clone.toFile())
                .redirectErrorStream(true);
        environment(builder, backend);
        shell = builder.start();
        // a loop that waits for what does not come
        Thread.ofVirtual().start(() -> {
            Pause.millis(TimeUnit.SECONDS.toMillis(MOST_SECONDS));
            shell.destroyForcibly();
        });
        here = clone.toString();
        type("set -eo pipefail");
    }

    @AfterAll
    void endAll() {
        new ArrayList<>(terminals.values()).reversed().forEach(Terminal::end);
        if (shell != null) {
            shell.destroyForcibly();
        }
    }

    @Test
    void everyBlockOfThePagesWorks() {
        run(HowToPage.read("connect-your-backend.md"), 12);
        run(HowToPage.read("drivers-without-a-wallet.md"), 6);
    }

    private void run(HowToPage page, int count) {
        var all = page.blocks().stream()
                .filter(block -> block.language().equals("sh"))
                .toList();
        assertThat(all).hasSize(count);
        for (var block : all) {
            long began = System.nanoTime();
            if (block.name().isEmpty()) {
                String said = type(replaced(block.content()));
                List<String> missing = missing(block, said);
                assertThat(missing)
                        .as("what the page says is printed by%n%s%nwhich prints%n%s", block.content(), said)
                        .isEmpty();
            } else {
                stay(block);
            }
            System.out.printf(
                    "%6.1f s  %s%n",
                    (System.nanoTime() - began) / 1e9,
                    block.content().lines().findFirst().orElse(""));
        }
    }

    /** In a terminal of its own, in place of what ran there. */
    private void stay(HowToPage.Block block) {
        var before = terminals.remove(block.name());
        if (before != null) {
            before.end();
        }
        Path log = clone.resolve(block.name() + "-" + ++blocks + ".log");
        try {
            Path file = Files.writeString(clone.resolve("block-" + blocks + ".sh"), replaced(block.content()));
            var builder = new ProcessBuilder("bash", "--noprofile", "--norc", "-e", file.toString())
                    .directory(Path.of(here).toFile())
                    .redirectErrorStream(true)
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectOutput(log.toFile());
            environment(builder, backendPort);
            var terminal = new Terminal(builder.start(), log);
            terminals.put(block.name(), terminal);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var terminal = terminals.get(block.name());
        if (block.name().equals("ledger")) {
            LiveNetwork.awaitTrue(
                    () -> LiveNetwork.read(clone.resolve("live.json")).endsWith("}" + System.lineSeparator())
                            || !terminal.process().isAlive());
            assertThat(terminal.process().isAlive()).as(LiveNetwork.read(log)).isTrue();
            replaced.put("127.0.0.1:8545", ledgerAddress());
        }
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!missing(block, LiveNetwork.read(log)).isEmpty()) {
            assertThat(terminal.process().isAlive() && System.nanoTime() < deadline)
                    .as(block.content() + LiveNetwork.read(log))
                    .isTrue();
            Pause.millis(100);
        }
    }

    private String ledgerAddress() {
        try {
            String url = new ObjectMapper()
                    .readTree(clone.resolve("live.json").toFile())
                    .get("rpcUrl")
                    .asText();
            return url.substring("http://".length());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String replaced(String text) {
        String result = text;
        for (var each : replaced.entrySet()) {
            result = result.replace(each.getKey(), each.getValue());
        }
        return result;
    }

    /** Lines that are to be printed and are not, in their order. */
    private List<String> missing(HowToPage.Block block, String said) {
        var lines = said.lines().toList();
        var missing = new ArrayList<String>();
        int at = 0;
        for (String wanted : block.printed()) {
            int from = at;
            while (at < lines.size() && !HowToPage.isAs(replaced(wanted), lines.get(at))) {
                at++;
            }
            if (at == lines.size()) {
                missing.add(wanted);
                at = from;
            } else {
                at++;
            }
        }
        return missing;
    }

    /** Runs lines in the shell that stays from block to block. @return what is printed */
    private String type(String lines) {
        try {
            Path file = Files.writeString(clone.resolve("block-" + ++blocks + ".sh"), lines);
            var in = shell.outputWriter(StandardCharsets.UTF_8);
            in.write(". " + file + " </dev/null\necho; echo " + DONE + " $PWD\n");
            in.flush();
            var out = shell.inputReader(StandardCharsets.UTF_8);
            var said = new ArrayList<String>();
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                if (line.startsWith(DONE)) {
                    here = line.substring(DONE.length() + 1);
                    return String.join("\n", said);
                }
                said.add(line);
            }
            throw new AssertionError(lines + "\nfails:\n" + String.join("\n", said) + "\n"
                    + terminals.values().stream()
                            .map(each -> each.log() + ":\n" + LiveNetwork.read(each.log()))
                            .collect(Collectors.joining("\n")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void environment(ProcessBuilder builder, String backendPort) {
        builder.environment().keySet().removeIf(name -> name.startsWith("CHARGEPROOF_"));
        // where the ledger's program is; scripts say so
        builder.environment().put("CHARGEPROOF_HOME", ProjectFolder.find().toString());
        builder.environment().put("CHARGEPROOF_CPO_HTTP_PORT", backendPort);
    }

    private static void script(Path file, Path temporary, String arguments) throws IOException {
        String program = LiveNetwork.program(temporary, List.of()).stream()
                .map(word -> "'" + word + "'")
                .collect(Collectors.joining(" "));
        Files.writeString(file, "#!/bin/sh\nexec " + program + " " + arguments + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}

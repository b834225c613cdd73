package org.chargeproof.cli.demo.ledger;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.console.input.ProjectFolder;
import org.chargeproof.console.process.AtExit;
import org.chargeproof.console.process.ChildProcess;
import org.chargeproof.ledger.GasLimits;

/** An anvil process: a real EVM behind real JSON-RPC, on loopback, whose time and blocks somebody else makes. */
public final class EmbeddedLedger implements AutoCloseable {
    private static final String NO_HISTORY = "--prune-history";
    private static final Pattern LISTENING = Pattern.compile("Listening on 127\\.0\\.0\\.1:(\\d+)");
    private static final int CHAIN_ID = 2018;

    private final Process process;
    private final String url;
    private final AtExit end = AtExit.run(this::end);

    private EmbeddedLedger(Process process, String url) {
        this.process = process;
        this.url = url;
    }

    /**
     * Starts a ledger that makes a block only when it is told to ({@code evm_mine}).
     *
     * @param startSeconds time of its first block, unix seconds
     * @throws BadInputException when there is no anvil
     */
    public static EmbeddedLedger start(long startSeconds) {
        return start(0, List.of("--no-mining", "--timestamp", String.valueOf(startSeconds), NO_HISTORY));
    }

    /**
     * The same at a certain port, for programs of others. It keeps the state of some blocks: a call that comes while a block is made is
     * answered in the one before.
     *
     * @param port 0 for any free one
     * @param origin whose pages in a browser can read its answers, as {@code http://127.0.0.1:8090}; empty for none
     */
    public static EmbeddedLedger startForOthers(int port, long startSeconds, String origin) {
        var more =
                new ArrayList<>(List.of("--no-mining", "--timestamp", String.valueOf(startSeconds), NO_HISTORY, "20"));
        // it takes one alone
        more.addAll(origin.isEmpty() ? List.of("--no-cors") : List.of("--allow-origin", origin));
        return start(port, more);
    }

    /** Starts a ledger that makes a block every second, by the clock. */
    public static EmbeddedLedger startWithBlocksEverySecond() {
        return start(0, List.of("--block-time", "1", NO_HISTORY));
    }

    private static EmbeddedLedger start(int port, List<String> more) {
        var command = new ArrayList<String>();
        command.add(binary().toString());
        command.addAll(
                List.of("--host", "127.0.0.1", "--port", String.valueOf(port), "--chain-id", String.valueOf(CHAIN_ID)));
        command.addAll(List.of("--gas-price", "0", "--base-fee", "0", "--disable-min-priority-fee"));
        command.addAll(
                List.of("--gas-limit", String.valueOf(GasLimits.BLOCK), "--hardfork", "cancun", "--order", "fifo"));
        command.addAll(List.of("--accounts", "1", "--color", "never"));
        command.addAll(more);
        try {
            Process process = ChildProcess.startBound(new ProcessBuilder(command).redirectErrorStream(true), "KILL");
            var output = process.inputReader(StandardCharsets.UTF_8);
            var said = new StringBuilder();
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                said.append(line).append('\n');
                Matcher listening = LISTENING.matcher(line);
                if (listening.find()) {
                    Thread.ofVirtual().start(() -> drain(output));
                    return new EmbeddedLedger(process, "http://127.0.0.1:" + listening.group(1));
                }
            }
            throw new BadInputException("the embedded ledger ended at once:\n" + said);
        } catch (IOException e) {
            throw new BadInputException("the embedded ledger cannot be started: " + e.getMessage(), e);
        }
    }

    /** Whether it still runs. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** Its JSON-RPC. */
    public String url() {
        return url;
    }

    @Override
    public void close() {
        end.close();
    }

    private void end() {
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private static Path binary() {
        String os = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("mac") ? "darwin" : "linux";
        String cpu = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
        Path packaged = ProjectFolder.find()
                .resolve(
                        Path.of("contracts", "node_modules", "@foundry-rs", "anvil-" + os + "-" + cpu, "bin", "anvil"));
        return Stream.concat(
                        Stream.of(packaged),
                        Stream.of(Optional.ofNullable(System.getenv("PATH"))
                                        .orElse("")
                                        .split(File.pathSeparator))
                                .map(folder -> Path.of(folder, "anvil")))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new BadInputException(
                        ProjectFolder.isCheckout()
                                ? "there is no anvil, neither at " + packaged
                                        + " nor on the PATH. Run 'npm ci' in the folder contracts; where npm has none for this machine, install"
                                        + " Foundry, or use a ledger of your own with --ledger URL."
                                : "there is no anvil on the PATH, and a release has none. Install Foundry, or use --ledger besu, or a ledger of"
                                        + " your own with --ledger URL."));
    }

    private static void drain(BufferedReader output) {
        try (output) {
            while (output.readLine() != null) {
                // anvil stops when nobody reads what it says
            }
        } catch (IOException e) {
            // it has ended
        }
    }
}

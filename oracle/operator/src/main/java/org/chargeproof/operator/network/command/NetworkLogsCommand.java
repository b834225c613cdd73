package org.chargeproof.operator.network.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.ledger.Pause;
import org.chargeproof.operator.network.process.BesuNetwork;
import org.chargeproof.operator.network.process.BesuNode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code chargeproof network logs}. */
@Command(
        name = "logs",
        header = "Prints what nodes say.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        sortOptions = false)
final class NetworkLogsCommand implements Callable<Integer> {
    private static final int POLL_MILLIS = 250;
    private static final int MOST_AT_ONCE = 1 << 20;

    @Mixin
    private NetworkSelection selection = new NetworkSelection();

    @Parameters(paramLabel = "NODE", arity = "0..1", description = "Only this node. Default: all.")
    private @Nullable String name;

    @Option(
            names = {"-n", "--lines"},
            paramLabel = "LINES",
            defaultValue = "20",
            description = "How many of the last lines.")
    private int lines;

    @Option(
            names = {"-f", "--follow"},
            description = "Go on with new lines until interrupted.")
    private boolean follow;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        if (lines < 0) {
            throw new BadInputException("--lines is " + lines + "; it must be 0 or more.");
        }
        PrintWriter out = spec.commandLine().getOut();
        var compose = new ComposeNetwork(selection, out);
        if (compose.isUp()) {
            return compose.logs(name, lines, follow);
        }
        BesuNetwork network = selection.network();
        List<BesuNode> nodes = name == null ? network.nodes() : List.of(network.node(name));
        Map<BesuNode, Long> read = new HashMap<>();
        for (BesuNode node : nodes) {
            if (Files.exists(node.logFile())) {
                read.put(node, Files.size(node.logFile()));
                print(node, node.tail(lines), nodes.size() > 1, out);
            } else {
                out.println(node.name() + " has not been started: there is no " + node.logFile());
            }
        }
        out.flush();
        while (follow) {
            Pause.millis(POLL_MILLIS);
            for (BesuNode node : nodes) {
                if (Files.exists(node.logFile())) {
                    String more = more(node.logFile(), read.getOrDefault(node, 0L));
                    read.merge(node, (long) more.getBytes(StandardCharsets.UTF_8).length, Long::sum);
                    print(node, more.stripTrailing(), nodes.size() > 1, out);
                    if (Files.size(node.logFile()) < read.getOrDefault(node, 0L)) {
                        // it was started again, with a new log
                        read.put(node, 0L);
                    }
                }
            }
            out.flush();
        }
        return 0;
    }

    private static void print(BesuNode node, String text, boolean named, PrintWriter out) {
        if (!text.isEmpty()) {
            text.lines().forEach(line -> out.println(named ? node.name() + " | " + line : line));
        }
    }

    /** Whole lines from a place on. */
    private static String more(Path file, long from) throws IOException {
        try (var log = new RandomAccessFile(file.toFile(), "r")) {
            if (log.length() <= from) {
                return "";
            }
            var bytes = new byte[(int) Math.min(MOST_AT_ONCE, log.length() - from)];
            log.seek(from);
            log.readFully(bytes);
            String text = new String(bytes, StandardCharsets.UTF_8);
            return text.substring(0, text.lastIndexOf('\n') + 1);
        }
    }
}

package org.chargeproof.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.chargeproof.cli.demo.world.Backends;
import org.chargeproof.console.process.AtExit;
import org.chargeproof.console.process.ChildProcess;
import org.chargeproof.console.settings.ConfiguredCommandLine;
import org.chargeproof.ledger.LedgerException;
import org.chargeproof.ledger.Pause;
import org.chargeproof.operator.network.rpc.NodeRpc;
import org.chargeproof.oracle.backend.SetpointBackend.Source;
import org.web3j.crypto.Credentials;

/** The operators' oracles, each a process of its own. */
public final class OracleFleet implements AutoCloseable, Backends.Oracles {
    private static final Pattern LISTENS = Pattern.compile("listens on (http://\\S+)");
    private static final long START_MILLIS = 180_000;
    private static final long ACT_MILLIS = 60_000;
    private static final int TAIL_LINES = 15;

    private final Path folder;
    private final String contract;
    private final int pollMillis;
    private final Runnable whileWaiting;
    private final List<Oracle> oracles = new CopyOnWriteArrayList<>();
    private final AtExit end = AtExit.run(this::endAll);
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final ObjectMapper json = new ObjectMapper();

    /** One oracle's process. */
    public static final class Oracle {
        private final int number;
        private final Path log;
        private final List<String> command;
        private final Process process;
        private String url = "";
        private boolean stopped;
        /** What a stopped one had counted. */
        private String counters = "";

        private Oracle(int number, Path log, List<String> command, Process process) {
            this.number = number;
            this.log = log;
            this.command = List.copyOf(command);
            this.process = process;
        }
    }

    /**
     * @param folder for keys, data and logs
     * @param pollMillis how often each looks for a new block
     * @param whileWaiting done again and again while somebody waits for an oracle
     */
    public OracleFleet(Path folder, String contract, int pollMillis, Consumer<OracleFleet> whileWaiting) {
        this.folder = folder;
        this.contract = contract;
        this.pollMillis = pollMillis;
        this.whileWaiting = () -> whileWaiting.accept(this);
    }

    /**
     * Starts an oracle, the next one or in place of an earlier one; {@link #awaitStarted} waits for it.
     *
     * @param rpcUrl of the operator's own node
     * @param options of its own, beside those that all have
     * @param mainClass followed by the arguments that come before the oracle's own options
     */
    public Oracle start(int number, String rpcUrl, Credentials account, List<String> options, List<String> mainClass) {
        return start(number, 0, rpcUrl, account, options, mainClass);
    }

    /**
     * The same at a certain port.
     *
     * @param httpPort 0 for any free one
     */
    Oracle start(
            int number,
            int httpPort,
            String rpcUrl,
            Credentials account,
            List<String> options,
            List<String> mainClass) {
        try {
            Path key = keyFile("oracle-" + number, account);
            var command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-Xmx256m",
                    "-cp",
                    System.getProperty("java.class.path")));
            command.addAll(mainClass);
            command.addAll(List.of("--rpc", rpcUrl, "--contract", contract, "--key", key.toString()));
            command.addAll(List.of("--data", dataFolder(number).toString()));
            command.addAll(List.of("--http-port", String.valueOf(httpPort)));
            command.addAll(List.of("--poll", String.valueOf(pollMillis)));
            command.addAll(options);
            command.addAll(List.of("--second-opinion-every", "25"));
            var oracle = launch(number, command);
            if (number < oracles.size()) {
                oracles.set(number, oracle);
            } else {
                oracles.add(oracle);
            }
            return oracle;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start oracle " + number, e);
        }
    }

    /** Where an oracle, the first one being 0, has its data. */
    Path dataFolder(int number) {
        return folder.resolve("oracle-" + number);
    }

    /** Writes an account's key into a file for an oracle's options. */
    Path keyFile(String name, Credentials account) throws IOException {
        Files.createDirectories(folder);
        Path key = folder.resolve(name + ".key");
        Files.deleteIfExists(key);
        Files.createFile(key, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(
                key, account.getEcKeyPair().getPrivateKey().toString(16).transform(OracleFleet::key));
        return key;
    }

    private Oracle launch(int number, List<String> command) {
        Path log = folder.resolve("oracle-" + number + ".log");
        try {
            Files.deleteIfExists(log);
            var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
            // they are for an operator's own oracle
            ConfiguredCommandLine.removeSettings(builder.environment());
            var process = ChildProcess.startBound(builder, "TERM");
            return new Oracle(number, log, command, process);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start oracle " + number, e);
        }
    }

    /** Waits until all oracles answer. */
    public void awaitStarted() {
        for (Oracle oracle : oracles) {
            long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(START_MILLIS);
            while (oracle.url.isEmpty()) {
                Matcher listens = LISTENS.matcher(read(oracle.log));
                if (listens.find()) {
                    oracle.url = listens.group(1);
                } else if (!oracle.process.isAlive() || System.nanoTime() > deadline) {
                    throw failed(oracle, "did not start");
                } else {
                    Pause.millis(20);
                }
            }
        }
    }

    /** Waits until all oracles answer app backends, too: each has read the ledger for them. */
    void awaitAnswersToApps() {
        for (Oracle oracle : oracles) {
            var rpc = new NodeRpc(oracle.url + "/rpc", null);
            long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ACT_MILLIS);
            while (rpc.tryCall("charge_timestep").isEmpty()) {
                if (!isRunning(oracle) || System.nanoTime() > deadline) {
                    throw failed(oracle, "does not answer app backends");
                }
                Pause.millis(100);
            }
        }
    }

    /** Waits until every oracle that runs has read a block and done what follows from it. */
    public void awaitActed(long block) {
        for (int i = 0; i < oracles.size(); i++) {
            long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ACT_MILLIS);
            // looked up again each time: it may have been started anew
            for (Oracle oracle = oracles.get(i); isRunning(oracle); oracle = oracles.get(i)) {
                var status = status(oracle);
                if (status.isPresent()
                        && status.get().path("block").asLong() >= block
                        && !status.get().path("busy").asBoolean()) {
                    break;
                }
                if (System.nanoTime() > deadline) {
                    throw failed(oracle, "has not acted on block " + block + " within a minute");
                }
                whileWaiting.run();
                Pause.millis(2);
            }
        }
    }

    /** What an oracle says of itself; empty while it does not answer. */
    public Optional<JsonNode> status(Oracle oracle) {
        return get(oracle, "/status").map(text -> {
            try {
                return json.readTree(text);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** Sum of a counter over all oracles. */
    public long sum(String counter) {
        return oracles.stream()
                .map(oracle -> isRunning(oracle) ? get(oracle, "/metrics").orElse("") : oracle.counters)
                .flatMap(String::lines)
                .filter(line -> line.startsWith(counter + " "))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(counter.length() + 1)))
                .sum();
    }

    /** Refuses to go on when an oracle has ended that nobody stopped. */
    void requireRunning() {
        oracles.forEach(this::isRunning);
    }

    @Override
    public int size() {
        return oracles.size();
    }

    @Override
    public boolean runs(int number) {
        return isRunning(oracles.get(number));
    }

    @Override
    public Map<Integer, Source> handedOver(int number) {
        var sources = new HashMap<Integer, Source>();
        status(oracles.get(number))
                .ifPresent(status -> status.path("handedOver")
                        .properties()
                        .forEach(each -> sources.put(
                                Integer.valueOf(each.getKey()),
                                Source.valueOf(each.getValue().asText()))));
        return sources;
    }

    @Override
    public void awaitIdle() {
        awaitActed(0);
    }

    /** Where an oracle that has started listens. */
    @Override
    public String url(int number) {
        return oracles.get(number).url;
    }

    /** Processes of the oracles that run, by name. */
    public Map<String, Long> pids() {
        var pids = new LinkedHashMap<String, Long>();
        oracles.stream().filter(o -> o.process.isAlive()).forEach(o -> pids.put("oracle-" + o.number, o.process.pid()));
        return pids;
    }

    /** Starts an oracle that has ended with the same program, account and data; {@link #awaitStarted} waits for it. */
    public void startAgain(int number) {
        Oracle ended = oracles.get(number);
        var command = new ArrayList<>(ended.command);
        if (!ended.url.isEmpty()) {
            // its operator's system knows it by its address
            command.set(
                    command.indexOf("--http-port") + 1,
                    String.valueOf(URI.create(ended.url).getPort()));
        }
        oracles.set(number, launch(number, command));
    }

    /** Ends an oracle at once, as a power cut would. */
    public void kill(int number) {
        oracles.get(number).process.destroyForcibly();
        await(oracles.get(number));
    }

    /** Stops an oracle in order. */
    public void stop(int number) {
        Oracle oracle = oracles.get(number);
        oracle.stopped = true;
        oracle.counters = get(oracle, "/metrics").orElse("");
        oracle.process.destroy();
        await(oracle);
    }

    @Override
    public void close() {
        end.close();
        http.close();
    }

    private void endAll() {
        oracles.forEach(o -> o.process.destroy());
        oracles.forEach(OracleFleet::await);
    }

    private boolean isRunning(Oracle oracle) {
        if (!oracle.process.isAlive() && !oracle.stopped) {
            throw failed(oracle, "ended by itself with exit code " + oracle.process.exitValue());
        }
        return !oracle.stopped;
    }

    private Optional<String> get(Oracle oracle, String path) {
        if (oracle.url.isEmpty()) {
            return Optional.empty();
        }
        try {
            var request = HttpRequest.newBuilder(URI.create(oracle.url + path))
                    .timeout(Duration.ofSeconds(10))
                    .build();
            return Optional.of(
                    http.send(request, HttpResponse.BodyHandlers.ofString()).body());
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LedgerException("interrupted", e);
        }
    }

    private static void await(Oracle oracle) {
        try {
            if (!oracle.process.waitFor(15, TimeUnit.SECONDS)) {
                oracle.process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            oracle.process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private static LedgerException failed(Oracle oracle, String what) {
        var lines = read(oracle.log).lines().toList();
        return new LedgerException("oracle " + oracle.number + " " + what + "; the last that it said:\n"
                + String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size())));
    }

    private static String read(Path log) {
        try {
            return Files.exists(log) ? Files.readString(log) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String key(String hex) {
        return "0".repeat(64 - hex.length()) + hex;
    }
}

package org.chargeproof.audit;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.audit.report.AuditException;
import org.chargeproof.console.process.ChildProcess;
import org.chargeproof.console.process.Folders;
import org.chargeproof.protocol.algorithm.AlgorithmException;
import org.chargeproof.protocol.algorithm.AlgorithmException.Kind;
import org.chargeproof.protocol.algorithm.AlgorithmJar;
import org.chargeproof.protocol.algorithm.AlgorithmLauncher;
import org.chargeproof.protocol.plan.PlanningAlgorithm;
import org.jspecify.annotations.Nullable;

/**
 * Runs a verified algorithm in a process of its own: with the Java that runs this program, one processor, bounded memory, an empty
 * environment, an empty folder to stand in, and nothing on its class path but {@link AlgorithmLauncher}. Each timestep has a bound
 * on its time and on what comes of it; when it is reached, the process is ended, and the next timestep gets a new one. Used by one
 * thread.
 */
public final class ProcessAlgorithm implements PlanningAlgorithm, AutoCloseable {
    /** Planning takes well below a millisecond a group; this is for machines in trouble. */
    static final Duration USUAL_TIMEOUT = Duration.ofSeconds(30);

    private static final int MEMORY_MEBIBYTES = 512;
    private static final int MOST_PLAN_BYTES = 16 << 20;
    private static final int MOST_TIMESTEP_BYTES = 256 << 20;
    private static final int MOST_MESSAGE_BYTES = 2_000;
    /** What Windows does not start a program without. */
    private static final Set<String> KEPT_ENVIRONMENT = Set.of("SystemRoot");

    private static final Executor PIPES =
            task -> Thread.ofVirtual().name("algorithm-pipe").start(task);

    private final AlgorithmJar jar;
    private final Duration timeout;
    private @Nullable Running running;

    /** A process, and what leads to it. */
    private record Running(
            Process process,
            Path folder,
            DataOutputStream inputs,
            DataInputStream plans,
            CompletableFuture<String> said) {}

    public ProcessAlgorithm(AlgorithmJar jar) {
        this(jar, USUAL_TIMEOUT);
    }

    /** @param timeout for one timestep */
    ProcessAlgorithm(AlgorithmJar jar, Duration timeout) {
        this.jar = jar;
        this.timeout = timeout;
    }

    @Override
    public Bytes32 id() {
        return jar.id();
    }

    @Override
    public int inputVersion() {
        return jar.inputVersion();
    }

    /**
     * {@inheritDoc}
     *
     * @param inputs of one timestep
     * @throws AlgorithmException when there is no plan for one of them, or not within the bounds
     * @throws AuditException when no process can be started
     */
    @Override
    public List<byte[]> plan(List<byte[]> inputs) {
        if (inputs.isEmpty()) {
            return List.of();
        }
        var at = running == null ? start() : running;
        running = at;
        boolean usable = false;
        try {
            var answer = CompletableFuture.supplyAsync(() -> ask(at, inputs), PIPES);
            var plans = answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            usable = true;
            return plans;
        } catch (TimeoutException e) {
            throw new AlgorithmException(
                    Kind.BOUND,
                    "algorithm " + id() + " was stopped: it took longer than " + timeout.toMillis()
                            + " ms for this timestep of " + inputs.size() + " groups.");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AlgorithmException failure) {
                usable = failure.kind() == Kind.FAILED;
                throw failure;
            }
            throw new AlgorithmException(
                    Kind.BOUND, "the process of algorithm " + id() + " ended without an answer. " + words(at));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AuditException("interrupted while algorithm " + id() + " was running", e);
        } finally {
            if (!usable) {
                close();
            }
        }
    }

    /** Ends the process. */
    @Override
    public void close() {
        var at = running;
        running = null;
        if (at != null) {
            at.process().destroyForcibly().onExit().join();
            Folders.delete(at.folder());
        }
    }

    private List<byte[]> ask(Running at, List<byte[]> inputs) {
        try {
            var written = CompletableFuture.runAsync(() -> write(at, inputs), PIPES);
            var plans = read(at.plans(), inputs.size());
            written.join();
            return plans;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<byte[]> read(DataInputStream in, int count) throws IOException {
        int outcome = in.readUnsignedByte();
        if (outcome == AlgorithmLauncher.FAILED) {
            throw new AlgorithmException(Kind.FAILED, "algorithm " + id() + " failed: " + in.readUTF());
        }
        if (outcome != AlgorithmLauncher.PLANNED) {
            throw new AlgorithmException(
                    Kind.BOUND, "algorithm " + id() + " ran out of stack or memory: " + in.readUTF());
        }
        var plans = new ArrayList<byte[]>();
        long all = 0;
        for (int i = 0; i < count; i++) {
            int length = in.readInt();
            all += length;
            if (length < 0 || length > MOST_PLAN_BYTES || all > MOST_TIMESTEP_BYTES) {
                throw new AlgorithmException(
                        Kind.BOUND,
                        "algorithm " + id() + " gave a plan of " + length + " bytes; at most are " + MOST_PLAN_BYTES
                                + ".");
            }
            plans.add(in.readNBytes(length));
        }
        return plans;
    }

    private static void write(Running at, List<byte[]> inputs) {
        var out = at.inputs();
        try {
            out.writeInt(inputs.size());
            for (byte[] input : inputs) {
                out.writeInt(input.length);
                out.write(input);
            }
            out.flush();
        } catch (IOException e) {
            // it has ended; who reads its answer finds out
        }
    }

    private Running start() {
        Path folder;
        try {
            folder = Files.createTempDirectory("chargeproof-algorithm");
        } catch (IOException e) {
            throw new AuditException("cannot create a folder for algorithm " + id() + ": " + e.getMessage(), e);
        }
        try {
            Path classes = Files.createDirectory(folder.resolve("classes"));
            Path empty = Files.createDirectory(folder.resolve("empty"));
            AlgorithmLauncher.unpack(classes);
            var process = ChildProcess.startBound(builder(classes, empty), "KILL");
            var said = CompletableFuture.supplyAsync(() -> firstWords(process.getErrorStream()), PIPES);
            var inputs = new DataOutputStream(new BufferedOutputStream(process.getOutputStream()));
            writeClasses(inputs);
            return new Running(
                    process,
                    folder,
                    inputs,
                    new DataInputStream(new BufferedInputStream(process.getInputStream())),
                    said);
        } catch (IOException | UncheckedIOException e) {
            Folders.delete(folder);
            throw new AuditException("algorithm " + id() + " cannot be started: " + e.getMessage(), e);
        }
    }

    /** What the launcher reads first. */
    private void writeClasses(DataOutputStream out) throws IOException {
        out.writeUTF(jar.entryClass());
        out.writeInt(jar.classes().size());
        for (var c : jar.classes().entrySet()) {
            out.writeUTF(c.getKey());
            out.writeInt(c.getValue().length);
            out.write(c.getValue());
        }
        out.flush();
    }

    private static ProcessBuilder builder(Path classes, Path empty) {
        var command = new ArrayList<String>();
        Path limits = Path.of("/usr/bin/prlimit");
        if (Files.isExecutable(limits)) {
            // no file grows, no core is dumped
            command.addAll(List.of(limits.toString(), "--fsize=0", "--core=0", "--nofile=64"));
        }
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + MEMORY_MEBIBYTES + "m",
                "-XX:MaxMetaspaceSize=64m",
                "-XX:MaxDirectMemorySize=1m",
                "-XX:ActiveProcessorCount=1",
                // the default collector's threads would cost more than the planning
                "-XX:+UseSerialGC",
                "-XX:-UsePerfData",
                "-XX:+DisableAttachMechanism",
                "-XX:+DisplayVMOutputToStderr",
                "-XX:-CreateCoredumpOnCrash",
                "-XX:ErrorFile=/dev/null",
                "-cp",
                classes.toString(),
                AlgorithmLauncher.class.getName()));
        var builder = new ProcessBuilder(command).directory(empty.toFile());
        // options from the environment must not change what it does, nor secrets be within its reach
        builder.environment().keySet().retainAll(KEPT_ENVIRONMENT);
        return builder;
    }

    /** Reads all, keeps the beginning. */
    private static String firstWords(InputStream pipe) {
        try (pipe) {
            String words = new String(pipe.readNBytes(MOST_MESSAGE_BYTES), StandardCharsets.UTF_8);
            byte[] rest = new byte[8_192];
            while (pipe.read(rest) >= 0) {
                // not kept
            }
            return words.strip();
        } catch (IOException e) {
            return "";
        }
    }

    private static String words(Running at) {
        at.process().destroyForcibly();
        try {
            return at.said().get(1, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }
}

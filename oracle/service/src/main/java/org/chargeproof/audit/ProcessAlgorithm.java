package org.chargeproof.audit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.planner.InvalidInputException;
import org.chargeproof.protocol.plan.InputVersion;
import org.chargeproof.protocol.plan.PlanningAlgorithm;

/**
 * Runs an algorithm as everybody sees it: {@code java -jar algorithm.jar < inputs > plans}, one process for many inputs,
 * with the Java that runs this program, nothing of its environment, and a limit on its time.
 */
public final class ProcessAlgorithm implements PlanningAlgorithm {
    /** Planning takes well below a millisecond a group; this is for machines in trouble. */
    private static final Duration USUAL_TIMEOUT = Duration.ofMinutes(5);

    private static final int BAD_INPUT = 65;
    private static final int HEADER_BYTES = 8;
    private static final int LENGTH_AT = 4;
    private static final int MOST_MESSAGE_CHARACTERS = 500;
    /** What Windows does not start a program without. */
    private static final Set<String> KEPT_ENVIRONMENT = Set.of("SystemRoot");

    private static final Executor READERS =
            task -> Thread.ofVirtual().name("algorithm-pipe").start(task);

    private final Bytes32 id;
    private final Path jar;
    private final Duration timeout;

    /**
     * @param id SHA-256 of the jar, which was checked
     */
    public ProcessAlgorithm(Bytes32 id, Path jar) {
        this(id, jar, USUAL_TIMEOUT);
    }

    ProcessAlgorithm(Bytes32 id, Path jar, Duration timeout) {
        this.id = id;
        this.jar = jar.toAbsolutePath();
        this.timeout = timeout;
    }

    @Override
    public Bytes32 id() {
        return id;
    }

    /**
     * {@inheritDoc}
     *
     * @throws AuditException when this program cannot make inputs of that version
     */
    @Override
    public int inputVersion() {
        try (var file = new JarFile(jar.toFile())) {
            return InputVersion.of(file.getManifest());
        } catch (IOException e) {
            // no jar says nothing; running it will tell what is wrong
            return InputVersion.FIRST;
        } catch (IllegalArgumentException e) {
            throw new AuditException("algorithm " + id + " cannot be used: " + e.getMessage(), e);
        }
    }

    /**
     * {@inheritDoc}
     *
     * @throws InvalidInputException when the algorithm refuses an input, which it would do wherever it runs
     * @throws AuditException when it does not run, crashes, takes too long, or gives anything but a plan for each input
     */
    @Override
    public List<byte[]> plan(List<byte[]> inputs) {
        if (inputs.isEmpty()) {
            return List.of();
        }
        byte[] output = run(inputs);
        var plans = frames(output);
        if (plans.size() != inputs.size()) {
            throw new AuditException(
                    "algorithm " + id + " gave " + plans.size() + " plans for " + inputs.size() + " inputs.");
        }
        return plans;
    }

    private byte[] run(List<byte[]> inputs) {
        Process process = start();
        try {
            var output = read(process.getInputStream());
            var message = read(process.getErrorStream());
            var written = CompletableFuture.runAsync(() -> write(process, inputs), READERS);
            if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AuditException(
                        "algorithm " + id + " was stopped: it took longer than " + timeout.toSeconds() + " s for "
                                + inputs.size() + " inputs. Maybe this machine is overloaded; audit fewer timesteps.");
            }
            written.join();
            int exitCode = process.exitValue();
            if (exitCode == BAD_INPUT) {
                throw new InvalidInputException(text(message.join()));
            }
            if (exitCode != 0) {
                throw new AuditException(
                        "algorithm " + id + " ended with exit code " + exitCode + ": " + text(message.join()));
            }
            return output.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AuditException("interrupted while algorithm " + id + " was running", e);
        } finally {
            process.destroyForcibly();
        }
    }

    private Process start() {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        // the default collector's threads would cost more than the planning
        var builder = new ProcessBuilder(java, "-XX:+UseSerialGC", "-jar", jar.toString());
        // options from the environment must not change what it does, nor secrets be within its reach
        builder.environment().keySet().retainAll(KEPT_ENVIRONMENT);
        try {
            return builder.start();
        } catch (IOException e) {
            throw new AuditException("algorithm " + id + " cannot be started with " + java + ": " + e.getMessage(), e);
        }
    }

    /** An algorithm that ends before it has read everything breaks the pipe; its exit code tells why. */
    private static void write(Process process, List<byte[]> inputs) {
        try (var pipe = process.getOutputStream()) {
            for (byte[] input : inputs) {
                pipe.write(input);
            }
        } catch (IOException e) {
            // see above
        }
    }

    private static CompletableFuture<byte[]> read(InputStream pipe) {
        return CompletableFuture.supplyAsync(
                () -> {
                    var bytes = new ByteArrayOutputStream();
                    try (pipe) {
                        pipe.transferTo(bytes);
                    } catch (IOException e) {
                        // the process was stopped: what came so far is all there is
                    }
                    return bytes.toByteArray();
                },
                READERS);
    }

    private List<byte[]> frames(byte[] output) {
        var frames = new ArrayList<byte[]>();
        for (int at = 0; at < output.length; ) {
            int left = output.length - at;
            int length = left < HEADER_BYTES ? 0 : ByteBuffer.wrap(output).getInt(at + LENGTH_AT);
            if (length < HEADER_BYTES || length > left) {
                throw new AuditException("algorithm " + id + " gave output that is no sequence of plans at byte " + at
                        + " of " + output.length + ".");
            }
            frames.add(Arrays.copyOfRange(output, at, at + length));
            at += length;
        }
        return frames;
    }

    private static String text(byte[] message) {
        String text = new String(message, StandardCharsets.UTF_8).strip();
        return text.length() <= MOST_MESSAGE_CHARACTERS ? text : text.substring(0, MOST_MESSAGE_CHARACTERS) + " ...";
    }
}

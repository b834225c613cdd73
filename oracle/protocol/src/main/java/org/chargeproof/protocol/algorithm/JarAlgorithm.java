package org.chargeproof.protocol.algorithm;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.protocol.encoding.Sha256;
import org.chargeproof.protocol.plan.InputVersion;
import org.chargeproof.protocol.plan.PlanningAlgorithm;

/**
 * Runs the very jar that the ledger holds, inside this process and apart from its classes: all groups in parallel. The jar's
 * manifest names the class with {@code public static byte[] run(byte[])} as {@code Algorithm-Class}, and the version of the
 * inputs that it reads as {@code Input-Version}; without it, 1.
 */
public final class JarAlgorithm implements PlanningAlgorithm {
    private static final String ENTRY = "Algorithm-Class";

    private final Bytes32 id;
    private final int inputVersion;
    private final MethodHandle run;
    private final ExecutorService workers;

    private JarAlgorithm(Bytes32 id, int inputVersion, MethodHandle run, ExecutorService workers) {
        this.id = id;
        this.inputVersion = inputVersion;
        this.run = run;
        this.workers = workers;
    }

    /**
     * Loads an algorithm.
     *
     * @param id SHA-256 of the jar
     * @param workers run the groups
     * @throws IllegalArgumentException when the bytes have another hash, are no jar with an algorithm, or one that reads inputs of a
     *     version that is not known
     */
    public static JarAlgorithm load(Bytes32 id, byte[] jar, ExecutorService workers) {
        if (!Sha256.of(jar).equals(id)) {
            throw new IllegalArgumentException(
                    "the bytes given for algorithm " + id + " have SHA-256 " + Sha256.of(jar) + ".");
        }
        var classes = JarClassLoader.of(jar);
        String entry = classes.manifest().getMainAttributes().getValue(ENTRY);
        if (entry == null) {
            throw new IllegalArgumentException(
                    "algorithm " + id + " has no " + ENTRY + " in its manifest, so it cannot be run in a process.");
        }
        int inputVersion;
        try {
            inputVersion = InputVersion.of(classes.manifest());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("algorithm " + id + " cannot be loaded: " + e.getMessage(), e);
        }
        try {
            var run = MethodHandles.publicLookup()
                    .findStatic(classes.loadClass(entry), "run", MethodType.methodType(byte[].class, byte[].class));
            return new JarAlgorithm(id, inputVersion, run, workers);
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException("algorithm " + id + " cannot be loaded: " + e.getMessage(), e);
        }
    }

    @Override
    public Bytes32 id() {
        return id;
    }

    @Override
    public int inputVersion() {
        return inputVersion;
    }

    @Override
    public List<byte[]> plan(List<byte[]> inputs) {
        var running = new ArrayList<Future<byte[]>>();
        for (byte[] input : inputs) {
            running.add(workers.submit(() -> run(input)));
        }
        var plans = new ArrayList<byte[]>();
        for (var future : running) {
            try {
                plans.add(future.get());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while planning", e);
            } catch (ExecutionException e) {
                throw new IllegalStateException("algorithm " + id + " failed: " + e.getCause(), e);
            }
        }
        return plans;
    }

    private byte[] run(byte[] input) {
        try {
            return (byte[]) run.invokeExact(input);
        } catch (Throwable e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }
}

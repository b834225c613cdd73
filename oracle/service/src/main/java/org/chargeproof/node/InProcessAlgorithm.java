package org.chargeproof.node;

import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.jar.JarFile;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.ledger.LedgerException;
import org.chargeproof.protocol.plan.PlanningAlgorithm;

/**
 * Runs the very jar that the ledger holds, inside this process and apart from its classes: all groups in parallel. The jar's
 * manifest names the class with {@code public static byte[] run(byte[])} as {@code Algorithm-Class}.
 */
final class InProcessAlgorithm implements PlanningAlgorithm {
    private static final String ENTRY = "Algorithm-Class";

    private final Bytes32 id;
    private final MethodHandle run;
    private final ExecutorService workers;

    private InProcessAlgorithm(Bytes32 id, MethodHandle run, ExecutorService workers) {
        this.id = id;
        this.run = run;
        this.workers = workers;
    }

    /** Loads a jar whose hash was checked. */
    @SuppressWarnings("resource") // the classes stay loaded as long as the algorithm is in use
    static InProcessAlgorithm load(Bytes32 id, Path jar, ExecutorService workers) {
        try {
            String entry;
            try (var file = new JarFile(jar.toFile())) {
                entry = file.getManifest().getMainAttributes().getValue(ENTRY);
            }
            if (entry == null) {
                throw new LedgerException(
                        "algorithm " + id + " has no " + ENTRY + " in its manifest, so it cannot be run in a process.");
            }
            URI location = jar.toUri();
            var loader = new URLClassLoader(new URL[] {location.toURL()}, ClassLoader.getPlatformClassLoader());
            var run = MethodHandles.publicLookup()
                    .findStatic(loader.loadClass(entry), "run", MethodType.methodType(byte[].class, byte[].class));
            return new InProcessAlgorithm(id, run, workers);
        } catch (IOException | ReflectiveOperationException e) {
            throw new LedgerException("algorithm " + id + " in " + jar + " cannot be loaded: " + e.getMessage(), e);
        }
    }

    @Override
    public Bytes32 id() {
        return id;
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
                throw new LedgerException("interrupted while planning", e);
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

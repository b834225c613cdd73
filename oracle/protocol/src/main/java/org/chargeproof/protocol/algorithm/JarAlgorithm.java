package org.chargeproof.protocol.algorithm;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.protocol.algorithm.AlgorithmException.Kind;
import org.chargeproof.protocol.plan.PlanningAlgorithm;

/**
 * Runs the very jar that the ledger holds, inside this process and apart from its classes: all groups in parallel, on threads of
 * its own. A timestep that takes too long is given up. What still runs then cannot be stopped inside a process; until it ends by
 * itself, the algorithm plans nothing more, so that such threads never become more than they were.
 */
public final class JarAlgorithm implements PlanningAlgorithm {
    /** Within a gate of a minute there must be time to post and to attest. */
    private static final Duration USUAL_TIMEOUT = Duration.ofSeconds(30);

    /** A plan of a group with all sessions and steps that there can be has a hundredth of it. */
    static final int MOST_PLAN_BYTES = 16 << 20;

    /** Where the stack ends must not depend on whose thread it is. */
    private static final long STACK_BYTES = 1 << 20;

    private static final int IDLE_SECONDS = 60;

    private final AlgorithmJar jar;
    private final MethodHandle run;
    private final Duration timeout;
    private final ThreadPoolExecutor workers;
    /** How many groups of the timestep that was given up last still run. */
    private volatile AtomicInteger givenUp = new AtomicInteger();

    private JarAlgorithm(AlgorithmJar jar, MethodHandle run, int threads, Duration timeout) {
        this.jar = jar;
        this.run = run;
        this.timeout = timeout;
        this.workers = new ThreadPoolExecutor(
                threads,
                threads,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform()
                        .daemon()
                        .stackSize(STACK_BYTES)
                        .name("algorithm-", 0)
                        .factory());
        workers.allowCoreThreadTimeOut(true);
    }

    /**
     * Loads an algorithm.
     *
     * @param id SHA-256 of the jar
     * @param threads how many groups it plans at once
     * @throws IllegalArgumentException when the bytes have another hash, are no jar with an algorithm, can do more than compute, or
     *     read inputs of a version that is not known
     */
    public static JarAlgorithm load(Bytes32 id, byte[] jar, int threads) {
        return load(id, jar, threads, USUAL_TIMEOUT);
    }

    /** @param timeout for all groups of a timestep together */
    static JarAlgorithm load(Bytes32 id, byte[] jar, int threads, Duration timeout) {
        var read = AlgorithmJar.read(id, jar);
        try {
            var run = MethodHandles.publicLookup()
                    .findStatic(
                            new AlgorithmClassLoader(read.classes()).loadClass(read.entryClass()),
                            "run",
                            MethodType.methodType(byte[].class, byte[].class));
            return new JarAlgorithm(read, run, threads, timeout);
        } catch (ReflectiveOperationException | LinkageError e) {
            throw new IllegalArgumentException(
                    "algorithm " + id + " cannot be loaded: " + AlgorithmException.printable(String.valueOf(e)), e);
        }
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
     * @throws AlgorithmException when it gives no plan for one of them
     */
    @Override
    public List<byte[]> plan(List<byte[]> inputs) {
        if (givenUp.get() > 0) {
            throw new AlgorithmException(
                    Kind.BOUND, "algorithm " + id() + " is still busy with a timestep that was given up.");
        }
        long end = System.nanoTime() + timeout.toNanos();
        var busy = new AtomicInteger();
        var running = new ArrayList<Future<byte[]>>();
        for (byte[] input : inputs) {
            running.add(workers.submit(() -> counted(input, busy)));
        }
        try {
            var plans = new ArrayList<byte[]>();
            for (var future : running) {
                plans.add(future.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS));
            }
            return plans;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while planning", e);
        } catch (TimeoutException e) {
            givenUp = busy;
            throw new AlgorithmException(
                    Kind.BOUND,
                    "algorithm " + id() + " took longer than " + timeout.toMillis() + " ms for " + inputs.size()
                            + " groups: the timestep is given up.");
        } catch (ExecutionException e) {
            throw e.getCause() instanceof AlgorithmException failure
                    ? failure
                    : new AlgorithmException(Kind.BOUND, "algorithm " + id() + " ended in an unforeseen way.");
        } finally {
            running.forEach(future -> future.cancel(true));
            workers.purge();
        }
    }

    private byte[] counted(byte[] input, AtomicInteger busy) {
        busy.incrementAndGet();
        try {
            return run(input);
        } finally {
            busy.decrementAndGet();
        }
    }

    private byte[] run(byte[] input) {
        byte[] plan;
        try {
            // a copy: it must not change what is compared later
            plan = (byte[]) run.invokeExact(input.clone());
        } catch (VirtualMachineError e) {
            throw new AlgorithmException(
                    Kind.BOUND,
                    "algorithm " + id() + " ran out of stack or memory ("
                            + e.getClass().getSimpleName() + ").");
        } catch (Throwable e) {
            // its own words come from a class that was verified to have none of its own methods
            throw new AlgorithmException(
                    Kind.FAILED,
                    "algorithm " + id() + " failed: " + e.getClass().getSimpleName() + ": " + e.getMessage());
        }
        if (plan == null || plan.length > MOST_PLAN_BYTES) {
            throw new AlgorithmException(
                    Kind.FAILED,
                    "algorithm " + id() + " gave "
                            + (plan == null ? "nothing" : plan.length + " bytes; at most are " + MOST_PLAN_BYTES)
                            + ".");
        }
        return plan;
    }
}

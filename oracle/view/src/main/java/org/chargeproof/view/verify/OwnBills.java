package org.chargeproof.view.verify;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.protocol.algorithm.AlgorithmException;
import org.chargeproof.protocol.bill.Settlement;
import org.chargeproof.protocol.plan.PlanningAlgorithm;
import org.jspecify.annotations.Nullable;

/** One settlement as this view computes it: when somebody asks, once, from inputs that were taken when it began. */
public final class OwnBills {
    private static final int MOST_REASON_CHARACTERS = 300;
    /** Who asks again and again does not keep the node computing. */
    private static final long RETRY_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final int timestep;
    private final long snapshotBlock;
    private final Bytes32 valuation;
    private final int[] sessions;
    private final List<byte[]> inputs;
    private final StoredAlgorithms programs;
    private final BillSource source;
    private final Executor executor;
    private final Semaphore waiting;
    private @Nullable FutureTask<ComputedBills> task;
    private long begunNanos;

    /**
     * What an ask gave.
     *
     * @param bills null when there are none now
     * @param problem why there are none; empty when there are
     */
    public record Answer(@Nullable ComputedBills bills, String problem) {}

    /**
     * @param sessions that it has, ascending
     * @param programs that has the one with the hash {@code valuation}, which is loaded when it is needed
     * @param waiting has a place for each who may wait for bills that are being computed
     */
    OwnBills(
            int timestep,
            long snapshotBlock,
            Bytes32 valuation,
            int[] sessions,
            List<byte[]> inputs,
            StoredAlgorithms programs,
            BillSource source,
            Executor executor,
            Semaphore waiting) {
        this.timestep = timestep;
        this.snapshotBlock = snapshotBlock;
        this.valuation = valuation;
        this.sessions = sessions;
        this.inputs = inputs;
        this.programs = programs;
        this.source = source;
        this.executor = executor;
        this.waiting = waiting;
    }

    /** Of the settlement. */
    public int timestep() {
        return timestep;
    }

    /** The sessions that it has, ascending: known without computing a bill. */
    public int[] sessions() {
        return sessions.clone();
    }

    /** Memory that it takes with all of its bills and the tree over them. */
    public long bytes() {
        return inputs.stream().mapToLong(input -> input.length).sum() + ComputedBills.bytes(sessions.length);
    }

    /**
     * The bills, if they are there soon. Asked by any thread, of which one alone waits.
     *
     * @param millis to wait at most
     */
    public Answer ask(long millis) {
        var begun = begun();
        boolean mayWait = !begun.isDone() && waiting.tryAcquire();
        try {
            return new Answer(begun.get(mayWait ? millis : 0, TimeUnit.MILLISECONDS), "");
        } catch (ExecutionException e) {
            return new Answer(null, reason(e));
        } catch (TimeoutException e) {
            return new Answer(null, "the bills of settlement " + timestep + " are being computed: ask again");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Answer(null, "interrupted while bills were computed");
        } finally {
            if (mayWait) {
                waiting.release();
            }
        }
    }

    private synchronized FutureTask<ComputedBills> begun() {
        var known = task;
        boolean again = known != null
                && System.nanoTime() - begunNanos > RETRY_NANOS
                && known.state() == FutureTask.State.FAILED
                && mayPass(known.exceptionNow());
        if (known == null || again) {
            known = new FutureTask<>(this::compute);
            task = known;
            begunNanos = System.nanoTime();
            executor.execute(known);
        }
        return known;
    }

    /** What ran into a bound of this machine, or could not be read now, may pass the next time. */
    private static boolean mayPass(Throwable e) {
        return e instanceof AlgorithmException algorithm
                ? algorithm.kind() == AlgorithmException.Kind.BOUND
                : !(e instanceof IllegalArgumentException);
    }

    private ComputedBills compute() {
        var known = source.computed(timestep);
        if (known != null
                && known.snapshotBlock() == snapshotBlock
                && known.valuation().equals(valuation)
                && difference(known.bills()).isEmpty()) {
            return new ComputedBills(known);
        }
        PlanningAlgorithm program;
        try {
            program = programs.load(valuation);
        } catch (StoredAlgorithms.UnusableException e) {
            throw e.reason();
        }
        var settlement = Settlement.assemble(timestep, snapshotBlock, valuation, program.plan(inputs));
        String difference = difference(settlement.bills());
        if (!difference.isEmpty()) {
            throw new IllegalArgumentException("the program that computes bills gave others than those of settlement "
                    + timestep + ": " + difference);
        }
        return new ComputedBills(settlement);
    }

    /** Where bills are not those of the settlement's sessions, one each; empty when they are. */
    private String difference(List<Bytes> bills) {
        if (bills.size() != sessions.length) {
            return bills.size() + " bills of " + sessions.length + " sessions";
        }
        for (int i = 0; i < sessions.length; i++) {
            int session = Settlement.sessionOf(bills.get(i));
            if (session != sessions[i]) {
                return "bill " + i + " is of session " + Integer.toUnsignedString(session) + ", not " + sessions[i];
            }
        }
        return "";
    }

    /** The same words on every node: no thread, no time, no place in memory. */
    private static String reason(ExecutionException e) {
        String message =
                String.valueOf(Objects.requireNonNullElse(e.getCause(), e).getMessage());
        return message.substring(0, Math.min(message.length(), MOST_REASON_CHARACTERS));
    }
}

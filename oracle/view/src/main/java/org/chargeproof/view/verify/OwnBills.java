package org.chargeproof.view.verify;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.protocol.algorithm.AlgorithmException;
import org.chargeproof.protocol.bill.IssuedBill;
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
    private final @Nullable PlanningAlgorithm program;
    private final @Nullable RuntimeException unusable;
    private final BillSource source;
    private final Executor executor;
    private @Nullable FutureTask<Settlement> task;
    private long begunNanos;

    /**
     * What an ask gave.
     *
     * @param settlement null when there is none now
     * @param problem why there is none; empty when there is
     */
    public record Answer(@Nullable Settlement settlement, String problem) {}

    /**
     * @param sessions that it has, ascending
     * @param program null when it cannot be used
     * @param unusable why, then
     */
    OwnBills(
            int timestep,
            long snapshotBlock,
            Bytes32 valuation,
            int[] sessions,
            List<byte[]> inputs,
            @Nullable PlanningAlgorithm program,
            @Nullable RuntimeException unusable,
            BillSource source,
            Executor executor) {
        this.timestep = timestep;
        this.snapshotBlock = snapshotBlock;
        this.valuation = valuation;
        this.sessions = sessions;
        this.inputs = inputs;
        this.program = program;
        this.unusable = unusable;
        this.source = source;
        this.executor = executor;
    }

    /** Of the settlement. */
    public int timestep() {
        return timestep;
    }

    /** The sessions that it has, ascending: known without computing a bill. */
    public int[] sessions() {
        return sessions.clone();
    }

    /** Memory that it takes with all of its bills. */
    public long bytes() {
        return inputs.stream().mapToLong(input -> input.length).sum() + (long) IssuedBill.BYTES * sessions.length;
    }

    /**
     * The bills, if they are there soon. Asked by any thread.
     *
     * @param millis to wait at most
     */
    public Answer ask(long millis) {
        try {
            return new Answer(begun().get(millis, TimeUnit.MILLISECONDS), "");
        } catch (ExecutionException e) {
            return new Answer(null, reason(e));
        } catch (TimeoutException e) {
            return new Answer(null, "the bills of settlement " + timestep + " are being computed: ask again");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Answer(null, "interrupted while bills were computed");
        }
    }

    private synchronized FutureTask<Settlement> begun() {
        var known = task;
        // what ran into a bound of this machine may pass the next time
        boolean again = known != null
                && System.nanoTime() - begunNanos > RETRY_NANOS
                && known.state() == FutureTask.State.FAILED
                && known.exceptionNow() instanceof AlgorithmException e
                && e.kind() == AlgorithmException.Kind.BOUND;
        if (known == null || again) {
            known = new FutureTask<>(this::compute);
            task = known;
            begunNanos = System.nanoTime();
            executor.execute(known);
        }
        return known;
    }

    private Settlement compute() {
        var known = source.computed(timestep);
        if (known != null
                && known.snapshotBlock() == snapshotBlock
                && known.valuation().equals(valuation)
                && hasThese(known)) {
            return known;
        }
        if (unusable != null) {
            throw unusable;
        }
        return Settlement.assemble(
                timestep,
                snapshotBlock,
                valuation,
                Objects.requireNonNull(program).plan(inputs));
    }

    private boolean hasThese(Settlement other) {
        var bills = other.bills();
        if (bills.size() != sessions.length) {
            return false;
        }
        for (int i = 0; i < sessions.length; i++) {
            if (Settlement.sessionOf(bills.get(i)) != sessions[i]) {
                return false;
            }
        }
        return true;
    }

    /** The same words on every node: no thread, no time, no place in memory. */
    private static String reason(ExecutionException e) {
        String message =
                String.valueOf(Objects.requireNonNullElse(e.getCause(), e).getMessage());
        return message.substring(0, Math.min(message.length(), MOST_REASON_CHARACTERS));
    }
}

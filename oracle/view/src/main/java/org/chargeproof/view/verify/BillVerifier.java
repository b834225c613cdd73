package org.chargeproof.view.verify;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.protocol.bill.BillingState;
import org.chargeproof.protocol.bill.Settlement;
import org.jspecify.annotations.Nullable;

/**
 * Computes bills again with the program that the chain holds, as {@link PlanVerifier} does with plans: it is verified to compute and nothing
 * else, and given up after 30 s. One settlement is computed at a time, and only when somebody asks for a bill of it.
 */
public final class BillVerifier implements AutoCloseable {
    private final BillSource source;
    private final StoredAlgorithms programs = new StoredAlgorithms();
    private final ExecutorService executor = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("charge-bills").factory());
    /** Of all who ask for bills that are being computed: the others' threads have calls to answer. */
    private final Semaphore waiting = new Semaphore(1);

    /** @param source where bills come from */
    public BillVerifier(BillSource source) {
        this.source = source;
    }

    /**
     * An operator stored a part of a program.
     *
     * @param chunk gives its bytes when they are needed
     */
    public void onChunk(Bytes32 program, int operator, int index, Supplier<Bytes> chunk) {
        programs.onChunk(program, operator, index, chunk);
    }

    /** A program will count. */
    public void onActivated(Bytes32 program) {
        programs.onActivated(program);
    }

    /**
     * A settlement begins. What its bills depend on is taken now, as the state goes on; the program is read and loaded by who computes them.
     *
     * @param state folded up to the snapshot block, and no further
     * @return null when no program counts yet: there are no bills then
     */
    public @Nullable OwnBills begin(BillingState state, int timestep, long snapshotBlock) {
        Bytes32 id = state.valuationAt(timestep);
        if (id == null) {
            return null;
        }
        int[] sessions = state.toBill(timestep).stream()
                .mapToInt(BillingState.Party::session)
                .toArray();
        return new OwnBills(
                timestep,
                snapshotBlock,
                id,
                sessions,
                Settlement.inputs(state, timestep),
                programs,
                source,
                executor,
                waiting);
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}

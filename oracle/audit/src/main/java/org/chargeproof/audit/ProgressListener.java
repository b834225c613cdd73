package org.chargeproof.audit;

/** Is told how far an audit is, and of verdicts as they are found, in the order of the timesteps, on the audit's thread. */
@FunctionalInterface
public interface ProgressListener {
    /**
     * A timestep is done.
     *
     * @param done timesteps so far
     * @param total timesteps of the audit; the one after the last begun counts only once it is found final
     */
    void onTimestep(TimestepVerdict verdict, int done, int total);

    /**
     * Blocks were read.
     *
     * @param block the last of them
     * @param headBlock the last of all
     */
    default void onBlocks(long block, long headBlock) {}

    /** Listens to nothing. */
    static ProgressListener none() {
        return (verdict, done, total) -> {};
    }
}

package org.chargeproof.audit;

/** Is told of verdicts as they are found, in the order of the timesteps, on the thread of the audit. */
@FunctionalInterface
public interface ProgressListener {
    /**
     * A timestep is done.
     *
     * @param done timesteps so far
     * @param total timesteps of the audit; the one after the last begun counts only once it is found final
     */
    void onTimestep(TimestepVerdict verdict, int done, int total);

    /** Listens to nothing. */
    static ProgressListener none() {
        return (verdict, done, total) -> {};
    }
}

package org.chargeproof.oracle;

/** Told of every phase of a timestep as an oracle enters it: for logs, traces, and for tests that end it there. */
@FunctionalInterface
public interface PhaseListener {
    /** The phases of a timestep, in their usual order. */
    enum Phase {
        /** The gate has closed; nothing is computed yet. */
        GATE_CLOSED,
        /** All groups are planned; nothing is sent yet. */
        PLANNED,
        /** The signed post or attestation is in the outbox, but not handed to the node. */
        VOTE_SIGNED,
        /** The node has it. */
        VOTE_SENT,
        /** The plan is final. */
        FINAL,
        /** The operator's own system has the setpoints. */
        HANDED_OVER,
        /** The signed record of what was applied is in the outbox, but not handed to the node. */
        APPLIED_SIGNED,
        /** The node has it. */
        APPLIED_SENT,
        /** The timestep has begun. */
        STARTED
    }

    /**
     * A phase begins.
     *
     * @param timestep that the plan is for
     */
    void entered(Phase phase, int timestep);
}

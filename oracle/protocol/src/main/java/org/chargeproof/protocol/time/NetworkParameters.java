package org.chargeproof.protocol.time;

/**
 * The parameters that are fixed in the contracts, and the arithmetic of block time that follows from them.
 *
 * <p>Timestep {@code k} covers block times {@code [k * timestepSeconds, (k + 1) * timestepSeconds)}; its gate closes
 * {@code gateSeconds} before its end, and the plan made then is for timestep {@code k + 1}.
 *
 * @param timestepSeconds length of a timestep in block time
 * @param gateSeconds how long before its end a timestep stops taking requests
 * @param takeoverSeconds how long each operator of the rotation has before the next may post
 * @param stepsPerHour timesteps in an hour of energy: W = Wh * stepsPerHour
 * @param quorumNumerator a plan is final with more than numerator / denominator of the members
 * @param quorumDenominator see {@code quorumNumerator}
 */
public record NetworkParameters(
        int timestepSeconds,
        int gateSeconds,
        int takeoverSeconds,
        int stepsPerHour,
        int quorumNumerator,
        int quorumDenominator) {

    /** The timestep that a block time lies in. */
    public int timestepAt(long timestampSeconds) {
        return Math.toIntExact(timestampSeconds / timestepSeconds);
    }

    /** Block time at which a timestep starts. */
    public long startOf(int timestep) {
        return (long) timestep * timestepSeconds;
    }

    /** Block time from which on a timestep takes no more requests. */
    public long gateOf(int timestep) {
        return startOf(timestep + 1) - gateSeconds;
    }

    /** The first timestep whose plan can decide about a request of a block time: ICharging. What comes behind a gate waits one longer. */
    public int firstTimestepAt(long timestampSeconds) {
        int timestep = timestepAt(timestampSeconds);
        return timestep + (timestampSeconds >= gateOf(timestep) ? 2 : 1);
    }

    /**
     * Block time from which on an operator may post the plan of a timestep.
     *
     * @param rank place of the operator behind the leader of that timestep, 0 for the leader
     */
    public long turnOf(int plannedTimestep, int rank) {
        return gateOf(plannedTimestep - 1) + (long) rank * takeoverSeconds;
    }

    /** How many of {@code members} operators must attest the same plan. */
    public int quorum(int members) {
        return members * quorumNumerator / quorumDenominator + 1;
    }
}

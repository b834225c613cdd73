package org.chargeproof.oracle.backend;

import java.util.List;
import java.util.Set;

/** The operator's own system, which tells its charge points what they may take. */
public interface SetpointBackend {
    /** Where setpoints come from. */
    enum Source {
        /** The final plan of the timestep. */
        PLAN,
        /** The timestep began without a final plan: each charge point's share of what is always free. */
        FALLBACK
    }

    /**
     * Setpoints of one operator's charge points for one timestep. They hold from its start to its end and no longer.
     *
     * @param startSeconds of the timestep, unix seconds of block time
     * @param endSeconds the second after its last
     * @param validUntilSeconds from then on each charge point takes its {@link Setpoint#afterValidityPowerW}, unless it was
     *     handed a setpoint of another timestep
     */
    record TimestepSetpoints(
            int timestep,
            Source source,
            long startSeconds,
            long endSeconds,
            long validUntilSeconds,
            List<Setpoint> setpoints) {}

    /**
     * One charge point's setpoint.
     *
     * @param powerW for the whole timestep, or on average where there are periods
     * @param periods when it charges, where its energy is less than its least power gives; otherwise empty. At most two
     * @param afterValidityPowerW what it takes when nothing is handed over in time for what comes after
     */
    record Setpoint(int chargePoint, String evseId, int powerW, List<Period> periods, int afterValidityPowerW) {}

    /**
     * A part of the timestep with constant power, as the periods of an OCPP ChargingSchedule. Outside of them the power is 0.
     *
     * @param fromSecond since the timestep's start
     * @param toSecond the second after the last
     */
    record Period(int fromSecond, int toSecond, int powerW) {}

    /** Whether it has to be told again after a restart what is on record as taken over: it remembers nothing. */
    default boolean forgets() {
        return false;
    }

    /**
     * Hands over the setpoints of a timestep; the same again after a restart, and with more for some charge points when interim power
     * was granted.
     *
     * @return ids of the charge points that took theirs over
     * @throws Exception when it did not take them, or did not answer; it is asked again with a later block
     */
    Set<Integer> apply(TimestepSetpoints setpoints) throws Exception;
}

package org.chargeproof.node;

import java.util.List;
import java.util.Set;

/** The operator's own system, which tells its charge points what they may take. */
public interface SetpointBackend {
    /**
     * One charge point's setpoint.
     *
     * @param powerW for the whole timestep, or on average where there are periods
     * @param periods when it charges, where its energy is less than its least power gives; otherwise empty. At most two
     */
    record Setpoint(int chargePoint, String evseId, int powerW, List<Period> periods) {}

    /**
     * A part of the timestep with constant power, as the periods of an OCPP ChargingSchedule. Outside of them the power is 0.
     *
     * @param fromSecond since the timestep's start
     * @param toSecond the second after the last
     */
    record Period(int fromSecond, int toSecond, int powerW) {}

    /**
     * Hands over the setpoints of a timestep; the same again after a restart.
     *
     * @return ids of the charge points that took theirs over
     */
    Set<Integer> apply(int timestep, long startSeconds, long endSeconds, List<Setpoint> setpoints) throws Exception;
}

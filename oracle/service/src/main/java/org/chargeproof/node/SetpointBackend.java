package org.chargeproof.node;

import java.util.List;
import java.util.Set;

/** The operator's own system, which tells its charge points what they may take. */
public interface SetpointBackend {
    /**
     * One charge point's setpoint.
     *
     * @param powerW for the whole timestep
     */
    record Setpoint(int chargePoint, String evseId, int powerW) {}

    /**
     * Hands over the setpoints of a timestep; the same again after a restart.
     *
     * @return ids of the charge points that took theirs over
     */
    Set<Integer> apply(int timestep, long startSeconds, long endSeconds, List<Setpoint> setpoints) throws Exception;
}

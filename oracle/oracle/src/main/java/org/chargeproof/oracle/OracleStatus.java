package org.chargeproof.oracle;

import java.util.Map;
import org.chargeproof.oracle.backend.SetpointBackend.Source;

/**
 * Where an oracle stands, for people and for health checks.
 *
 * @param operator its id in the consortium
 * @param account its oracle account
 * @param block up to which it has read and acted
 * @param blockTimestampSeconds time of that block
 * @param timestep of that block
 * @param plannedTimestep newest timestep that it has planned itself, 0 before the first
 * @param finalTimestep newest timestep that it saw become final, 0 before the first
 * @param busy whether something of its own is still under way beside the blocks
 * @param handedOver where the setpoints came from that the operator's system took, of the newest timesteps
 * @param warning what endangers plans while all is well here, empty if nothing
 * @param error what keeps it from its work, empty if nothing
 */
public record OracleStatus(
        int operator,
        String account,
        long block,
        long blockTimestampSeconds,
        int timestep,
        int plannedTimestep,
        int finalTimestep,
        boolean busy,
        Map<Integer, Source> handedOver,
        String warning,
        String error) {
    /** The same map, unchangeable. */
    public OracleStatus {
        handedOver = Map.copyOf(handedOver);
    }

    /** The same, while something is under way. */
    OracleStatus busyNow() {
        return new OracleStatus(
                operator,
                account,
                block,
                blockTimestampSeconds,
                timestep,
                plannedTimestep,
                finalTimestep,
                true,
                handedOver,
                warning,
                error);
    }
}

package org.chargeproof.protocol.plan;

import org.chargeproof.protocol.ledger.Group;
import org.chargeproof.protocol.ledger.LedgerState;

/**
 * What charge points may take in a timestep without a final plan, as AssetRegistry.fallbackPowerW tells it: of what is free
 * in the group whatever its other equipment takes, the share of their rated power in that of all charge points.
 *
 * <p>It follows from the state at the start of the timestep, folded up to the last block before it, and does not change while
 * the timestep runs. Charge points that are registered meanwhile have none; those that are removed have none any more.
 */
public final class Fallback {
    private Fallback() {}

    /**
     * The fallbacks of all charge points.
     *
     * @param stateAtStart folded up to the last block before the timestep, and no further
     * @return W by id; 0 for removed ones
     */
    public static int[] of(LedgerState stateAtStart) {
        var powerW = new int[stateAtStart.chargePoints().size()];
        for (var group : stateAtStart.groups()) {
            long ratedSumW = ratedSumW(group);
            for (var chargePoint : group.chargePoints()) {
                powerW[chargePoint.id()] = share(group, chargePoint.ratedPowerW(), ratedSumW);
            }
        }
        return powerW;
    }

    /**
     * The fallback of one charge point.
     *
     * @param stateAtStart folded up to the last block before the timestep, and no further
     * @return W; 0 for a charge point that is not known then, or removed
     */
    public static int powerW(LedgerState stateAtStart, int chargePoint) {
        var chargePoints = stateAtStart.chargePoints();
        if (chargePoint >= chargePoints.size() || chargePoints.get(chargePoint).removed()) {
            return 0;
        }
        var asked = chargePoints.get(chargePoint);
        return share(asked.group(), asked.ratedPowerW(), ratedSumW(asked.group()));
    }

    private static long ratedSumW(Group group) {
        return group.chargePoints().stream().mapToLong(c -> c.ratedPowerW()).sum();
    }

    private static int share(Group group, int ratedPowerW, long ratedSumW) {
        long freeW = Math.max(0, group.limitW() - group.otherEquipmentMaxW());
        return (int) Math.min(ratedPowerW, freeW * ratedPowerW / ratedSumW);
    }
}

package org.chargeproof.site.phases;

import java.util.Map;

/**
 * What a group may take on each phase. The array is shared on reading: not to be changed.
 *
 * @param limitWh by phase L1 to L3 and by step, T values each: what all sessions together may take on this phase in Wh, other load
 *     being off it already; 0 to 2^26
 * @param phaseOf by charge point, which phase it loads; those that are not named load all three
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record PhaseLimits(int[][] limitWh, Map<Integer, Phase> phaseOf) {
    private static final int MOST_WH = 1 << 26;

    /**
     * Checks ranges.
     *
     * @throws IllegalArgumentException if there are not three phases of equally many steps, or a limit is out of its range
     */
    public PhaseLimits {
        if (limitWh.length != Phase.COUNT) {
            throw new IllegalArgumentException("limits of " + limitWh.length + " phases are given, there are 3");
        }
        for (int[] ofPhase : limitWh) {
            if (ofPhase.length != limitWh[0].length) {
                throw new IllegalArgumentException("the limits of phases have " + limitWh[0].length + " and "
                        + ofPhase.length + " steps. Give one for each step of the input.");
            }
            for (int limit : ofPhase) {
                if (limit < 0 || limit > MOST_WH) {
                    throw new IllegalArgumentException(
                            "the limit of a phase is " + limit + " Wh, allowed is 0 to " + MOST_WH);
                }
            }
        }
        phaseOf = Map.copyOf(phaseOf);
    }

    /** Which phase a charge point loads. */
    public Phase phaseOf(int chargePoint) {
        return phaseOf.getOrDefault(chargePoint, Phase.ALL);
    }

    int steps() {
        return limitWh[0].length;
    }
}

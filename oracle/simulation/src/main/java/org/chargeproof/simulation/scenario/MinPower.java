package org.chargeproof.simulation.scenario;

/** The least power of a charge point other than none: 6 A (IEC 61851-1) at 230 V on as many phases as its rating has. */
public final class MinPower {
    /** The most that 32 A give with one phase, and 63 A with three. */
    private static final int MOST_SINGLE_PHASE_W = 7_400;

    private static final int MOST_THREE_PHASE_W = 43_000;
    private static final int LEAST_SINGLE_PHASE_W = 1_380;
    private static final int LEAST_THREE_PHASE_W = 4_140;

    private MinPower() {}

    /** Least power in W of a charge point with a rating; 0 for DC, where any power will do. */
    public static int ofRating(int ratedPowerW) {
        if (ratedPowerW > MOST_THREE_PHASE_W) {
            return 0;
        }
        return ratedPowerW > MOST_SINGLE_PHASE_W ? LEAST_THREE_PHASE_W : LEAST_SINGLE_PHASE_W;
    }
}

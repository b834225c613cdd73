package org.chargeproof.site.battery;

/**
 * A battery of a group, as it is at the start of step 0.
 *
 * @param capacityWh most that it stores, at least 0
 * @param storedWh what it stores now, 0 to {@code capacityWh}
 * @param maxChargeWhPerStep most that it takes in a step, measured outside of it, 0 to {@link #MOST_WH}
 * @param maxDischargeWhPerStep most that it gives in a step, 0 to {@link #MOST_WH}
 * @param efficiencyPercent what comes out of 100 Wh that went in, 1 to 100; the loss is taken when charging, see {@link #storedOf}
 * @param minStoredAtEndWh what it is to store at least after the last step, 0 to {@code capacityWh}
 */
public record Battery(
        int capacityWh,
        int storedWh,
        int maxChargeWhPerStep,
        int maxDischargeWhPerStep,
        int efficiencyPercent,
        int minStoredAtEndWh) {

    /** No energy of a battery is above this: 67 MWh, the most that an input's series may have. */
    public static final int MOST_WH = 1 << 26;

    /** Of 100 Wh that go in, all come out. */
    static final int LOSSLESS_PERCENT = 100;

    /**
     * Checks ranges.
     *
     * @throws IllegalArgumentException if a value is out of its range
     */
    public Battery {
        inRange("capacityWh", capacityWh, 0, MOST_WH);
        inRange("storedWh", storedWh, 0, capacityWh);
        inRange("maxChargeWhPerStep", maxChargeWhPerStep, 0, MOST_WH);
        inRange("maxDischargeWhPerStep", maxDischargeWhPerStep, 0, MOST_WH);
        inRange("efficiencyPercent", efficiencyPercent, 1, LOSSLESS_PERCENT);
        inRange("minStoredAtEndWh", minStoredAtEndWh, 0, capacityWh);
    }

    /**
     * An empty battery that may be empty at the end.
     *
     * @param capacityWh most that it stores
     * @param powerW most power, charging and discharging
     * @param efficiencyPercent round trip, 1 to 100
     * @param stepsPerHour 1 to 60
     * @return the battery, its power being whole Wh per step, rounded down
     * @throws IllegalArgumentException if a value is out of its range
     */
    public static Battery empty(int capacityWh, int powerW, int efficiencyPercent, int stepsPerHour) {
        int whPerStep = powerW / stepsPerHour;
        return new Battery(capacityWh, 0, whPerStep, whPerStep, efficiencyPercent, 0);
    }

    /**
     * The same battery with another content, as after a step.
     *
     * @param storedWh what it stores, 0 to {@code capacityWh}
     * @throws IllegalArgumentException if it is out of its range
     */
    public Battery storing(int storedWh) {
        return new Battery(
                capacityWh, storedWh, maxChargeWhPerStep, maxDischargeWhPerStep, efficiencyPercent, minStoredAtEndWh);
    }

    /** What is stored of energy that goes in within one step, in Wh: {@code floor(chargedWh * efficiencyPercent / 100)}. */
    public int storedOf(int chargedWh) {
        return (int) ((long) chargedWh * efficiencyPercent / LOSSLESS_PERCENT);
    }

    /** The least energy that must go in within one step so that at least this much is stored of it, in Wh. */
    int neededFor(int gainWh) {
        return (int) Math.ceilDiv((long) gainWh * LOSSLESS_PERCENT, (long) efficiencyPercent);
    }

    boolean isLossless() {
        return efficiencyPercent == LOSSLESS_PERCENT;
    }

    private static void inRange(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    name + " of the battery is " + value + ", allowed is " + least + " to " + most);
        }
    }
}

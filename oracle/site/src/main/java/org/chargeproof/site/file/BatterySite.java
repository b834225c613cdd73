package org.chargeproof.site.file;

import org.chargeproof.site.battery.Battery;

/**
 * The battery of a group as its operator states it.
 *
 * @param battery its number on chain, {@link #NOT_REGISTERED} without one
 * @param capacityWh most that it stores
 * @param chargeW most that it takes, measured outside of it
 * @param dischargeW most that it gives
 * @param efficiencyPercent what comes out of 100 Wh that went in, 1 to 100
 * @param leastAtEndWh what it is to store at least at the end of each schedule
 * @param storedWh what it stores before anybody has measured, 0 to {@code capacityWh}
 */
public record BatterySite(
        int battery,
        int capacityWh,
        int chargeW,
        int dischargeW,
        int efficiencyPercent,
        int leastAtEndWh,
        int storedWh) {
    /** The number of a battery that is not on chain. */
    public static final int NOT_REGISTERED = -1;

    /**
     * The battery as planners know it.
     *
     * @param contentWh what it stores; what is out of its range is taken as the nearest that is not
     * @param stepsPerHour 1 to 60
     * @return with power in whole Wh per step, rounded down
     */
    public Battery storing(int contentWh, int stepsPerHour) {
        return new Battery(
                capacityWh,
                Math.clamp(contentWh, 0, capacityWh),
                chargeW / stepsPerHour,
                dischargeW / stepsPerHour,
                efficiencyPercent,
                leastAtEndWh);
    }
}

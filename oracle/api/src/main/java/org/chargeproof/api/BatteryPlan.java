package org.chargeproof.api;

import java.util.List;

/**
 * What a group's battery is to do. Energy below 0 is what it gives.
 *
 * @param group its group
 * @param battery its number
 * @param timestep that runs by the newest block
 * @param startSeconds when that one begins, unix seconds
 * @param endSeconds when it ends: then the power below does not count any more
 * @param powerW constant power from start to end, positive while it charges; 0 for nothing
 * @param energyWh the same as energy
 * @param state {@code PLANNED}; {@code WAITING} for what is to be known; {@code SILENT} when nothing was heard of it for too long
 * @param heardTimestep at whose end it was heard of last; 0 for never
 * @param heardStoredWh what it stored then
 * @param plannedTimestep the first timestep of the schedule; 0 before the first
 * @param steps the schedule that was published last; none when it is to do nothing
 * @param problem what keeps it from doing something; empty if nothing
 */
public record BatteryPlan(
        int group,
        int battery,
        int timestep,
        long startSeconds,
        long endSeconds,
        int powerW,
        int energyWh,
        String state,
        int heardTimestep,
        int heardStoredWh,
        int plannedTimestep,
        List<Step> steps,
        String problem) {
    /**
     * A timestep of the schedule.
     *
     * @param batteryWh what it takes, below 0 for what it gives
     * @param storedWh what it stores afterwards
     * @param gridWh net load of the group with it, below 0 when it feeds in
     */
    public record Step(int timestep, int batteryWh, int storedWh, int gridWh) {}
}

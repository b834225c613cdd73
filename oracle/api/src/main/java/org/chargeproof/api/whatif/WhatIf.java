package org.chargeproof.api.whatif;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The past of a group beside the same under a setting. Only sums over all cars; nothing of a session.
 *
 * @param isEstimate always true
 * @param timestep the one that runs
 * @param sums null when nothing is measured yet
 * @param assumptions how often something was assumed that nobody measured
 */
public record WhatIf(
        boolean isEstimate,
        int group,
        int timestep,
        Setting setting,
        List<Step> timesteps,
        @Nullable Columns sums,
        GroupPast.@Nullable Assumptions assumptions) {
    /**
     * What is different.
     *
     * @param limitW of all that the group takes; null for what it was
     * @param policy as in assets files
     */
    public record Setting(@Nullable Integer limitW, String policy, int batteryWh, int batteryW) {}

    /**
     * One timestep. Energies of cars are of all cars together.
     *
     * @param limitW as it was
     * @param loadWh of other equipment; null when it was not reported, as {@code pvWh}
     * @param measuredWh what cars took; null when it was not measured
     * @param settingLimitW under the setting
     * @param settingWh what cars would have taken under it
     * @param batteryWh what the battery would have taken, below 0 for what it would have given
     * @param storedWh what it would store then
     * @param asItWasWh what the simulation says that cars took as it was
     * @param uncontrolledWh what cars would have taken at full power from their arrival on
     */
    public record Step(
            int timestep,
            long startSeconds,
            int limitW,
            @Nullable Integer loadWh,
            @Nullable Integer pvWh,
            @Nullable Integer measuredWh,
            int settingLimitW,
            int settingWh,
            int batteryWh,
            int storedWh,
            int asItWasWh,
            int uncontrolledWh) {}

    /** What happened, beside what would have. */
    public record Columns(Sums measured, Sums setting, Sums asItWas, Sums uncontrolled) {}

    /**
     * What it comes to.
     *
     * @param peakW highest load of a timestep from the grid: cars, other equipment and battery, less PV; at least 0
     * @param aboveLimit timesteps in which it was above the limit
     * @param energyWh that cars took
     * @param greenWh of it from PV behind the same cabinet
     * @param undeliveredWh what cars that had left by the end would have taken beside it, those that were refused included
     * @param requests that were made, or open from before
     * @param promises to cars that had left by the end
     */
    public record Sums(
            long peakW,
            int aboveLimit,
            long energyWh,
            long greenWh,
            long undeliveredWh,
            int requests,
            int refused,
            int promises,
            int promisesKept) {}
}

package org.chargeproof.site.proposal;

import org.chargeproof.planner.GroupInput;
import org.chargeproof.site.battery.StoragePlan;
import org.jspecify.annotations.Nullable;

/**
 * What is to be published of a group.
 *
 * @param input the group's own input with other {@code expectedLoadWh}, {@code reservedLoadWh} and {@code expectedPvWh}
 * @param schedule of the battery; null without one, and when it is to do nothing
 * @param batteryWh what the battery is to take in step 0, below 0 for what it is to give; may be nearer to 0 than the schedule
 * @param keepsPhases whether the room is what phases allow; false when so much cannot be reserved
 * @param problem why the battery does nothing, or phases are not kept; empty if nothing keeps them from it
 */
public record Proposal(
        GroupInput input, @Nullable StoragePlan schedule, int batteryWh, boolean keepsPhases, String problem) {}

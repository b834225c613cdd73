package org.chargeproof.site.battery;

import org.chargeproof.planner.GroupInput;

/**
 * What a battery is to do in each of the T steps of an input. Arrays are shared on reading: not to be changed.
 *
 * @param batteryWh what it takes from the group's network, below 0 for what it gives, T values
 * @param storedWh what it stores after each step, T values
 * @param gridWh net load of the group with battery and sessions in the order {@code FLAT}, negative when it feeds in, T values
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record StoragePlan(int[] batteryWh, int[] storedWh, int[] gridWh) {

    /** Returns the highest net load of a step in Wh; 0 when it is below 0 throughout. */
    public int peakWh() {
        int peakWh = 0;
        for (int levelWh : gridWh) {
            peakWh = Math.max(peakWh, levelWh);
        }
        return peakWh;
    }

    /**
     * Enters the schedule into an input as load and PV of other equipment, so that its plan goes along with it. What the battery
     * takes is reserved; what it gives makes no room: a battery that does not give it must put no limit at risk.
     *
     * @param input the input without the battery, of as many steps
     * @return the same input with other {@code reservedLoadWh}, {@code expectedLoadWh} and {@code expectedPvWh}
     * @throws org.chargeproof.planner.InvalidInputException if a value leaves its range, 2^26 Wh
     * @throws IllegalArgumentException if the numbers of steps differ
     */
    public GroupInput freeze(GroupInput input) {
        if (input.stepCount() != batteryWh.length) {
            throw new IllegalArgumentException(
                    "the schedule has " + batteryWh.length + " steps, the input " + input.stepCount());
        }
        int[] reservedWh = input.reservedLoadWh().clone();
        int[] expectedWh = input.expectedLoadWh().clone();
        int[] pvWh = input.expectedPvWh().clone();
        for (int t = 0; t < batteryWh.length; t++) {
            if (batteryWh[t] >= 0) {
                reservedWh[t] += batteryWh[t];
                expectedWh[t] += batteryWh[t];
                continue;
            }
            int givenWh = -batteryWh[t];
            int toLoadWh = Math.min(givenWh, expectedWh[t]);
            expectedWh[t] -= toLoadWh;
            pvWh[t] += givenWh - toLoadWh;
        }
        return new GroupInput(
                input.groupId(),
                input.timestep(),
                input.stepsPerHour(),
                input.policy(),
                input.limitWh(),
                reservedWh,
                expectedWh,
                pvWh,
                input.firmPvWh(),
                input.sessions(),
                input.settlement());
    }
}

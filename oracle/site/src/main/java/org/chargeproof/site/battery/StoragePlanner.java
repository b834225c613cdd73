package org.chargeproof.site.battery;

import java.util.Arrays;
import org.chargeproof.planner.GroupInput;
import org.chargeproof.planner.Planner;
import org.chargeproof.planner.Policy;
import org.chargeproof.site.flow.Promises;
import org.chargeproof.site.flow.Served;

/**
 * Plans the battery of a group together with its sessions, for the operator that owns it; see docs/how-to/batteries-and-phases.md. A
 * lossless battery is planned exactly, in integers; one with losses by a linear program whose solution is rounded. An instance
 * serves one thread.
 */
public final class StoragePlanner {
    private final Planner planner = new Planner();

    /**
     * Plans a battery. The sessions are those that the planner serves without it, with the energy that it promises them then.
     *
     * @param input the group's input without the battery; its policy plays no part
     * @param battery as it is at the start of step 0
     * @return its schedule for all steps
     * @throws StorageException if it cannot store at the end what it is to
     * @throws org.chargeproof.planner.InvalidInputException if the input cannot be planned
     */
    public StoragePlan plan(GroupInput input, Battery battery) {
        var withoutBattery = planner.plan(input);
        var served = Served.of(input, withoutBattery);
        try {
            int[] batteryWh = battery.isLossless()
                    ? LosslessStorage.batteryWh(served, battery)
                    : LossyStorage.batteryWh(
                            served,
                            battery,
                            schedule ->
                                    Promises.areKept(withoutBattery, planner.plan(frozen(input, battery, schedule))));
            return withFlatPlan(input, battery, batteryWh);
        } catch (Infeasible e) {
            throw new StorageException("minStoredAtEndWh is " + battery.minStoredAtEndWh()
                    + ", but the battery stores " + battery.storedWh() + " Wh now, takes "
                    + battery.maxChargeWhPerStep() + " Wh per step at most, and the sessions leave no room for more in "
                    + input.stepCount() + " steps. Lower it. (" + e.getMessage() + ")");
        }
    }

    private StoragePlan withFlatPlan(GroupInput input, Battery battery, int[] batteryWh) {
        int[] gridWh = new int[batteryWh.length];
        var frozen = frozen(flat(input), battery, batteryWh);
        var plan = planner.plan(frozen);
        for (int t = 0; t < gridWh.length; t++) {
            gridWh[t] = frozen.expectedLoadWh()[t] - frozen.expectedPvWh()[t];
        }
        for (var row : plan.rows()) {
            for (int t = 0; t < row.energyWh().length; t++) {
                gridWh[t] += row.energyWh()[t];
            }
        }
        return new StoragePlan(batteryWh, storedWh(battery, batteryWh), gridWh);
    }

    private static GroupInput frozen(GroupInput input, Battery battery, int[] batteryWh) {
        int[] gridWh = new int[batteryWh.length];
        return new StoragePlan(batteryWh, storedWh(battery, batteryWh), gridWh).freeze(input);
    }

    private static GroupInput flat(GroupInput input) {
        return new GroupInput(
                input.groupId(),
                input.timestep(),
                input.stepsPerHour(),
                Policy.flat(),
                input.limitWh(),
                input.reservedLoadWh(),
                input.expectedLoadWh(),
                input.expectedPvWh(),
                input.firmPvWh(),
                input.sessions(),
                input.settlement());
    }

    /** Follows a schedule, so that none leaves that the battery cannot run. */
    static int[] storedWh(Battery battery, int[] batteryWh) {
        int[] storedWh = new int[batteryWh.length];
        int contentWh = battery.storedWh();
        for (int t = 0; t < batteryWh.length; t++) {
            int flowWh = batteryWh[t];
            contentWh += flowWh > 0 ? battery.storedOf(flowWh) : flowWh;
            if (flowWh > battery.maxChargeWhPerStep()
                    || -flowWh > battery.maxDischargeWhPerStep()
                    || contentWh < 0
                    || contentWh > battery.capacityWh()) {
                throw new IllegalStateException("step " + t + " of " + Arrays.toString(batteryWh) + " leaves "
                        + contentWh + " Wh in " + battery);
            }
            storedWh[t] = contentWh;
        }
        if (contentWh < battery.minStoredAtEndWh()) {
            throw new IllegalStateException(Arrays.toString(batteryWh) + " leaves " + contentWh + " Wh in " + battery);
        }
        return storedWh;
    }
}

package org.chargeproof.site.battery;

import java.math.BigInteger;
import java.util.Arrays;
import org.chargeproof.planner.GroupInput;
import org.chargeproof.site.flow.Served;
import org.jspecify.annotations.Nullable;

/** All plans of tiny groups with a battery without losses, one by one. */
final class Enumeration {
    private static final int LEVELS = 64;

    private final Served served;
    private final Battery battery;
    private final int[] usedWh;
    private int @Nullable [] bestWh;
    private @Nullable BigInteger least;

    private Enumeration(Served served, Battery battery) {
        this.served = served;
        this.battery = battery;
        usedWh = new int[served.steps()];
    }

    /** Net load by step of the plan that takes the lowest units, or null if there is no plan. */
    static int @Nullable [] best(Served served, Battery battery) {
        var all = new Enumeration(served, battery);
        all.session(0);
        return all.bestWh;
    }

    static String describe(GroupInput input) {
        return "limit " + Arrays.toString(input.limitWh()) + " reserved " + Arrays.toString(input.reservedLoadWh())
                + " load " + Arrays.toString(input.expectedLoadWh()) + " PV " + Arrays.toString(input.expectedPvWh())
                + " firm " + Arrays.toString(input.firmPvWh()) + " " + input.sessions();
    }

    private void session(int i) {
        if (i == served.demands().size()) {
            battery(0, battery.storedWh(), new int[served.steps()]);
        } else {
            energy(i, 0, served.demands().get(i).energyWh());
        }
    }

    private void energy(int i, int t, int leftWh) {
        var demand = served.demands().get(i);
        if (t == demand.departureStep()) {
            if (leftWh == 0) {
                session(i + 1);
            }
            return;
        }
        for (int energyWh = 0; energyWh <= Math.min(leftWh, demand.mostWh(t)); energyWh++) {
            usedWh[t] += energyWh;
            energy(i, t + 1, leftWh - energyWh);
            usedWh[t] -= energyWh;
        }
    }

    private void battery(int t, int storedWh, int[] batteryWh) {
        if (t == served.steps()) {
            if (storedWh >= battery.minStoredAtEndWh()) {
                compare(batteryWh, storedWh);
            }
            return;
        }
        for (int flowWh = -battery.maxDischargeWhPerStep(); flowWh <= battery.maxChargeWhPerStep(); flowWh++) {
            int roomWh = served.capWh()[t] - Math.max(0, flowWh);
            int nextWh = storedWh + flowWh;
            if (nextWh >= 0 && nextWh <= battery.capacityWh() && roomWh >= usedWh[t]) {
                batteryWh[t] = flowWh;
                battery(t + 1, nextWh, batteryWh);
            }
        }
    }

    /** A unit weighs twice as much as the one before it in the order, so that the sums compare like the orders. */
    private void compare(int[] batteryWh, int storedAtEndWh) {
        int steps = served.steps();
        var weight = BigInteger.ZERO;
        var levelWh = new int[steps];
        for (int t = 0; t < steps; t++) {
            levelWh[t] = served.baseWh()[t] + usedWh[t] + batteryWh[t];
            for (int level = -LEVELS; level <= levelWh[t]; level++) {
                weight = weight.add(BigInteger.ONE.shiftLeft(place(level, t)));
            }
        }
        // what is not left in the battery at the end comes after levels up to 0
        for (int unit = storedAtEndWh; unit < battery.capacityWh(); unit++) {
            weight = weight.add(BigInteger.ONE.shiftLeft(place(0, steps) + battery.capacityWh() - 1 - unit));
        }
        if (least == null || weight.compareTo(least) < 0) {
            least = weight;
            bestWh = levelWh;
        }
    }

    private int place(int level, int t) {
        int ofBattery = level > 0 ? battery.capacityWh() : 0;
        return (level + LEVELS) * served.steps() + t + ofBattery;
    }
}

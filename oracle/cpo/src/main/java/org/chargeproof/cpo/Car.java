package org.chargeproof.cpo;

/**
 * A car. It takes what it is allowed and what it can, whichever is less. Above a state of charge its power falls linearly, to a tenth when it
 * is full; it takes nothing below its least power, so that it stops before it is quite full. One car is used by one thread at a time.
 */
public final class Car {
    private static final double WATT_SECONDS_PER_WH = 3600;
    private static final double LEAST_SHARE = 0.1;
    private static final double FULL = 1;
    /** So far beyond the state of charge of its least power that rounding does not bring it back. */
    private static final double BEYOND = 1e-9;

    private final double capacityWattSeconds;
    private final int maxPowerW;
    private final int minPowerW;
    private final double taperFrom;
    private double stateOfCharge;

    /**
     * A car.
     *
     * @param capacityWh of its battery
     * @param stateOfCharge from 0 to 1, at plug-in
     * @param maxPowerW the most that it takes
     * @param minPowerW the least other than nothing
     * @param taperFrom the state of charge from which its power falls, 0.8 in most cars; 1 for never
     * @throws IllegalArgumentException when one is out of its range
     */
    public Car(int capacityWh, double stateOfCharge, int maxPowerW, int minPowerW, double taperFrom) {
        boolean isCar = capacityWh > 0
                && stateOfCharge >= 0
                && stateOfCharge <= FULL
                && maxPowerW > 0
                && minPowerW >= 0
                && minPowerW <= maxPowerW
                && taperFrom >= 0
                && taperFrom <= FULL;
        if (!isCar) {
            throw new IllegalArgumentException("a car of " + capacityWh + " Wh, charged to " + stateOfCharge + ", with "
                    + minPowerW + " to " + maxPowerW + " W, tapering from " + taperFrom
                    + "; shares must be from 0 to 1, the least power at most the most");
        }
        this.capacityWattSeconds = capacityWh * WATT_SECONDS_PER_WH;
        this.stateOfCharge = stateOfCharge;
        this.maxPowerW = maxPowerW;
        this.minPowerW = minPowerW;
        this.taperFrom = taperFrom;
    }

    /** From 0 to 1. */
    public double stateOfCharge() {
        return stateOfCharge;
    }

    /** Whether it takes nothing more, whatever it is allowed. */
    public boolean isFull() {
        return ownPowerW() < Math.max(1, minPowerW);
    }

    /** What it draws now, in W, when it is allowed a limit in W. */
    public double powerW(int limitW) {
        double powerW = Math.min(limitW, ownPowerW());
        return powerW < Math.max(1, minPowerW) ? 0 : powerW;
    }

    private double ownPowerW() {
        if (stateOfCharge >= FULL) {
            return 0;
        }
        return maxPowerW * shareAt(stateOfCharge);
    }

    private double shareAt(double state) {
        return state <= taperFrom ? 1 : 1 - (1 - LEAST_SHARE) * (state - taperFrom) / (FULL - taperFrom);
    }

    /** The state of charge at which its own power has fallen to a power in W, at most full. */
    private double stateAt(double powerW) {
        double share = powerW / maxPowerW;
        return share <= LEAST_SHARE ? FULL : taperFrom + (1 - share) / (1 - LEAST_SHARE) * (FULL - taperFrom);
    }

    /**
     * Charges under one limit.
     *
     * @return what it took, in Ws
     */
    double charge(int limitW, double seconds) {
        double powerW = powerW(limitW);
        if (powerW <= 0) {
            return 0;
        }
        if (stateOfCharge >= taperFrom && ownPowerW() <= limitW) {
            return taper(seconds);
        }
        // constant, until the taper comes below the limit
        double until = limitW >= maxPowerW ? taperFrom : stateAt(limitW);
        double room = Math.max(0, until - stateOfCharge) * capacityWattSeconds;
        if (powerW * seconds < room) {
            stateOfCharge += powerW * seconds / capacityWattSeconds;
            return powerW * seconds;
        }
        stateOfCharge = until;
        return room + (until < FULL ? taper(seconds - room / powerW) : 0);
    }

    /** Its own power falls with the state of charge, and so exponentially with time, until it is full or at its least power. */
    private double taper(double seconds) {
        double slope = (1 - LEAST_SHARE) / (FULL - taperFrom) * maxPowerW / capacityWattSeconds;
        double stop = Math.min(FULL, stateAt(Math.max(1, minPowerW)));
        double begin = ownPowerW();
        // dP/dt = -slope * P
        double after = begin * Math.exp(-slope * seconds);
        double state = Math.min(stop, stateOfCharge + (begin - after) / slope / capacityWattSeconds);
        double taken = Math.max(0, state - stateOfCharge) * capacityWattSeconds;
        // at its least power it stops for good
        stateOfCharge = Math.min(FULL, state >= stop ? Math.max(stateOfCharge, stop + BEYOND) : state);
        return taken;
    }
}

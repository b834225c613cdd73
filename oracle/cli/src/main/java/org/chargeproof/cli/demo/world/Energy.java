package org.chargeproof.cli.demo.world;

import java.util.List;
import java.util.stream.IntStream;
import org.chargeproof.cli.demo.scenario.Scenario;
import org.chargeproof.protocol.time.NetworkParameters;
import org.jspecify.annotations.Nullable;

/** What was allowed, taken and metered at each charge point, and what it came to in each group. Energies in Wh. */
public final class Energy {
    private final List<Scenario.Point> points;
    private final List<Integer> groupOfPoint;
    private final NetworkParameters parameters;
    private final Backends backends;
    private final @Nullable Hems hems;
    private final long[] registerWh;
    private final int[] allowedWh;
    private final long[] groupPeakWh;
    private long peakWh;
    private long overLimitWh;
    private long deliveredWh;
    private long greenWh;
    private long lastWh;
    private int handedOverPlans;
    private int handedOverFallbacks;
    private int silentTimesteps;
    private int fallbacksApplied;
    private long secondsOverLimit;
    private final boolean watchesSeconds;

    /**
     * @param points of the scenario, in the order of their numbers
     * @param groupOfPoint number of each one's group
     * @param backends what the charge points were handed over
     * @param hems what runs batteries; null for none
     */
    Energy(
            List<Scenario.Point> points,
            List<Integer> groupOfPoint,
            int groups,
            NetworkParameters parameters,
            Backends backends,
            @Nullable Hems hems) {
        this.hems = hems;
        this.points = points;
        this.groupOfPoint = groupOfPoint;
        this.parameters = parameters;
        this.backends = backends;
        this.registerWh = new long[points.size()];
        this.allowedWh = new int[points.size()];
        this.groupPeakWh = new long[groups];
        this.watchesSeconds = IntStream.range(0, points.size()).anyMatch(backends::isFlaky);
    }

    /** A timestep has passed: every car took what its charge point was handed over, or what it still needed. */
    void take(int timestep, int step, List<Scenario.Group> groups, Cars cars) {
        countHandedOver(timestep);
        var groupWh = new long[groupPeakWh.length];
        long allWh = 0;
        for (int i = 0; i < points.size(); i++) {
            allowedWh[i] = backends.energyWh(
                    points.get(i).operator(),
                    i,
                    parameters.startOf(timestep),
                    parameters.startOf(timestep + 1),
                    parameters.stepsPerHour());
            boolean isSteered = cars.isCharging(i);
            if (isSteered
                    && backends.livedByFallback(i, parameters.startOf(timestep), parameters.startOf(timestep + 1))) {
                fallbacksApplied++;
            }
            long takenWh = cars.take(i, allowedWh[i], timestep);
            registerWh[i] += takenWh;
            backends.metered(i, registerWh[i], (int) takenWh * parameters.stepsPerHour());
            groupWh[groupOfPoint.get(i)] += takenWh;
            if (hems != null) {
                hems.took(i, groupOfPoint.get(i), takenWh);
            }
            allWh += takenWh;
        }
        for (int g = 0; g < groupWh.length; g++) {
            var group = groups.get(g);
            long batteryWh = hems == null ? 0 : hems.batteryWh(g);
            long otherWh = Scenario.at(group.loadWh(), step) + batteryWh;
            long loadWh = groupWh[g] + otherWh;
            long limitWh = group.capacityW() / parameters.stepsPerHour();
            greenWh += Math.min(groupWh[g], Math.max(0, Scenario.at(group.pvWh(), step) - otherWh));
            groupPeakWh[g] = Math.max(groupPeakWh[g], loadWh);
            overLimitWh += Math.max(0, loadWh - limitWh);
            if (watchesSeconds) {
                watchSeconds(g, timestep, group.capacityW() - otherWh * parameters.stepsPerHour());
            }
        }
        if (hems != null) {
            hems.passed(step, groupWh);
        }
        backends.tellUntil(parameters.startOf(timestep + 1));
        peakWh = Math.max(peakWh, allWh);
        deliveredWh += allWh;
        lastWh = allWh;
    }

    /** Charge points that misbehave may do so for some seconds of a timestep. */
    private void watchSeconds(int group, int timestep, long limitW) {
        for (long second = parameters.startOf(timestep); second < parameters.startOf(timestep + 1); second++) {
            long powerW = 0;
            for (int i = 0; i < points.size(); i++) {
                powerW += groupOfPoint.get(i) == group ? backends.powerLimitW(i, second) : 0;
            }
            secondsOverLimit += powerW > limitW ? 1 : 0;
        }
    }

    /** Seconds in which charge points of a group let their cars draw more than it had room for, over all groups. */
    public long secondsOverLimit() {
        return secondsOverLimit;
    }

    private void countHandedOver(int timestep) {
        boolean silent = false;
        for (int operator :
                points.stream().mapToInt(Scenario.Point::operator).distinct().toArray()) {
            switch (backends.source(operator, timestep)) {
                case PLAN -> handedOverPlans++;
                case FALLBACK -> handedOverFallbacks++;
                case null -> silent = true;
            }
        }
        silentTimesteps += silent ? 1 : 0;
    }

    /** The most that a charge point might draw in the last timestep. */
    int allowedWh(int point) {
        return allowedWh[point];
    }

    /** A charge point's register. */
    long registerWh(int point) {
        return registerWh[point];
    }

    /** Plans handed over, by operator and timestep. */
    public int handedOverPlans() {
        return handedOverPlans;
    }

    /** Fallbacks handed over, by operator and timestep. */
    public int handedOverFallbacks() {
        return handedOverFallbacks;
    }

    /** Timesteps for which at least one operator's charge points heard nothing. */
    public int silentTimesteps() {
        return silentTimesteps;
    }

    /** Cars, by timestep, whose charge point lived by a fallback while they might charge. */
    public int fallbacksApplied() {
        return fallbacksApplied;
    }

    /** Energy that all cars took in the last timestep. */
    public long lastWh() {
        return lastWh;
    }

    /** Energy that all cars have taken. */
    public long deliveredWh() {
        return deliveredWh;
    }

    /** Of it, from PV behind the same cabinet. */
    public long greenWh() {
        return greenWh;
    }

    /** Highest energy of all cars together in one timestep. */
    public long peakWh() {
        return peakWh;
    }

    /** Energy above the limit of a group, over all groups and timesteps. */
    public long overLimitWh() {
        return overLimitWh;
    }

    /** A group's highest load in one timestep, other equipment included. */
    public long groupPeakWh(int group) {
        return groupPeakWh[group];
    }
}

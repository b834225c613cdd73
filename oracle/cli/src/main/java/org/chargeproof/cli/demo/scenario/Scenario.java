package org.chargeproof.cli.demo.scenario;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.chargeproof.simulation.scenario.MinPower;

/**
 * What happens in a demonstration, in steps of 15 minutes from its start. Steps count from 0; seconds from the start.
 *
 * @param title one line for people
 * @param firstHour hour of the day at which it starts
 * @param steps how many timesteps run
 * @param stays cars at charge points, in the order in which their drivers ask
 * @param notes what was left out or clipped, for people
 */
public record Scenario(
        String title, int firstHour, int steps, List<Group> groups, List<Stay> stays, List<String> notes) {
    /** Length of a step in the scenario's own time, whatever the ledger makes of it. */
    public static final int STEP_SECONDS = 900;

    static final int STEPS_PER_HOUR = 4;

    /**
     * Charge points behind one cabinet, with what else is behind it.
     *
     * @param owner number of the operator that owns the cabinet
     * @param limitW what charging may take at most, beside other equipment
     * @param otherEquipmentMaxW the most that other equipment takes
     * @param pvPeakW peak power of its PV, 0 for none
     * @param loadWh what other equipment takes, by step
     * @param expectedLoadWh what its operator expects it to take, by step
     * @param reservedLoadWh what its operator keeps free for it, by step
     * @param pvWh what its PV gives, by step
     * @param expectedPvWh what its operator expects of the PV, by step
     */
    @SuppressWarnings("ArrayRecordComponent") // profiles: never compared, never changed
    public record Group(
            String name,
            int owner,
            int limitW,
            int otherEquipmentMaxW,
            int pvPeakW,
            List<Point> points,
            int[] loadWh,
            int[] expectedLoadWh,
            int[] reservedLoadWh,
            int[] pvWh,
            int[] expectedPvWh) {
        /** What the cabinet carries: charging and other equipment. */
        public int capacityW() {
            return limitW + otherEquipmentMaxW;
        }

        private Group then(Group next) {
            return new Group(
                    name,
                    owner,
                    limitW,
                    otherEquipmentMaxW,
                    pvPeakW,
                    points,
                    join(loadWh, next.loadWh),
                    join(expectedLoadWh, next.expectedLoadWh),
                    join(reservedLoadWh, next.reservedLoadWh),
                    join(pvWh, next.pvWh),
                    join(expectedPvWh, next.expectedPvWh));
        }

        private static int[] join(int[] first, int[] second) {
            int[] both = Arrays.copyOf(first, first.length + second.length);
            System.arraycopy(second, 0, both, first.length, second.length);
            return both;
        }
    }

    /**
     * A charge point.
     *
     * @param operator number of the operator that owns it
     */
    public record Point(String evseId, int operator, int ratedPowerW) {
        /** The least that it delivers other than nothing. */
        public int minPowerW() {
            return MinPower.ofRating(ratedPowerW);
        }
    }

    /**
     * A car at a charge point.
     *
     * @param point number of the charge point, counted over all groups in order
     * @param askSeconds when the driver asks: at plug-in, or before, for a reservation
     * @param energyWh what the driver wants
     * @param leastEnergyWh the least that the driver takes as an answer
     */
    public record Stay(
            int point,
            long askSeconds,
            long plugInSeconds,
            long plugOutSeconds,
            int energyWh,
            int leastEnergyWh,
            boolean joins) {
        /** Whether the driver asks before the car is there. */
        public boolean isReservation() {
            return askSeconds < plugInSeconds;
        }

        private Stay later(long seconds) {
            return new Stay(
                    point,
                    askSeconds + seconds,
                    plugInSeconds + seconds,
                    plugOutSeconds + seconds,
                    energyWh,
                    leastEnergyWh,
                    joins);
        }
    }

    /** A profile at a step; before and after it, nothing. */
    public static int at(int[] profile, int step) {
        return step >= 0 && step < profile.length ? profile[step] : 0;
    }

    /** The charge points of all groups, in the order of their numbers. */
    public List<Point> points() {
        return groups.stream().flatMap(group -> group.points().stream()).toList();
    }

    /** Charge points of all groups. */
    public int pointCount() {
        return groups.stream().mapToInt(g -> g.points().size()).sum();
    }

    /** This one, and then what happens in another one at the same charge points. */
    public Scenario then(Scenario next) {
        var bothGroups = new ArrayList<Group>();
        for (int g = 0; g < groups.size(); g++) {
            bothGroups.add(groups.get(g).then(next.groups.get(g)));
        }
        var bothStays = new ArrayList<>(stays);
        next.stays.forEach(stay -> bothStays.add(stay.later((long) steps * STEP_SECONDS)));
        return new Scenario(title, firstHour, steps + next.steps, bothGroups, bothStays, notes);
    }

    /** The same day with other groups. */
    Scenario withGroups(List<Group> others) {
        return new Scenario(title, firstHour, steps, List.copyOf(others), stays, notes);
    }
}

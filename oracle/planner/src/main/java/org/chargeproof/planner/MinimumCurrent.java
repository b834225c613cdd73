package org.chargeproof.planner;

import java.util.List;

/**
 * When sessions charge in step 0 that get less than they can take at their least power: for part of the step, at that
 * power. Those that join and have the same least power are laid one after the other around the step as around a circle,
 * so that no more of them run at once than their energy needs (wrap-around rule, McNaughton, Scheduling with deadlines
 * and loss functions, 1959). See "Minimum current" in {@code docs/concepts/planner.md}. Reusable workspace, for one
 * thread.
 */
final class MinimumCurrent {
    private int stepsPerHour = 1;
    private int secondsPerStep = Limits.SECONDS_PER_HOUR;
    private int circles;
    private final int[] leastWh = new int[Limits.SESSIONS];
    private final int[] endSecond = new int[Limits.SESSIONS];

    /** Starts a step. */
    void start(int stepsPerHour) {
        this.stepsPerHour = stepsPerHour;
        secondsPerStep = Limits.SECONDS_PER_HOUR / stepsPerHour;
        circles = 0;
    }

    /** Whether a session that gets this energy in a step cannot take it at constant power. */
    static boolean isPartial(int energyWh, int minWhPerStep) {
        return 0 < energyWh && energyWh < minWhPerStep;
    }

    /** The room that a session takes by itself, at the power at which it runs, in Wh per step. */
    static int roomWh(int energyWh, int minWhPerStep) {
        return isPartial(energyWh, minWhPerStep) ? minWhPerStep : energyWh;
    }

    /** Whole seconds at the least power that give an energy, and less than one second's energy more. */
    static int seconds(int energyWh, int minWhPerStep, int secondsPerStep) {
        return Math.ceilDiv(energyWh * secondsPerStep, minWhPerStep);
    }

    /**
     * Lays the next session, in ascending order of charge points.
     *
     * @param energyWh what it gets in step 0
     * @return when it charges, at most two intervals; none if at constant power
     */
    List<Plan.Interval> lay(GroupInput.Session session, int energyWh) {
        int minWh = session.minWhPerStep();
        if (!isPartial(energyWh, minWh)) {
            return List.of();
        }
        int seconds = seconds(energyWh, minWh, secondsPerStep);
        int powerW = minWh * stepsPerHour;
        if (!session.joins() || seconds == secondsPerStep) {
            return List.of(new Plan.Interval(0, seconds, powerW));
        }
        int circle = circleOf(minWh);
        int from = endSecond[circle];
        int to = from + seconds;
        endSecond[circle] = to % secondsPerStep;
        if (to <= secondsPerStep) {
            return List.of(new Plan.Interval(from, to, powerW));
        }
        return List.of(
                new Plan.Interval(0, to - secondsPerStep, powerW), new Plan.Interval(from, secondsPerStep, powerW));
    }

    private int circleOf(int minWhPerStep) {
        for (int c = 0; c < circles; c++) {
            if (leastWh[c] == minWhPerStep) {
                return c;
            }
        }
        leastWh[circles] = minWhPerStep;
        endSecond[circles] = 0;
        return circles++;
    }
}

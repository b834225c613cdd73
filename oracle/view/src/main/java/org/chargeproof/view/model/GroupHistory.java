package org.chargeproof.view.model;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a charging group's timesteps came to: the last {@value #TIMESTEPS} of them, the one that is planned included. Takes some 6 KiB. Changed
 * by the view only.
 */
public final class GroupHistory {
    /** Two days of quarter-hours. */
    public static final int TIMESTEPS = 192;

    private static final int UNKNOWN = -1;

    private final int[] timestep = new int[TIMESTEPS];
    private final int[] limitW = new int[TIMESTEPS];
    private final int[] setpointW = new int[TIMESTEPS];
    private final int[] energyWh = new int[TIMESTEPS];
    private final short[] meters = new short[TIMESTEPS];
    private final int[] greenWh = new int[TIMESTEPS];
    private final int[] loadWh = new int[TIMESTEPS];
    private final int[] pvWh = new int[TIMESTEPS];

    /**
     * One timestep.
     *
     * @param limitW of all that the group takes, as it was when the timestep began; null before that
     * @param setpointW sum over its charge points, of the final plan or of the fallbacks; null while nothing counts
     * @param energyWh that its charge points took, as far as their meters are in; null without any
     * @param meters how many charge points' meters are in
     * @param greenWh of it that came from PV behind the same cabinet
     * @param loadWh of other equipment, measured; null when it was not reported, as {@code pvWh}
     */
    public record Step(
            int timestep,
            @Nullable Integer limitW,
            @Nullable Integer setpointW,
            @Nullable Integer energyWh,
            int meters,
            int greenWh,
            @Nullable Integer loadWh,
            @Nullable Integer pvWh) {}

    GroupHistory() {
        Arrays.fill(timestep, UNKNOWN);
    }

    /** A timestep; null when nothing of it is known, or not any more. */
    public @Nullable Step step(int number) {
        int i = number % TIMESTEPS;
        return number < 0 || timestep[i] != number
                ? null
                : new Step(
                        number,
                        known(limitW[i]),
                        known(setpointW[i]),
                        meters[i] == 0 ? null : energyWh[i],
                        meters[i],
                        greenWh[i],
                        known(loadWh[i]),
                        known(pvWh[i]));
    }

    void limit(int number, int powerW) {
        int i = place(number);
        if (i >= 0) {
            limitW[i] = powerW;
        }
    }

    void setpoints(int number, long sumW) {
        int i = place(number);
        if (i >= 0) {
            setpointW[i] = atMost(sumW);
        }
    }

    void reported(int number, int otherLoadWh, int producedWh) {
        int i = place(number);
        if (i >= 0) {
            loadWh[i] = otherLoadWh;
            pvWh[i] = producedWh;
        }
    }

    void green(int number, int moreWh) {
        int i = place(number);
        if (i >= 0) {
            greenWh[i] = atMost((long) greenWh[i] + moreWh);
        }
    }

    /**
     * A charge point's register rose. What it rose by counts evenly for the timesteps since the report before, as it does on bills.
     *
     * @param before timestep of that report
     */
    void metered(int before, int number, long takenWh) {
        int span = number - before;
        long each = takenWh / span;
        for (int t = Math.max(before + 1, number - TIMESTEPS + 1); t <= number; t++) {
            int i = place(t);
            if (i >= 0) {
                energyWh[i] = atMost(energyWh[i] + (t == number ? takenWh - each * (span - 1) : each));
                meters[i]++;
            }
        }
    }

    /** Where a timestep is kept, in place of one that is longer ago; -1 for one that has lost its place to a later one. */
    private int place(int number) {
        int i = number % TIMESTEPS;
        if (timestep[i] > number) {
            return -1;
        }
        if (timestep[i] < number) {
            timestep[i] = number;
            limitW[i] = UNKNOWN;
            setpointW[i] = UNKNOWN;
            energyWh[i] = 0;
            meters[i] = 0;
            greenWh[i] = 0;
            loadWh[i] = UNKNOWN;
            pvWh[i] = UNKNOWN;
        }
        return i;
    }

    private static @Nullable Integer known(int value) {
        return value == UNKNOWN ? null : value;
    }

    /** A register can be told to rise by more than any charge point gives. */
    private static int atMost(long value) {
        return (int) Math.min(Integer.MAX_VALUE, value);
    }
}

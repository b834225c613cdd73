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

    /** What a cell holds, and where; those of a timestep are beside each other. */
    private static final int TIMESTEP = 0;

    private static final int LIMIT_W = 1;
    private static final int SETPOINT_W = 2;
    private static final int ENERGY_WH = 3;
    private static final int METERS = 4;
    private static final int GREEN_WH = 5;
    private static final int LOAD_WH = 6;
    private static final int PV_WH = 7;
    private static final int CELLS = 8;

    private final int[] cells = new int[TIMESTEPS * CELLS];

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
        Arrays.fill(cells, UNKNOWN);
    }

    /** A timestep; null when nothing of it is known, or not any more. */
    public @Nullable Step step(int timestep) {
        if (timestep < 0) {
            return null;
        }
        int at = timestep % TIMESTEPS * CELLS;
        return cells[at + TIMESTEP] != timestep
                ? null
                : new Step(
                        timestep,
                        known(cells[at + LIMIT_W]),
                        known(cells[at + SETPOINT_W]),
                        cells[at + METERS] == 0 ? null : cells[at + ENERGY_WH],
                        cells[at + METERS],
                        cells[at + GREEN_WH],
                        known(cells[at + LOAD_WH]),
                        known(cells[at + PV_WH]));
    }

    void limit(int timestep, int powerW) {
        int at = place(timestep);
        if (at >= 0) {
            cells[at + LIMIT_W] = powerW;
        }
    }

    void setpoints(int timestep, long sumW) {
        int at = place(timestep);
        if (at >= 0) {
            cells[at + SETPOINT_W] = atMost(sumW);
        }
    }

    /** Interim power beside the plan. */
    void moreSetpoints(int timestep, long moreW) {
        int at = place(timestep);
        if (at >= 0) {
            cells[at + SETPOINT_W] = atMost(Math.max(0, cells[at + SETPOINT_W]) + moreW);
        }
    }

    void reported(int timestep, int loadWh, int pvWh) {
        int at = place(timestep);
        if (at >= 0) {
            cells[at + LOAD_WH] = loadWh;
            cells[at + PV_WH] = pvWh;
        }
    }

    void green(int timestep, int greenWh) {
        int at = place(timestep);
        if (at >= 0) {
            cells[at + GREEN_WH] = atMost((long) cells[at + GREEN_WH] + greenWh);
        }
    }

    /**
     * A charge point's register rose. What it rose by counts evenly for the timesteps since the report before, as it does on bills.
     *
     * @param before timestep of that report
     */
    void metered(int before, int timestep, long takenWh) {
        int span = timestep - before;
        if (span == 1) {
            add(timestep, takenWh);
            return;
        }
        long eachWh = takenWh / span;
        for (int t = Math.max(before + 1, timestep - TIMESTEPS + 1); t < timestep; t++) {
            add(t, eachWh);
        }
        add(timestep, takenWh - eachWh * (span - 1));
    }

    private void add(int timestep, long takenWh) {
        int at = place(timestep);
        if (at >= 0) {
            cells[at + ENERGY_WH] = atMost(cells[at + ENERGY_WH] + takenWh);
            cells[at + METERS]++;
        }
    }

    /** Where a timestep is kept, in place of one that is longer ago; -1 for one that has lost its place to a later one. */
    private int place(int timestep) {
        int at = timestep % TIMESTEPS * CELLS;
        int there = cells[at + TIMESTEP];
        if (there > timestep) {
            return -1;
        }
        if (there < timestep) {
            Arrays.fill(cells, at, at + CELLS, UNKNOWN);
            cells[at + TIMESTEP] = timestep;
            cells[at + ENERGY_WH] = 0;
            cells[at + METERS] = 0;
            cells[at + GREEN_WH] = 0;
        }
        return at;
    }

    private static @Nullable Integer known(int value) {
        return value == UNKNOWN ? null : value;
    }

    /** A register can be told to rise by more than any charge point gives. */
    private static int atMost(long value) {
        return (int) Math.min(Integer.MAX_VALUE, value);
    }
}

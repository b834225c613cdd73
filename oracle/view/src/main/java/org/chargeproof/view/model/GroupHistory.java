package org.chargeproof.view.model;

import java.util.Arrays;
import org.chargeproof.protocol.ledger.LedgerEvent.ForecastStep;
import org.jspecify.annotations.Nullable;

/**
 * What a charging group's timesteps came to: the last {@value #TIMESTEPS} of them, the one that is planned included. Takes some 6 KiB, and 4
 * more when its operator says what it expects. Changed by the view only.
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

    /** What was expected, where something ever was. */
    private static final int RESERVED_LOAD_WH = 0;

    private static final int EXPECTED_LOAD_WH = 1;
    private static final int EXPECTED_PV_WH = 2;
    private static final int GREEN_CLASS = 3;
    private static final int FIRM_PV_WH = 4;
    private static final int EXPECTED_CELLS = 5;

    private int @Nullable [] expected;

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

    /** What was expected of a timestep when it began; null when nothing was said, or it is not known any more. */
    public @Nullable ForecastStep forecast(int timestep) {
        int at = expectedAt(timestep);
        return expected == null || at < 0 || expected[at + RESERVED_LOAD_WH] == UNKNOWN
                ? null
                : new ForecastStep(
                        expected[at + EXPECTED_LOAD_WH],
                        expected[at + RESERVED_LOAD_WH],
                        expected[at + EXPECTED_PV_WH],
                        expected[at + GREEN_CLASS]);
    }

    /** PV that its operator warranted in the report of a timestep, in Wh. */
    public int firmPvWh(int timestep) {
        int at = expectedAt(timestep);
        return expected == null || at < 0 ? 0 : Math.max(0, expected[at + FIRM_PV_WH]);
    }

    private int expectedAt(int timestep) {
        return timestep >= 0 && cells[timestep % TIMESTEPS * CELLS + TIMESTEP] == timestep
                ? timestep % TIMESTEPS * EXPECTED_CELLS
                : -1;
    }

    void forecast(int timestep, ForecastStep forecast) {
        if (place(timestep) >= 0) {
            int[] those = expectedCells();
            int at = timestep % TIMESTEPS * EXPECTED_CELLS;
            those[at + RESERVED_LOAD_WH] = forecast.reservedLoadWh();
            those[at + EXPECTED_LOAD_WH] = forecast.expectedLoadWh();
            those[at + EXPECTED_PV_WH] = forecast.expectedPvWh();
            those[at + GREEN_CLASS] = forecast.greenClass();
        }
    }

    private int[] expectedCells() {
        if (expected == null) {
            expected = new int[TIMESTEPS * EXPECTED_CELLS];
            Arrays.fill(expected, UNKNOWN);
        }
        return expected;
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

    void reported(int timestep, int loadWh, int pvWh, int firmPvWh) {
        int at = place(timestep);
        if (at >= 0) {
            cells[at + LOAD_WH] = loadWh;
            cells[at + PV_WH] = pvWh;
            if (firmPvWh > 0) {
                expectedCells()[timestep % TIMESTEPS * EXPECTED_CELLS + FIRM_PV_WH] = firmPvWh;
            }
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
            if (expected != null) {
                int of = timestep % TIMESTEPS * EXPECTED_CELLS;
                Arrays.fill(expected, of, of + EXPECTED_CELLS, UNKNOWN);
            }
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

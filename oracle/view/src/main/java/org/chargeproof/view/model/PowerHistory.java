package org.chargeproof.view.model;

import java.util.Arrays;
import org.chargeproof.view.verify.GroupReasons.Figures;
import org.chargeproof.view.verify.GroupReasons.OfSession;
import org.chargeproof.view.verify.PowerReason;
import org.jspecify.annotations.Nullable;

/** Why a session got the power that it got, by timestep, ascending: 12 bytes each, as what binds a group is shared by its sessions. Changed by the view only. */
public final class PowerHistory {
    private static final int FIRST_CAPACITY = 4;
    /** Of a group with the most sessions that an input can have, and one more. */
    private static final int COUNT_BITS = 13;

    private static final int REASON_BITS = 4;
    private static final int REASON_BIT = 2 * COUNT_BITS;
    private static final int TIMESTEP_BIT = REASON_BIT + REASON_BITS;

    private long[] cells = {};
    private Figures[] figures = {};
    private int count;

    /**
     * One timestep.
     *
     * @param others how many other sessions of the group charged
     * @param leaveEarlier how many of these leave before this one
     */
    public record Step(int timestep, PowerReason reason, Figures figures, int others, int leaveEarlier) {}

    PowerHistory() {}

    /**
     * The next timestep; one that is not after the last is left out.
     *
     * @param most how many are remembered, the latest ones
     */
    void add(int timestep, Figures ofGroup, OfSession reason, int most) {
        if (count > 0 && timestep <= timestepAt(count - 1)) {
            return;
        }
        if (count >= most) {
            System.arraycopy(cells, 1, cells, 0, count - 1);
            System.arraycopy(figures, 1, figures, 0, count - 1);
            count--;
        }
        if (count == cells.length) {
            int capacity = Math.min(most, Math.max(FIRST_CAPACITY, 2 * count));
            cells = Arrays.copyOf(cells, capacity);
            figures = Arrays.copyOf(figures, capacity);
        }
        cells[count] = (long) timestep << TIMESTEP_BIT
                | (long) reason.reason().code() << REASON_BIT
                | (long) atMost(reason.others()) << COUNT_BITS
                | atMost(reason.leaveEarlier());
        figures[count] = ofGroup;
        count++;
    }

    /** A timestep; null when nothing is known of it. */
    public @Nullable Step step(int timestep) {
        int low = 0;
        int high = count - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int found = timestepAt(middle);
            if (found == timestep) {
                long cell = cells[middle];
                return new Step(
                        timestep,
                        PowerReason.ofCode(part(cell, REASON_BIT, REASON_BITS)),
                        figures[middle],
                        part(cell, COUNT_BITS, COUNT_BITS),
                        part(cell, 0, COUNT_BITS));
            }
            if (found < timestep) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return null;
    }

    private int timestepAt(int at) {
        return (int) (cells[at] >>> TIMESTEP_BIT);
    }

    private static int part(long cell, int bit, int bits) {
        return (int) (cell >>> bit) & ((1 << bits) - 1);
    }

    private static int atMost(int value) {
        return Math.min(value, (1 << COUNT_BITS) - 1);
    }
}

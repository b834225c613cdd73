package org.chargeproof.site.phases;

import java.util.List;

/**
 * Room under which no phase can be exceeded, whoever takes what: the one statement of limits of phases that the numbers on chain can
 * make before it is known who asks. See docs/decisions/0051-phases-as-reserve.md.
 */
public final class SafeRoom {
    /** All together may take what they can. */
    public static final int NO_LIMIT = Integer.MAX_VALUE;

    private SafeRoom() {}

    /**
     * A charge point.
     *
     * @param phase that it loads
     * @param mostWh the most that it gives in a step
     */
    public record Load(Phase phase, int mostWh) {}

    /**
     * The most that charge points may take together in a step so that no phase is exceeded.
     *
     * @param limitWh of each phase, at least 0
     * @param loads all charge points that could charge
     * @return Wh, {@link #NO_LIMIT} when all at once exceed no phase
     */
    public static int wh(int limitWh, List<Load> loads) {
        long leastWh = NO_LIMIT;
        for (int of = 0; of < Phase.COUNT; of++) {
            leastWh = Math.min(leastWh, onPhase(limitWh, loads, of));
        }
        return (int) leastWh;
    }

    /** The worst is that those on the phase alone take all they can, and those on three phases the rest. */
    private static long onPhase(int limitWh, List<Load> loads, int of) {
        long aloneWh = 0;
        long threeWh = 0;
        for (var load : loads) {
            if (load.phase() == Phase.ALL) {
                threeWh += load.mostWh();
            } else if (load.phase().place() == of) {
                aloneWh += load.mostWh();
            }
        }
        if (Phase.COUNT * aloneWh + threeWh <= (long) Phase.COUNT * limitWh) {
            return NO_LIMIT;
        }
        return aloneWh <= limitWh ? (long) Phase.COUNT * limitWh - (Phase.COUNT - 1) * aloneWh : limitWh;
    }
}

package org.chargeproof.site.phases;

/** What a charge point, with the car at it, loads. */
public enum Phase {
    /** The first phase alone. */
    L1(0),
    /** The second phase alone. */
    L2(1),
    /** The third phase alone. */
    L3(2),
    /** All three, each with a third of its energy. */
    ALL(3);

    /** How many phases there are; places from 0 are theirs. */
    static final int COUNT = 3;

    private final int place;

    Phase(int place) {
        this.place = place;
    }

    /** The place in arrays by phase; that of {@link #ALL} comes after the phases. */
    int place() {
        return place;
    }

    /** Thirds of a Wh on a phase for each Wh that is taken. */
    int thirdsOn(int phase) {
        if (this == ALL) {
            return 1;
        }
        return place == phase ? COUNT : 0;
    }

    /** The name of the phase at a place. */
    static String name(int phase) {
        return "L" + (phase + 1);
    }
}

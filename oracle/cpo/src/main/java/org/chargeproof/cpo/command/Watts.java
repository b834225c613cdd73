package org.chargeproof.cpo.command;

import java.util.Locale;

/** Watts and watt hours for people. */
final class Watts {
    private static final double KILO = 1_000;

    private Watts() {}

    /** In thousands, with one decimal. */
    static String kilo(long value) {
        return String.format(Locale.ROOT, "%.1f", value / KILO);
    }

    /** In thousands, with three decimals. */
    static String kiloExact(long value) {
        return String.format(Locale.ROOT, "%.3f", value / KILO);
    }
}

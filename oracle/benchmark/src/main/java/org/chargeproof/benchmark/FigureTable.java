package org.chargeproof.benchmark;

import java.util.Locale;

/** The table that is printed: figures, what is to be reached, and how far that went. */
final class FigureTable {
    private final StringBuilder text = new StringBuilder();

    FigureTable(String title) {
        text.append(title).append(System.lineSeparator());
        line("", "measured", "must", "stretch", "reached");
    }

    /** A figure that should be low. */
    void atMost(String name, double value, String unit, double must, double stretch) {
        row(name, value, unit, must, stretch, value <= must, value <= stretch);
    }

    /** A figure that should be low, with nothing further to reach. */
    void atMost(String name, double value, String unit, double must) {
        line(name, number(value, unit), number(must, unit), "", value <= must ? "must" : "missed");
    }

    /** A figure that should be high. */
    void atLeast(String name, double value, String unit, double must, double stretch) {
        row(name, value, unit, must, stretch, value >= must, value >= stretch);
    }

    /** A figure that is there to compare with. */
    void figure(String name, double value, String unit) {
        line(name, number(value, unit), "", "", "");
    }

    private void row(String name, double value, String unit, double must, double stretch, boolean ok, boolean far) {
        String reached = far ? "stretch" : ok ? "must" : "missed";
        line(name, number(value, unit), number(must, unit), number(stretch, unit), reached);
    }

    private void line(String name, String value, String must, String stretch, String reached) {
        text.append(String.format(Locale.ROOT, "%-46s %14s %12s %12s  %s", name, value, must, stretch, reached)
                        .stripTrailing())
                .append(System.lineSeparator());
    }

    private static String number(double value, String unit) {
        String digits = value == Math.rint(value) || value >= 1_000 ? "%,.0f %s" : "%.2f %s";
        return String.format(Locale.ROOT, digits, value, unit).stripTrailing();
    }

    @Override
    public String toString() {
        return text.toString();
    }
}

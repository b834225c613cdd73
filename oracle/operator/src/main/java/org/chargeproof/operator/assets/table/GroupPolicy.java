package org.chargeproof.operator.assets.table;

import java.util.Locale;

/**
 * A group's policy, in the words of {@code simulate --rule exact:POLICY}.
 *
 * @param kind {@code policyKind} of the planner's encoding
 * @param percent {@code policyPercent} of it
 */
public record GroupPolicy(int kind, int percent) {
    static final GroupPolicy DEFAULT = new GroupPolicy(1, 200);

    /** Reads a row's policy; the default for an empty cell. */
    public static GroupPolicy of(Row row, String column) {
        if (!row.has(column)) {
            return DEFAULT;
        }
        String text = row.required(column).toLowerCase(Locale.ROOT);
        if (text.equals("flat")) {
            return new GroupPolicy(0, 0);
        }
        if (text.equals("earliest")) {
            return new GroupPolicy(3, 0);
        }
        int percent =
                text.matches("(peak|green)=[0-9]{1,4}") ? Integer.parseInt(text.substring(text.indexOf('=') + 1)) : -1;
        if (text.startsWith("peak=") && percent >= 100 && percent <= 1000) {
            return new GroupPolicy(1, percent);
        }
        if (text.startsWith("green=") && percent >= 0 && percent <= 100) {
            return new GroupPolicy(2, percent);
        }
        row.problem(column + " is '" + Row.shown(text)
                + "'; it must be flat, earliest, peak=100 to peak=1000 (percent of the least possible peak), or green=0 to"
                + " green=100 (percent of the limit)");
        return DEFAULT;
    }

    @Override
    public String toString() {
        return switch (kind) {
            case 0 -> "flat";
            case 1 -> "peak=" + percent;
            case 2 -> "green=" + percent;
            default -> "earliest";
        };
    }
}

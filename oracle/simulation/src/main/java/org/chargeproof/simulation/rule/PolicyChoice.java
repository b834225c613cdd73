package org.chargeproof.simulation.rule;

import java.util.Locale;
import org.chargeproof.console.input.BadInputException;

/**
 * A group's policy as it is registered on the ledger.
 *
 * @param kind {@code policyKind} of the planner's encoding
 * @param percent {@code policyPercent} of it
 */
public record PolicyChoice(int kind, int percent) {
    static final PolicyChoice DEFAULT = new PolicyChoice(1, 200);
    static final PolicyChoice FLAT = new PolicyChoice(0, 0);
    private static final String FORMS =
            "flat, earliest, peak=100 to peak=1000 (percent of the least possible peak), or green=0 to green=100 (percent of the limit)";

    /** What people write for it. */
    public String text() {
        return switch (kind) {
            case 0 -> "flat";
            case 1 -> "peak=" + percent;
            case 2 -> "green=" + percent;
            default -> "earliest";
        };
    }

    /**
     * Reads what people write.
     *
     * @throws BadInputException when it is no policy
     */
    public static PolicyChoice parse(String text) {
        String name = text.toLowerCase(Locale.ROOT);
        if (name.equals("flat")) {
            return FLAT;
        }
        if (name.equals("earliest")) {
            return new PolicyChoice(3, 0);
        }
        int equals = name.indexOf('=');
        if (equals > 0) {
            String number = name.substring(equals + 1);
            int percent = number.matches("[0-9]{1,4}") ? Integer.parseInt(number) : -1;
            if (name.startsWith("peak=") && percent >= 100 && percent <= 1000) {
                return new PolicyChoice(1, percent);
            }
            if (name.startsWith("green=") && percent >= 0 && percent <= 100) {
                return new PolicyChoice(2, percent);
            }
        }
        throw new BadInputException("'" + text + "' is no policy. Policies are " + FORMS + ".");
    }
}

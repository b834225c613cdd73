package org.chargeproof.planner;

/** The ranges of {@code docs/reference/planner-encoding.md}, and how a value outside of them is refused. */
final class Limits {
    static final int STEPS = 96;
    static final int SESSIONS = 4096;
    static final int STEPS_PER_HOUR = 60;
    static final int SECONDS_PER_HOUR = 3600;
    static final int ENERGY_WH = 1 << 26;
    static final int WH_PER_STEP = 65_534;
    static final int TOTAL_ENERGY_WH = 1 << 30;

    private Limits() {}

    /**
     * Checks a range.
     *
     * @param name what the value is, with its unit
     * @return the value
     * @throws InvalidInputException if it lies outside of {@code least..most}
     */
    static int inRange(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new InvalidInputException(name + " is " + value + ", allowed is " + least + " to " + most
                    + ". Correct the value where the input is composed.");
        }
        return value;
    }

    /**
     * Checks that a number fits into an i32.
     *
     * @param name what the number identifies or measures
     * @return the value
     * @throws InvalidInputException if it is negative, that is, above 2^31 - 1 in the encoding
     */
    static int notNegative(String name, int value) {
        return inRange(name, value, 0, Integer.MAX_VALUE);
    }
}

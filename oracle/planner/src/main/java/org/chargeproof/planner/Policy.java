package org.chargeproof.planner;

import java.util.Arrays;

/**
 * In which order a plan takes units of energy: a strict total order on pairs (step, level of net load), as data. The
 * orders are those of {@code docs/reference/planner-encoding.md}, section "The policy's order".
 *
 * @param kind which order
 * @param percent soft level: of the least possible peak (100 to 1000) for {@link Kind#EARLIEST_TO_PEAK}, of the limit
 *     (0 to 100) for {@link Kind#GREEN_BANDS}, 0 for {@link Kind#FLAT} and {@link Kind#EARLIEST}
 * @param stepClass for {@link Kind#GREEN_BANDS} the class of each step as unsigned byte, lower is greener; otherwise
 *     empty. Shared, not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // equality is by value, see equals
public record Policy(Kind kind, int percent, byte[] stepClass) {

    /** The orders there are. */
    public enum Kind {
        /** As flat as possible: lowest level first, then time. */
        FLAT(0, 0, 0),
        /** As early as possible up to a multiple of the least possible peak, flat above. */
        EARLIEST_TO_PEAK(1, 100, 1000),
        /** What PV covers first, then the greenest steps up to a share of the limit, flat above. */
        GREEN_BANDS(2, 0, 100),
        /** As early as possible, whatever the level. */
        EARLIEST(3, 0, 0);

        private final int code;
        private final int leastPercent;
        private final int mostPercent;

        Kind(int code, int leastPercent, int mostPercent) {
            this.code = code;
            this.leastPercent = leastPercent;
            this.mostPercent = mostPercent;
        }

        /** Returns the {@code policyKind} byte of the encoding. */
        public int code() {
            return code;
        }

        /**
         * Finds a kind.
         *
         * @param code the {@code policyKind} byte of the encoding
         * @throws InvalidInputException if no policy has it
         */
        public static Kind ofCode(int code) {
            for (Kind kind : values()) {
                if (kind.code == code) {
                    return kind;
                }
            }
            throw new InvalidInputException(
                    "policyKind is " + code + ", allowed is 0 to 3. Use a planner that knows this policy.");
        }
    }

    /**
     * Checks ranges.
     *
     * @throws InvalidInputException if the percentage is out of the kind's range, or classes are missing or too many
     */
    public Policy {
        Limits.inRange("policyPercent of " + kind, percent, kind.leastPercent, kind.mostPercent);
        int leastClasses = kind == Kind.GREEN_BANDS ? 1 : 0;
        int mostClasses = kind == Kind.GREEN_BANDS ? Limits.STEPS : 0;
        Limits.inRange("number of step classes of " + kind, stepClass.length, leastClasses, mostClasses);
        stepClass = stepClass.clone();
    }

    /** Returns lowest level first, then time. */
    public static Policy flat() {
        return new Policy(Kind.FLAT, 0, new byte[0]);
    }

    /**
     * As early as possible, flat above a multiple of the least peak.
     *
     * @param percent soft level in percent of the least possible peak, 100 to 1000
     * @return earliest first up to that level, flat above
     */
    public static Policy earliestToPeak(int percent) {
        return new Policy(Kind.EARLIEST_TO_PEAK, percent, new byte[0]);
    }

    /** Returns as early as possible. */
    public static Policy earliest() {
        return new Policy(Kind.EARLIEST, 0, new byte[0]);
    }

    /**
     * Green energy first.
     *
     * @param percent soft level in percent of the limit, 0 to 100
     * @param stepClass class of each step as unsigned byte, lower is greener
     * @return what PV covers earliest first, then by class up to the soft level, flat above
     */
    public static Policy greenBands(int percent, byte[] stepClass) {
        return new Policy(Kind.GREEN_BANDS, percent, stepClass);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Policy that
                && kind == that.kind
                && percent == that.percent
                && Arrays.equals(stepClass, that.stepClass);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * kind.code + percent) + Arrays.hashCode(stepClass);
    }

    @Override
    public String toString() {
        return kind + " " + percent + "%" + (stepClass.length == 0 ? "" : " " + Arrays.toString(stepClass));
    }
}

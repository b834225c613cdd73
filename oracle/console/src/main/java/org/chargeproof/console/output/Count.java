package org.chargeproof.console.output;

/** How many there are of something, in words that agree. */
public final class Count {
    private Count() {}

    /** {@code 1 group}, {@code 2 groups}. */
    public static String of(long count, String singular) {
        return of(count, singular, singular + "s");
    }

    /** The same where the plural has no s at its end. */
    public static String of(long count, String singular, String plural) {
        return count + " " + (count == 1 ? singular : plural);
    }
}

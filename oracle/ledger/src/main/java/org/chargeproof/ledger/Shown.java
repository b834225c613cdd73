package org.chargeproof.ledger;

/** What somebody else wrote, as it is safe to show: short, and without what moves a terminal's cursor. */
final class Shown {
    private static final int MOST_CHARACTERS = 300;

    private Shown() {}

    /** One line of at most 300 characters. */
    static String of(String text) {
        String line =
                text.substring(0, Math.min(text.length(), MOST_CHARACTERS)).replaceAll("[\\p{Cntrl}\\p{Cf}]+", " ");
        return text.length() > MOST_CHARACTERS ? line + "..." : line;
    }
}

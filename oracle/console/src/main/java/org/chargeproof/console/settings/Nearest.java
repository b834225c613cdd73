package org.chargeproof.console.settings;

import java.util.Collection;
import java.util.Comparator;

/** What somebody may have meant. */
final class Nearest {
    /** Longer names are nobody's typing errors, and comparing them would take long. */
    private static final int MOST_CHARACTERS = 100;

    private Nearest() {}

    /** A sentence that names the known name which takes the fewest changes of a character; empty when none is near. */
    static String remedy(String name, Collection<String> known) {
        if (name.length() > MOST_CHARACTERS) {
            return "";
        }
        return known.stream()
                .min(Comparator.<String>comparingInt(k -> distance(name, k)).thenComparing(Comparator.naturalOrder()))
                .filter(k -> distance(name, k) <= Math.max(2, k.length() / 2))
                .map(k -> " Maybe " + k + ".")
                .orElse("");
    }

    /** Levenshtein's: insertions, deletions and replacements. */
    static int distance(String a, String b) {
        var above = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            above[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = above[0];
            above[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = above[j];
                above[j] = Math.min(replaced, 1 + Math.min(above[j], above[j - 1]));
            }
        }
        return above[b.length()];
    }
}

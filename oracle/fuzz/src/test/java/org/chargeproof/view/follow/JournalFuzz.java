package org.chargeproof.view.follow;

import java.nio.charset.StandardCharsets;

/** A journal that a power cut or somebody spoiled: no line of it, or one that is written as it was read. */
public final class JournalFuzz {
    private JournalFuzz() {}

    /** The bytes are a line. */
    public static void fuzzerTestOneInput(byte[] in) {
        JournalEntry entry;
        try {
            entry = JournalFormat.entry(new String(in, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            return;
        }
        if (!JournalFormat.entry(JournalFormat.line(entry)).equals(entry)) {
            throw new IllegalStateException("another entry: " + entry);
        }
    }
}

package org.chargeproof.protocol.plan;

import java.util.jar.Manifest;
import org.jspecify.annotations.Nullable;

/** Versions of the planner's input: which rules of docs/reference/inputs.md make it, and which bytes it has. */
public final class InputVersion {
    /** What an algorithm reads whose jar says nothing. */
    public static final int FIRST = 1;

    /** The newest that this program can make. */
    public static final int LATEST = 2;

    private static final String ATTRIBUTE = "Input-Version";

    private InputVersion() {}

    /**
     * The version that an algorithm reads.
     *
     * @param manifest of its jar, if it has one
     * @throws IllegalArgumentException when this program cannot make inputs of that version
     */
    public static int of(@Nullable Manifest manifest) {
        String value = manifest == null ? null : manifest.getMainAttributes().getValue(ATTRIBUTE);
        if (value == null) {
            return FIRST;
        }
        for (int version = FIRST; version <= LATEST; version++) {
            if (value.equals(Integer.toString(version))) {
                return version;
            }
        }
        throw new IllegalArgumentException("the manifest says " + ATTRIBUTE + ": " + value + "; known are " + FIRST
                + " to " + LATEST + ". Maybe this program is older than the algorithm.");
    }

    /** @throws IllegalArgumentException when this program cannot make inputs of that version */
    static void require(int version) {
        if (version < FIRST || version > LATEST) {
            throw new IllegalArgumentException(
                    "input version " + version + "; known are " + FIRST + " to " + LATEST + ".");
        }
    }
}

package org.chargeproof.console.input;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What commands ask of their options before anything is done. */
public final class OptionChecks {
    private OptionChecks() {}

    /**
     * Checks a number.
     *
     * @throws BadInputException when it is out of its range
     */
    public static void requireRange(String option, long value, long least, long most) {
        if (value < least || value > most) {
            throw new BadInputException(option + " is " + value + "; it must be from " + least + " to " + most + ".");
        }
    }

    /**
     * Checks a number that need not be whole.
     *
     * @throws BadInputException when it is out of its range
     */
    public static void requireRange(String option, double value, double least, double most) {
        if (!(value >= least && value <= most)) {
            throw new BadInputException(
                    option + " is " + text(value) + "; it must be from " + text(least) + " to " + text(most) + ".");
        }
    }

    /**
     * Checks that a report can be written, before the work that it is about.
     *
     * @param file null for none
     * @throws BadInputException when it is a folder, or its folder is missing or read-only
     */
    public static void requireWritable(@Nullable Path file) {
        if (file != null) {
            Path folder = file.toAbsolutePath().getParent();
            if (Files.isDirectory(file) || folder == null || !Files.isDirectory(folder) || !Files.isWritable(folder)) {
                throw new BadInputException(
                        "the report " + file + " cannot be written. Its folder must exist and be writable.");
            }
        }
    }

    private static String text(double value) {
        return value == Math.rint(value) ? String.valueOf((long) value) : String.valueOf(value);
    }
}

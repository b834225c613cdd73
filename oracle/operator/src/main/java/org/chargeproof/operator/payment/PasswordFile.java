package org.chargeproof.operator.payment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.console.input.SecretFile;

/** A password in the first line of a file. */
final class PasswordFile {
    private static final int MOST_BYTES = 4_096;

    private PasswordFile() {}

    /**
     * Reads it.
     *
     * @throws BadInputException when there is none in it
     */
    static String read(Path file) {
        try {
            if (!Files.isRegularFile(file) || Files.size(file) > MOST_BYTES) {
                throw new BadInputException("there is no password in " + file
                        + ". Write one into its first line, readable by you alone (chmod 600).");
            }
            SecretFile.warnIfOthersMayRead("the password", file);
            return Files.readString(file)
                    .lines()
                    .findFirst()
                    .filter(line -> !line.isEmpty())
                    .orElseThrow(() ->
                            new BadInputException("the first line of " + file + " is empty; it must be the password."));
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }
}

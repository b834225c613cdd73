package org.chargeproof.console.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Folders of ours that are not needed any more. */
public final class Folders {
    private static final int MOST_ATTEMPTS = 50;
    private static final int PAUSE_MILLIS = 100;

    private Folders() {}

    /**
     * Removes a folder with all that is in it; nothing when it is not there. Processes that are just ending may still write there.
     *
     * @throws UncheckedIOException when it cannot be removed after some seconds
     */
    public static void delete(Path folder) {
        for (int attempt = 1; Files.exists(folder); attempt++) {
            try (var paths = Files.walk(folder)) {
                for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(path);
                }
            } catch (IOException | UncheckedIOException e) {
                if (attempt == MOST_ATTEMPTS) {
                    throw new UncheckedIOException(
                            "cannot remove the folder " + folder,
                            e instanceof UncheckedIOException unchecked ? unchecked.getCause() : (IOException) e);
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS));
            }
        }
    }
}

package org.chargeproof.console.input;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Files that only their owner may read. */
public final class SecretFile {
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private SecretFile() {}

    /** Writes a new file; nobody else can read it at any moment. */
    public static void write(Path file, String text) throws IOException {
        if (isPosix(file)) {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        }
        Files.writeString(file, text);
    }

    /**
     * Refuses a file that others may read or write.
     *
     * @throws BadInputException naming the command that repairs it
     */
    public static void requireOwnerOnly(Path file) {
        try {
            if (isPosix(file) && !OWNER_ONLY.containsAll(Files.getPosixFilePermissions(file))) {
                throw new BadInputException("others may use " + file + " ("
                        + PosixFilePermissions.toString(Files.getPosixFilePermissions(file))
                        + "); a production key is its owner's alone. Run: chmod 600 " + file);
            }
        } catch (IOException e) {
            throw new BadInputException(
                    "cannot look at " + file + " (" + e.getClass().getSimpleName() + ").", e);
        }
    }

    private static boolean isPosix(Path file) {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}

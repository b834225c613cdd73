package org.chargeproof.console.input;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Files that only their owner may read. */
public final class SecretFile {
    private static final Logger LOG = LoggerFactory.getLogger(SecretFile.class);
    /** Where systemd puts what LoadCredential names: nobody else gets into that folder, whatever the files' own modes say. */
    private static final String CREDENTIALS = "CREDENTIALS_DIRECTORY";

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
     * Writes a file that may be there already: at every moment there is a whole one, on disk, that nobody else can read. One program at a time
     * may do so.
     */
    public static void replace(Path file, byte[] bytes) throws IOException {
        Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent());
        Files.createDirectories(folder);
        Path half = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(half);
        try (var channel = FileChannel.open(
                half, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), ownerOnly(half))) {
            var rest = ByteBuffer.wrap(bytes);
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
            channel.force(true);
        }
        Files.move(half, file, StandardCopyOption.ATOMIC_MOVE);
        if (isPosix(file)) {
            try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    /**
     * Refuses a file that others may read or write.
     *
     * @throws BadInputException naming the command that repairs it
     */
    public static void requireOwnerOnly(Path file) {
        try {
            if (isPosix(file) && !isCredential(file) && !OWNER_ONLY.containsAll(Files.getPosixFilePermissions(file))) {
                throw new BadInputException("others may use " + file + " ("
                        + PosixFilePermissions.toString(Files.getPosixFilePermissions(file))
                        + "); a production key is its owner's alone. Run: chmod 600 " + file);
            }
        } catch (IOException e) {
            throw new BadInputException(
                    "cannot look at " + file + " (" + e.getClass().getSimpleName() + ").", e);
        }
    }

    /**
     * Says so when all users of this machine may read a secret.
     *
     * @param what is in the file
     */
    public static void warnIfOthersMayRead(String what, Path file) {
        othersMayRead(file)
                .ifPresent(mode -> LOG.warn(
                        "all users of this machine may read {} in {} ({}). Run: chmod 600 {}", what, file, mode, file));
    }

    /** The modes of a file that all users of this machine may read; empty for others, and for one that is not there. */
    public static Optional<String> othersMayRead(Path file) {
        try {
            if (isPosix(file) && !isCredential(file)) {
                var modes = Files.getPosixFilePermissions(file);
                return modes.contains(PosixFilePermission.OTHERS_READ)
                        ? Optional.of(PosixFilePermissions.toString(modes))
                        : Optional.empty();
            }
        } catch (IOException e) {
            LOG.debug("cannot look at {}", file, e);
        }
        return Optional.empty();
    }

    /** What a file is to be made with, so that nobody else can read it at any moment. */
    public static FileAttribute<?>[] ownerOnly(Path file) {
        return isPosix(file)
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
                : new FileAttribute<?>[0];
    }

    private static boolean isCredential(Path file) {
        String folder = System.getenv(CREDENTIALS);
        return folder != null && file.toAbsolutePath().normalize().startsWith(Path.of(folder));
    }

    private static boolean isPosix(Path file) {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}

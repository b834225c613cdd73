package org.chargeproof.oracle.ocpi;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.chargeproof.console.input.SecretFile;
import org.jspecify.annotations.Nullable;

/** The key by which commands on this machine speak to a running oracle: whoever can read the data folder has it. */
public final class OperatorKey {
    private static final int BYTES = 32;
    private static final String SCHEME = "Bearer ";

    private final Path file;
    private final String key;

    private OperatorKey(Path file, String key) {
        this.file = file;
        this.key = key;
    }

    /** Where the key of an oracle is. */
    public static Path file(Path dataFolder) {
        return dataFolder.resolve("operator.key");
    }

    /** Reads the key of a data folder, or makes one. */
    public static OperatorKey open(Path dataFolder) {
        Path file = file(dataFolder);
        try {
            try {
                return new OperatorKey(file, Files.readString(file).strip());
            } catch (NoSuchFileException e) {
                var bytes = new byte[BYTES];
                new SecureRandom().nextBytes(bytes);
                String key = HexFormat.of().formatHex(bytes);
                Files.createDirectories(dataFolder);
                SecretFile.write(file, key + "\n");
                return new OperatorKey(file, key);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read or make " + file, e);
        }
    }

    /** Whether the header {@code Authorization} has it. */
    boolean isIn(@Nullable String authorization) {
        return authorization != null
                && authorization.startsWith(SCHEME)
                && MessageDigest.isEqual(
                        key.getBytes(StandardCharsets.UTF_8),
                        authorization.substring(SCHEME.length()).strip().getBytes(StandardCharsets.UTF_8));
    }

    Path file() {
        return file;
    }
}

package org.chargeproof.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.console.input.SecretFile;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say where the database of persons is. */
public final class DatabaseOptions {
    private static final int MOST_PASSWORD_BYTES = 1_024;

    @Option(
            names = "--database",
            paramLabel = "URL",
            description = "Where persons are kept: jdbc:postgresql://HOST/NAME, or jdbc:h2:file:PATH."
                    + " Without it: an embedded database in the --data folder.")
    private @Nullable String url;

    @Option(names = "--database-user", paramLabel = "NAME", description = "For PostgreSQL.")
    private @Nullable String user;

    @Option(
            names = "--database-password-file",
            paramLabel = "FILE",
            description = "First line: the password of --database-user.")
    private @Nullable Path passwordFile;

    @Option(
            names = "--person-key-file",
            paramLabel = "FILE",
            description = "The key that wraps those of persons, made when there is none yet."
                    + " Without it: person.key in the --data folder. Keep a copy apart from all backups.")
    private @Nullable Path keyFile;

    @Option(
            names = "--person-keys",
            paramLabel = "FILE",
            description = "Persons' keys, wrapped. Without it: person-keys.json in the --data folder."
                    + " Of it no old copies may be kept: it is what makes old backups forget.")
    private @Nullable Path personKeysFile;

    /** Whether any of them was given. */
    public boolean isGiven() {
        return url != null || user != null || passwordFile != null || keyFile != null || personKeysFile != null;
    }

    /**
     * What they say.
     *
     * @throws BadInputException when one of them cannot be used
     */
    public DatabaseConfig config(Path dataFolder) {
        String where = url == null ? DatabaseConfig.embeddedUrl(dataFolder) : url;
        if (!where.startsWith(DatabaseConfig.POSTGRESQL) && !where.startsWith(DatabaseConfig.H2)) {
            // not the text itself: it may hold a password
            throw new BadInputException(
                    "--database is no address of a database. It must look like jdbc:postgresql://127.0.0.1:5432/chargeproof,"
                            + " or like jdbc:h2:file:/var/lib/chargeproof/persons.");
        }
        if (where.matches("(?i).*[?&;](password|user)=.*") || where.matches("jdbc:postgresql://[^/]*@.*")) {
            throw new BadInputException(
                    "--database holds a user or a password, which everybody sees who lists processes."
                            + " Give them with --database-user and --database-password-file.");
        }
        if (where.startsWith(DatabaseConfig.H2) && (user != null || passwordFile != null)) {
            throw new BadInputException(
                    "--database-user and --database-password-file are for PostgreSQL; an embedded database is a file.");
        }
        return new DatabaseConfig(
                where,
                user == null ? "" : user,
                passwordFile == null ? "" : password(passwordFile),
                keyFile == null ? dataFolder.resolve(DatabaseConfig.KEY_FILE) : keyFile,
                personKeysFile == null ? dataFolder.resolve(DatabaseConfig.PERSON_KEYS_FILE) : personKeysFile);
    }

    private static String password(Path file) {
        SecretFile.warnIfOthersMayRead("the database's password", file);
        try {
            if (Files.size(file) > MOST_PASSWORD_BYTES) {
                throw new BadInputException("--database-password-file " + file + " has more than " + MOST_PASSWORD_BYTES
                        + " bytes: it is no password.");
            }
            return Files.readString(file).lines().findFirst().orElse("");
        } catch (IOException e) {
            throw new BadInputException("--database-password-file: cannot read " + file + ".", e);
        }
    }
}

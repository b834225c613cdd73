package org.chargeproof.database;

import java.nio.file.Path;

/**
 * Where the database is, and the keys to what is in it.
 *
 * @param url of JDBC: {@code jdbc:postgresql:} or {@code jdbc:h2:file:}
 * @param user empty for an embedded one
 * @param password empty for none
 * @param keyFile the one key that wraps those of persons; made when there is none yet
 * @param personKeysFile persons' keys, wrapped. Outside the database and its backups: who is deleted there is deleted everywhere
 */
public record DatabaseConfig(String url, String user, String password, Path keyFile, Path personKeysFile) {
    static final String POSTGRESQL = "jdbc:postgresql:";
    static final String H2 = "jdbc:h2:file:";
    /** Committed means written, through the death of the process. */
    private static final String H2_SETTINGS = ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE;LOCK_TIMEOUT=10000";

    /** The name of the key file in a data folder. */
    public static final String KEY_FILE = "person.key";

    /** The name of the file with persons' keys in a data folder. */
    public static final String PERSON_KEYS_FILE = "person-keys.json";

    /** An embedded database in a folder, which need not be there, with its keys beside it. */
    public static DatabaseConfig embedded(Path folder) {
        return new DatabaseConfig(
                embeddedUrl(folder), "", "", folder.resolve(KEY_FILE), folder.resolve(PERSON_KEYS_FILE));
    }

    static String embeddedUrl(Path folder) {
        return H2 + folder.toAbsolutePath().resolve("persons");
    }

    /** With what every connection needs. */
    String connectionUrl() {
        return isPostgresql() ? url : url + H2_SETTINGS;
    }

    boolean isPostgresql() {
        return url.startsWith(POSTGRESQL);
    }

    /** For messages: without what follows the name, where passwords can stand. */
    String shownUrl() {
        return url.split("[;?]", 2)[0];
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "DatabaseConfig[" + shownUrl() + ", " + user + "]";
    }
}

package org.chargeproof.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.chargeproof.console.input.BadInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine;

/** What cannot be used is told at the start, with the remedy, and changes nothing. */
class DatabaseErrorsTest {
    @TempDir
    private Path folder;

    private static void requireRefused(ThrowingCallable call, String... words) {
        assertThatThrownBy(call).isInstanceOf(BadInputException.class).hasMessageContainingAll(words);
    }

    @ParameterizedTest
    @EnumSource
    void keysThatDoNotFitAreRefused(TestDatabase kind) throws IOException {
        var config = kind.in(folder);
        String ada;
        try (var database = PersonDatabase.open(config)) {
            ada = database.persons().add(TestDatabase.person("Ada"), "w");
        }
        for (Path secret : new Path[] {config.keyFile(), config.personKeysFile()}) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secret)))
                    .isEqualTo("rw-------");
        }
        Path keyAside = folder.resolve("aside.key");
        Files.move(config.keyFile(), keyAside);
        requireRefused(() -> PersonDatabase.open(config), "there is no", "person.key", "--person-key-file");
        Files.writeString(config.keyFile(), "ab".repeat(32));
        requireRefused(() -> PersonDatabase.open(config), "chmod 600");
        Files.setPosixFilePermissions(config.keyFile(), PosixFilePermissions.fromString("rw-------"));
        requireRefused(() -> PersonDatabase.open(config), "does not open", "--person-key-file");
        Files.writeString(config.keyFile(), "no key");
        requireRefused(() -> PersonDatabase.open(config), "holds no key", "64");
        Files.move(keyAside, config.keyFile(), StandardCopyOption.REPLACE_EXISTING);

        Path keysAside = folder.resolve("aside.json");
        Files.move(config.personKeysFile(), keysAside);
        requireRefused(() -> PersonDatabase.open(config), "1 persons", "--person-keys");
        var other = DatabaseConfig.embedded(folder.resolve("other"));
        PersonDatabase.open(other).close();
        Files.copy(other.personKeysFile(), config.personKeysFile());
        requireRefused(() -> PersonDatabase.open(config), "belong to database", "--person-keys");
        Files.writeString(config.personKeysFile(), "{}");
        requireRefused(() -> PersonDatabase.open(config), "no file of persons' keys");
        Files.move(keysAside, config.personKeysFile(), StandardCopyOption.REPLACE_EXISTING);
        try (var database = PersonDatabase.open(config)) {
            assertThat(database.persons().find(ada)).isPresent();
        }
        // a new database beside keys of another one is no beginning
        var fresh = TestDatabase.at(TestDatabase.H2.in(folder.resolve("fresh")).url(), folder);
        requireRefused(() -> PersonDatabase.open(fresh), "database restore");
    }

    @ParameterizedTest
    @EnumSource
    void aLaterVersionIsNotGuessedAt(TestDatabase kind) throws SQLException {
        var config = kind.in(folder);
        PersonDatabase.open(config).close();
        PersonDatabase.open(config).close();
        try (var connection = DriverManager.getConnection(config.url(), config.user(), config.password());
                var statement = connection.createStatement()) {
            statement.execute("update \"flyway_schema_history\" set \"version\" = '99' where \"version\" = '1'");
        }
        requireRefused(() -> PersonDatabase.open(config), "later one");
    }

    @Test
    void whereNobodyAnswersIsTold() {
        var nobody = TestDatabase.at("jdbc:postgresql://127.0.0.1:1/persons", folder);
        requireRefused(() -> PersonDatabase.open(nobody), "127.0.0.1:1", "nobody answers");
        assertThat(folder).isEmptyDirectory();
        var missing = TestDatabase.POSTGRESQL.in(folder);
        var other = TestDatabase.at(missing.url() + "x", folder);
        requireRefused(() -> PersonDatabase.open(other), "createdb");
    }

    @Test
    void anEmbeddedDatabaseServesOneProcess() throws Exception {
        var config = DatabaseConfig.embedded(folder);
        PersonDatabase.open(config).close();
        var child = KilledTest.start(KilledTest.Holder.class, folder, folder.resolve("output"), "0");
        try {
            while (Files.size(folder.resolve("output")) == 0) {
                assertThat(child.isAlive()).isTrue();
                Thread.sleep(10);
            }
            requireRefused(() -> PersonDatabase.open(config), "another process uses it", "HTTP API");
        } finally {
            child.destroyForcibly().waitFor();
        }
    }

    @Test
    void optionsThatCannotBeUsedAreRefused() {
        for (String[] wrong : new String[][] {
            {"--database", "mysql://x"},
            {"--database", "jdbc:postgresql://127.0.0.1/x?password=secret"},
            {"--database", "jdbc:postgresql://me:secret@127.0.0.1/x"},
            {"--database-user", "me"},
            {"--database", "jdbc:postgresql://127.0.0.1/x", "--database-password-file", "/nowhere/password"}
        }) {
            var options = new DatabaseOptions();
            new CommandLine(options).parseArgs(wrong);
            assertThatThrownBy(() -> options.config(folder))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageNotContaining("secret")
                    .hasMessageContaining("--database");
        }
        var options = new DatabaseOptions();
        new CommandLine(options)
                .parseArgs("--database", "jdbc:postgresql://127.0.0.1/x?ssl=true", "--database-user", "me");
        assertThat(options.config(folder).toString()).isEqualTo("DatabaseConfig[jdbc:postgresql://127.0.0.1/x, me]");
    }
}

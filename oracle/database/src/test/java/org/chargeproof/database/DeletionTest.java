package org.chargeproof.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.chargeproof.console.input.BadInputException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/** A person who was deleted is nowhere: in no column, file, log and backup, whether that was made before or after. */
class DeletionTest {
    private static final String NAME = "Augusta Ada King-Noel";
    private static final String EMAIL = "augusta@lovelace.example";
    private static final String PHONE = "+44 20 7946 0958";
    private static final String SUBJECT = "token:9f86d081-augusta";
    private static final String WORDS = "legal winner thank year wave sausage worth useful legal winner thank yellow";
    private static final String ACCOUNT = "0x" + "ada5".repeat(10);
    private static final String CARD = "04:AD:A5:18:15:12:10";
    private static final List<String> TRACES =
            List.of(NAME, "King-Noel", EMAIL, "lovelace", PHONE, SUBJECT, WORDS, "sausage", ACCOUNT, "ada5ada5", CARD);

    @TempDir
    private Path folder;

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);

    @BeforeEach
    void listen() {
        root.setLevel(Level.DEBUG);
        log.start();
        root.addAppender(log);
    }

    @AfterEach
    void listenNoMore() {
        root.detachAppender(log);
        root.setLevel(Level.INFO);
    }

    private static String add(Persons persons) {
        String id = persons.add(
                new PersonRecord(NAME, EMAIL, PHONE, List.of(SUBJECT), 1_800_000_000, 50_000_000, 30, "c0de", 0, 0),
                WORDS);
        persons.with(id, p -> {
            p.put(
                    0,
                    new SessionRow(
                            ACCOUNT,
                            SessionRow.State.ON_LEDGER,
                            4,
                            9_000,
                            1_800_000_000,
                            1,
                            -1,
                            "0x1",
                            "0x2",
                            271_828));
            p.add(new TokenRow("GB*AAK", CARD, "RFID"));
            return true;
        });
        return id;
    }

    private String logged() {
        return log.list.stream()
                .map(event -> event.getFormattedMessage()
                        + (event.getThrowableProxy() == null
                                ? ""
                                : event.getThrowableProxy().getMessage()))
                .collect(Collectors.joining("\n"));
    }

    /** Every value of every column of every table, as text and as the bytes' text. */
    private static String everyColumn(DatabaseConfig config) throws SQLException {
        var all = new StringBuilder();
        try (var connection = DriverManager.getConnection(config.url(), config.user(), config.password())) {
            var names = new ArrayList<String>();
            try (var tables =
                    connection.getMetaData().getTables(null, null, "%", new String[] {"TABLE", "BASE TABLE"})) {
                while (tables.next()) {
                    if (List.of("public", "PUBLIC").contains(tables.getString("TABLE_SCHEM"))) {
                        names.add(tables.getString("TABLE_NAME"));
                    }
                }
            }
            assertThat(names.toString().toLowerCase(java.util.Locale.ROOT))
                    .contains("persons", "wallets", "sessions", "tokens", "about", "changes");
            for (String table : names) {
                try (var statement = connection.createStatement();
                        var rows = statement.executeQuery("select * from \"" + table + "\"")) {
                    while (rows.next()) {
                        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                            Object value = rows.getObject(i);
                            all.append(
                                            value instanceof byte[] bytes
                                                    ? new String(bytes, StandardCharsets.ISO_8859_1)
                                                    : String.valueOf(value))
                                    .append('\n');
                        }
                    }
                }
            }
        }
        return all.toString();
    }

    private static void requireNoTrace(String what, String text) {
        for (String trace : TRACES) {
            assertThat(text.contains(trace)).as(trace + " in " + what).isFalse();
        }
    }

    private void requireNoTraceInFiles() throws IOException {
        try (var files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                // H2 locks files of its own while they are open
                if (!file.toString().endsWith(".lock")) {
                    requireNoTrace(file.toString(), Files.readString(file, StandardCharsets.ISO_8859_1));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void leavesNothing(TestDatabase kind) throws Exception {
        var config = kind.in(folder);
        Path before = folder.resolve("before.backup");
        Path after = folder.resolve("after.backup");
        Path fileBefore = folder.resolve("persons-before.mv.db");
        String ada;
        String bob;
        try (var database = PersonDatabase.open(config)) {
            ada = add(database.persons());
            bob = database.persons().add(TestDatabase.person("Bob", "key:2"), "three four");
            // with the person there, too: what is kept is never in clear
            requireNoTrace("a column", everyColumn(config));
            assertThat(database.backUp(before)).isEqualTo(6);
        }
        if (kind == TestDatabase.H2) {
            Files.copy(folder.resolve("persons.mv.db"), fileBefore);
        }
        try (var database = PersonDatabase.open(config)) {
            assertThat(database.persons().delete(ada)).isTrue();
            assertThat(everyColumn(config)).doesNotContain(ada).contains(bob);
            requireNoTrace("a column", everyColumn(config));
            assertThat(database.backUp(after)).isEqualTo(2);
        }
        requireNoTraceInFiles();
        assertThat(Files.readString(after)).doesNotContain(ada);
        requireNoTrace("the log", logged());

        // a backup made before gives nothing any more, with all keys that there are
        var elsewhere =
                TestDatabase.at(TestDatabase.H2.in(folder.resolve("restored")).url(), folder);
        var restored = PersonDatabase.restore(elsewhere, before);
        assertThat(restored).isEqualTo(new Backup.Restored(6, 1));
        try (var database = PersonDatabase.open(elsewhere)) {
            assertThat(database.persons().list("", 10))
                    .extracting(Persons.Listed::id)
                    .containsExactly(bob);
            assertThat(database.persons().with(bob, OpenPerson::words)).contains("three four");
            assertThat(everyColumn(elsewhere)).doesNotContain(ada);
        }
        if (kind == TestDatabase.H2) {
            // the same of the database's own file, put back by hand
            Files.copy(fileBefore, folder.resolve("copied.mv.db"));
            var copied = TestDatabase.at("jdbc:h2:file:" + folder.resolve("copied"), folder);
            try (var database = PersonDatabase.open(copied)) {
                assertThat(database.persons().list("", 10))
                        .extracting(Persons.Listed::id)
                        .containsExactly(bob);
                assertThat(database.persons().find(ada)).isEmpty();
            }
        }
        requireNoTraceInFiles();
        requireNoTrace("the log", logged());
    }

    @ParameterizedTest
    @EnumSource
    void aBackupGoesIntoTheOtherDatabase(TestDatabase kind) throws IOException {
        var config = kind.in(folder);
        Path file = folder.resolve("backup");
        String ada;
        try (var database = PersonDatabase.open(config)) {
            ada = add(database.persons());
            for (int i = 0; i < 100; i++) {
                database.persons().add(TestDatabase.person("n" + i, "key:" + i), "words " + i);
            }
            database.backUp(file);
            assertThatThrownBy(() -> database.backUp(file)).hasMessageContaining("never overwritten");
        }
        assertThatThrownBy(() -> PersonDatabase.restore(config, file)).hasMessageContaining("empty database");
        var other = kind == TestDatabase.H2 ? TestDatabase.POSTGRESQL : TestDatabase.H2;
        var target = TestDatabase.at(other.in(folder.resolve("other")).url(), folder);
        for (int cut : new int[] {1, 40, 4_000}) {
            byte[] whole = Files.readAllBytes(file);
            Path torn = folder.resolve("torn-" + cut);
            Files.write(torn, java.util.Arrays.copyOf(whole, whole.length - cut));
            assertThatThrownBy(() -> PersonDatabase.restore(target, torn))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("not whole");
        }
        assertThat(PersonDatabase.restore(target, file)).isEqualTo(new Backup.Restored(204, 0));
        try (var database = PersonDatabase.open(target)) {
            assertThat(database.persons().count()).isEqualTo(101);
            assertThat(database.persons().with(ada, OpenPerson::words)).contains(WORDS);
            assertThat(database.persons().byToken("GB*AAK", CARD)).contains(ada);
            assertThat(database.persons().byLogin("key:42")).isPresent();
        }
        // keys of another database open nothing
        var stranger = DatabaseConfig.embedded(folder.resolve("stranger"));
        PersonDatabase.open(stranger).close();
        var empty = TestDatabase.at(TestDatabase.H2.in(folder.resolve("empty")).url(), folder.resolve("stranger"));
        assertThatThrownBy(() -> PersonDatabase.restore(empty, file)).hasMessageContaining("belong to");
    }
}

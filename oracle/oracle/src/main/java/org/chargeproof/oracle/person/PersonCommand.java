package org.chargeproof.oracle.person;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;
import org.chargeproof.api.ApiKeys;
import org.chargeproof.api.ApiSettings;
import org.chargeproof.api.DriverService.NewPerson;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.console.output.TextTable;
import org.chargeproof.database.DatabaseOptions;
import org.chargeproof.database.PersonDatabase;
import org.chargeproof.database.PersonRecord;
import org.chargeproof.database.Persons;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code chargeproof person}: drivers without a wallet of their own. */
@Command(
        name = "person",
        header = "Adds, shows and deletes drivers without a wallet of their own.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Adds, shows and deletes drivers without a wallet of their own. An embedded database is used by one process"
                        + " at a time: while the oracle runs, do the same through its HTTP API (/api/v1/persons).")
public final class PersonCommand {
    private static final int PAGE = 1_000;
    private static final int MICRO_EURO = 1_000_000;
    private static final int MICRO_EURO_IN_CENT = 10_000;

    @Spec
    private @Nullable CommandSpec spec;

    /** What all of its commands take. */
    static final class Where {
        @Option(
                names = "--data",
                required = true,
                paramLabel = "DIR",
                description = "The oracle's --data: API keys are there.")
        private @Nullable Path dataFolder;

        @Mixin
        private DatabaseOptions options = new DatabaseOptions();

        PersonDatabase open() {
            return PersonDatabase.open(options.config(folder()));
        }

        PersonRegister register(PersonDatabase database) {
            return new PersonRegister(database.persons(), new ApiKeys(folder().resolve(ApiSettings.KEYS_FILE)));
        }

        private Path folder() {
            return Objects.requireNonNull(dataFolder);
        }
    }

    @Command(
            name = "add",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = "Adds a person with a new wallet. API key and export code are shown once.")
    int add(
            @Mixin Where where,
            @Option(names = "--name", defaultValue = "", paramLabel = "NAME", description = "Who it is.") String name,
            @Option(names = "--email", defaultValue = "", paramLabel = "ADDRESS", description = "How to reach them.")
                    String email,
            @Option(names = "--phone", defaultValue = "", paramLabel = "NUMBER", description = "How to reach them.")
                    String phone,
            @Option(
                            names = "--subject",
                            defaultValue = "",
                            paramLabel = "SUBJECT",
                            description =
                                    "Tokens of --oidc-issuer with this subject are this person; then no API key is made.")
                    String subject,
            @Option(
                            names = "--cap-euro",
                            defaultValue = "50",
                            paramLabel = "EURO",
                            description =
                                    "The most that their sessions may cost within --cap-days. Default: ${DEFAULT-VALUE}.")
                    int capEuro,
            @Option(
                            names = "--cap-days",
                            defaultValue = "30",
                            paramLabel = "DAYS",
                            description = "Default: ${DEFAULT-VALUE}.")
                    int capDays) {
        try (var database = where.open()) {
            var made = where.register(database)
                    .add(new NewPerson(
                            name, email, phone, subject, subject.isEmpty(), (long) capEuro * MICRO_EURO, capDays));
            out().println("person       " + made.person());
            if (made.key() != null) {
                out().println("API key      " + made.key());
            }
            out().println("export code  " + made.exportCode());
            out().println(
                            "Key and code are shown this once. The code shows the words of the wallet, once: POST /api/v1/me/export.");
            return 0;
        } catch (IllegalArgumentException | Persons.TakenException e) {
            throw new BadInputException(e.getMessage() + ".", e);
        }
    }

    @Command(name = "list", mixinStandardHelpOptions = true, sortOptions = false, description = "Lists all persons.")
    int list(@Mixin Where where) {
        try (var database = where.open()) {
            var table = new TextTable("person", "name", "e-mail", "phone", "added");
            String after = "";
            while (true) {
                var page = database.persons().list(after, PAGE);
                for (var person : page) {
                    var r = person.record();
                    table.row(person.id(), r.name(), r.email(), r.phone(), added(r));
                }
                if (page.size() < PAGE) {
                    break;
                }
                after = page.getLast().id();
            }
            table.print(out());
        }
        return 0;
    }

    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = "Shows all that is kept of a person, but for the words of the wallet.")
    int show(
            @Mixin Where where,
            @Parameters(paramLabel = "PERSON", description = "Its id, as 'person list' shows it.") String id) {
        try (var database = where.open()) {
            var shown = database.persons().with(id, person -> {
                var r = person.record();
                out().println("name        " + r.name());
                out().println("e-mail      " + r.email());
                out().println("phone       " + r.phone());
                out().println("added       " + added(r));
                out().println("logins      " + String.join(", ", r.logins()));
                out().println("cap         " + r.capMicroEuro() / MICRO_EURO_IN_CENT + " cents in " + r.capDays()
                        + " days");
                out().println("wallet      "
                        + (r.exportedSeconds() == 0
                                ? "its words were never shown"
                                : "its words were shown " + Instant.ofEpochSecond(r.exportedSeconds())));
                person.tokens()
                        .values()
                        .forEach(t -> out().println("token       " + t.kind() + " " + t.uid() + " of " + t.issuer()));
                var table = new TextTable("account", "session", "state", "charge point", "Wh", "asked", "address");
                person.sessions()
                        .forEach((number, row) -> table.row(
                                String.valueOf(number),
                                row.session() == 0 ? "" : String.valueOf(row.session()),
                                row.state().name(),
                                row.chargePoint() < 0 ? "" : String.valueOf(row.chargePoint()),
                                String.valueOf(row.energyWh()),
                                Instant.ofEpochSecond(row.requestedSeconds()).toString(),
                                row.account()));
                table.print(out());
                return true;
            });
            if (shown.isEmpty()) {
                throw unknown(id);
            }
        }
        return 0;
    }

    @Command(
            name = "delete",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = "Deletes a person, in this database and in all backups of it. There is no way back.")
    int delete(
            @Mixin Where where,
            @Parameters(paramLabel = "PERSON", description = "Its id, as 'person list' shows it.") String id) {
        try (var database = where.open()) {
            if (!where.register(database).delete(id)) {
                throw unknown(id);
            }
            out().println("deleted " + id
                    + ": its key is gone, so that no backup of the database can be read for it any more");
        }
        return 0;
    }

    private static String added(PersonRecord record) {
        return Instant.ofEpochSecond(record.createdSeconds()).toString();
    }

    private static BadInputException unknown(String id) {
        return new BadInputException("there is no person '" + id + "'. 'chargeproof person list' shows all.");
    }

    private PrintWriter out() {
        return Objects.requireNonNull(spec).commandLine().getOut();
    }
}

package org.chargeproof.api;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.console.output.TextTable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code chargeproof api-key}: who may use the HTTP API of an oracle. */
@Command(
        name = "api-key",
        header = "Makes, lists and revokes keys of an oracle's HTTP API.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Makes, lists and revokes keys of an oracle's HTTP API. A running oracle notices within two seconds.")
public final class ApiKeyCommand {
    private static final int MOST_DAYS = 3_650;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--data",
            required = true,
            scope = ScopeType.INHERIT,
            paramLabel = "DIR",
            description = "The oracle's --data.")
    private @Nullable Path dataFolder;

    @Command(
            name = "new",
            mixinStandardHelpOptions = true,
            description = "Makes a key and shows it once: what is kept is its hash.")
    int make(
            @Parameters(paramLabel = "NAME", description = "Whose key it is, such as heating.") String name,
            @Option(
                            names = "--role",
                            required = true,
                            paramLabel = "ROLE",
                            description = "driver, operator, meter, auditor or read-only.")
                    String role,
            @Option(names = "--days", paramLabel = "N", description = "It expires after so many days.") @Nullable
                    Integer days) {
        var known = Role.of(role)
                .orElseThrow(() ->
                        new BadInputException("--role is '" + role + "'; it must be one of " + Role.words() + "."));
        if (days != null && (days < 1 || days > MOST_DAYS)) {
            throw new BadInputException("--days is " + days + "; it must be from 1 to " + MOST_DAYS + ".");
        }
        Instant now = Instant.now();
        try {
            var made = keys().make(
                            name,
                            known,
                            days == null ? null : now.plus(Duration.ofDays(days)),
                            now,
                            new SecureRandom());
            out().println(made.text());
            out().println("This is shown once. Send it as: Authorization: Bearer KEY");
            return 0;
        } catch (IllegalArgumentException e) {
            throw new BadInputException(e.getMessage() + ".", e);
        }
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists keys.")
    int list() {
        var table = new TextTable("id", "name", "role", "created", "expires");
        for (var key : keys().all()) {
            table.row(
                    key.id(),
                    key.name(),
                    key.role(),
                    key.created(),
                    key.expires().isEmpty() ? "never" : key.expires());
        }
        table.print(out());
        return 0;
    }

    @Command(name = "revoke", mixinStandardHelpOptions = true, description = "Ends a key.")
    int revoke(
            @Parameters(paramLabel = "KEY", description = "Its id or its name; not the key itself.") String idOrName) {
        if (idOrName.startsWith(ApiKeys.PREFIX)) {
            throw new BadInputException(
                    "that is a key itself, which must not stand in a command: give its id (the 8 digits after cpk_) or its name.");
        }
        try {
            var revoked = keys().revoke(idOrName);
            out().println("revoked " + revoked.id() + " (" + revoked.name() + ")");
            return 0;
        } catch (NoSuchElementException e) {
            throw new BadInputException(e.getMessage() + ".", e);
        }
    }

    private ApiKeys keys() {
        Path folder = Objects.requireNonNull(dataFolder);
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new ApiKeys(folder.resolve(ApiSettings.KEYS_FILE));
    }

    private PrintWriter out() {
        return Objects.requireNonNull(spec).commandLine().getOut();
    }
}

package org.chargeproof.database;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code chargeproof database}: the database of persons. */
@Command(
        name = "database",
        header = "Makes, backs up and brings back the database of persons.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Makes, backs up and brings back the database of persons. An embedded database is used by one process at a"
                        + " time: stop the oracle first. PostgreSQL serves several.")
public final class DatabaseCommand {
    @Spec
    private @Nullable CommandSpec spec;

    /** What all of its commands take. */
    static final class Where {
        @Option(names = "--data", required = true, paramLabel = "DIR", description = "The oracle's --data.")
        private @Nullable Path dataFolder;

        @Mixin
        private DatabaseOptions options = new DatabaseOptions();

        DatabaseConfig config() {
            return options.config(Objects.requireNonNull(dataFolder));
        }
    }

    @Command(
            name = "migrate",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = "Makes the database, or brings it to this program's version, and says what is in it.")
    int migrate(@Mixin Where where) {
        var config = where.config();
        try (var database = PersonDatabase.open(config)) {
            out().println(config.shownUrl() + " is of this program's version and holds "
                    + database.persons().count() + " persons; their keys are in " + config.personKeysFile());
        }
        return 0;
    }

    @Command(
            name = "backup",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description =
                    "Writes all that is in the database into a new file, encrypted as it is. The keys are not in it.")
    int backup(@Mixin Where where, @Parameters(paramLabel = "FILE", description = "The new file.") Path file) {
        var config = where.config();
        try (var database = PersonDatabase.open(config)) {
            long rows = database.backUp(file);
            out().println("wrote " + rows + " rows of " + database.persons().count() + " persons to " + file);
            out().println(
                            "Without " + config.keyFile() + " and " + config.personKeysFile()
                                    + " nobody can read it: keep a copy of the former apart from all backups, and of the latter the newest copy alone.");
        }
        return 0;
    }

    @Command(
            name = "restore",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description =
                    "Brings a backup back into an empty database, of whatever kind. Who was deleted since is not brought back.")
    int restore(@Mixin Where where, @Parameters(paramLabel = "FILE", description = "The backup.") Path file) {
        var config = where.config();
        var restored = PersonDatabase.restore(config, file);
        out().println("brought " + restored.rows() + " rows back into " + config.shownUrl());
        if (restored.forgotten() > 0) {
            out().println(restored.forgotten()
                    + " persons in the backup were deleted since it was made, and are forgotten");
        }
        return 0;
    }

    private PrintWriter out() {
        return Objects.requireNonNull(spec).commandLine().getOut();
    }
}

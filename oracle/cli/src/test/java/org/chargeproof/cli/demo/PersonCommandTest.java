package org.chargeproof.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Persons and their database by command, while no oracle runs. */
class PersonCommandTest {
    private static final Pattern PERSON = Pattern.compile("(?m)^person +([0-9a-f]{32})$");

    @TempDir
    private Path folder;

    private String run(int exitCode, String... arguments) {
        return Commands.run(exitCode, arguments);
    }

    private String add(String name) {
        String said = run(
                0,
                "person",
                "add",
                "--data",
                folder.toString(),
                "--name",
                name,
                "--email",
                "x@example.org",
                "--cap-euro",
                "20");
        var found = PERSON.matcher(said);
        assertThat(found.find()).as(said).isTrue();
        assertThat(said).containsPattern("API key +cpk_[0-9a-f]{8}_").containsPattern("export code +[0-9a-f]{32}");
        return found.group(1);
    }

    @Test
    void addShowBackUpDeleteAndRestore() throws Exception {
        String data = folder.toString();
        assertThat(run(0, "database", "migrate", "--data", data)).contains("holds 0 persons");
        String ada = add("Ada");
        String bob = add("Bob");
        assertThat(run(0, "person", "list", "--data", data)).contains(ada, bob, "Ada", "Bob");
        assertThat(run(0, "person", "show", "--data", data, ada))
                .contains("Ada", "2000 cents in 30 days", "its words were never shown");
        assertThat(run(0, "api-key", "list", "--data", data))
                .contains("person-" + ada)
                .doesNotContain("Ada");
        assertThat(run(2, "person", "show", "--data", data, "x")).contains("there is no person 'x'");
        assertThat(run(2, "person", "add", "--data", data, "--cap-euro", "100001"))
                .contains("100001000000", "the cap");

        String backup = folder.resolve("before.backup").toString();
        assertThat(run(0, "database", "backup", "--data", data, backup))
                .contains("4 rows of 2 persons", "person-keys.json");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(Path.of(backup))))
                .isEqualTo("rw-------");
        assertThat(run(2, "database", "backup", "--data", data, backup)).contains("never overwritten");
        assertThat(run(0, "person", "delete", "--data", data, ada)).contains("deleted " + ada);
        assertThat(run(2, "person", "delete", "--data", data, ada)).contains("there is no person");
        assertThat(run(0, "api-key", "list", "--data", data))
                .doesNotContain(ada)
                .contains(bob);

        assertThat(run(2, "database", "restore", "--data", data, backup)).contains("empty database");
        String other = "jdbc:h2:file:" + folder.resolve("restored");
        assertThat(run(0, "database", "restore", "--data", data, "--database", other, backup))
                .contains("brought 4 rows back", "1 persons in the backup were deleted");
        assertThat(run(0, "person", "list", "--data", data, "--database", other))
                .contains("Bob")
                .doesNotContain("Ada", ada);
    }
}

package org.chargeproof.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.chargeproof.ledger.ContractAbis;
import org.junit.jupiter.api.Test;

/** The table of docs/concepts/who-can-see-what.md has every field that goes on chain, and none that does not. */
class WhoCanSeeWhatTest {
    private static final Pattern ROW = Pattern.compile("\\| `(\\w+)\\.(\\w+)(\\(\\))?` \\| ([^|]*) \\| (\\w|-) \\|");
    private static final Pattern FIELD = Pattern.compile("`(\\w+)`");
    private static final Pattern KIND = Pattern.compile("(?m)^\\| (\\w|-) \\| [^|`]");

    @Test
    void everyFieldOfEveryEventAndTransactionHasALine() throws IOException {
        var written = new HashMap<String, Set<String>>();
        var onChain = new HashMap<String, Set<String>>();
        var kinds = new HashSet<String>();
        String page = Files.readString(ProjectFolder.path().resolve("docs/concepts/who-can-see-what.md"));
        var kind = KIND.matcher(page);
        while (kind.find()) {
            kinds.add(kind.group(1));
        }
        for (String line : page.lines().toList()) {
            var row = ROW.matcher(line);
            if (row.matches()) {
                var field = FIELD.matcher(row.group(4));
                var fields = written.computeIfAbsent(
                        row.group(1) + "." + row.group(2) + Objects.requireNonNullElse(row.group(3), ""),
                        k -> new HashSet<>());
                while (field.find()) {
                    assertThat(fields.add(field.group(1))).as("twice: %s", line).isTrue();
                }
                assertThat(kinds).as(line).contains(row.group(5));
            }
        }
        for (String contract : ContractAbis.names()) {
            for (JsonNode entry : ContractAbis.of(contract)) {
                if (isEvent(entry) || writes(entry)) {
                    var fields = new HashSet<String>();
                    entry.get("inputs")
                            .forEach(i -> fields.add(i.get("name").asText().replaceAll("_$", "")));
                    // of overloaded functions, all fields
                    onChain.computeIfAbsent(
                                    contract + "." + entry.get("name").asText() + (isEvent(entry) ? "" : "()"),
                                    k -> new HashSet<>())
                            .addAll(fields);
                }
            }
        }
        onChain.values().removeIf(Set::isEmpty);

        assertThat(missing(onChain, written))
                .as("on chain, and not in the table: say whether it is personal, whom it leads to, and until when")
                .isEmpty();
        assertThat(missing(written, onChain))
                .as("in the table, and not on chain any more")
                .isEmpty();
    }

    private static List<String> missing(Map<String, Set<String>> from, Map<String, Set<String>> in) {
        var missing = new ArrayList<String>();
        from.forEach((name, fields) -> fields.stream()
                .filter(f -> !in.getOrDefault(name, Set.of()).contains(f))
                .forEach(f -> missing.add(name + " " + f)));
        missing.sort(null);
        return missing;
    }

    private static boolean isEvent(JsonNode entry) {
        return entry.get("type").asText().equals("event");
    }

    private static boolean writes(JsonNode entry) {
        return entry.get("type").asText().equals("function")
                && !Set.of("view", "pure").contains(entry.get("stateMutability").asText());
    }
}

package org.chargeproof.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A process that adds, changes and deletes persons is killed (SIGKILL) at random points, again and again: what it said that it had done is
 * done, and what it was about to do is done or not. 200 points with {@code -Pabuse}.
 */
class KilledTest {
    private static final int KILLS = Boolean.getBoolean("chargeproof.abuse") ? 200 : 3;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource
    void leavesTheOldStateOrTheNewOne(TestDatabase kind) throws Exception {
        var config = kind.in(folder);
        PersonDatabase.open(config).close();
        var random = new Random(KILLS);
        // by id, the words and the number of sessions that are known to be there
        var known = new HashMap<String, Integer>();
        Path output = folder.resolve("output");
        int operations = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            var child = start(Child.class, folder, output, config.url(), String.valueOf(kill));
            while (Files.size(output) == 0) {
                assertThat(child.isAlive()).isTrue();
                Thread.sleep(2);
            }
            Thread.sleep(random.nextInt(400));
            child.destroyForcibly().waitFor();
            var begun = new ArrayList<String[]>();
            for (String line : Files.readAllLines(output, StandardCharsets.US_ASCII)) {
                String[] words = line.split(" ", -1);
                switch (words[0]) {
                    case "begin" -> begun.add(words);
                    case "added" -> known.put(words[1], 0);
                    case "deleted" -> known.remove(words[1]);
                    case "session" -> known.merge(words[1], 1, Integer::sum);
                    default -> {
                        // "ready", or torn
                        continue;
                    }
                }
                operations++;
            }
            requireKept(config, known, begun);
        }
        System.out.println(kind + ": " + KILLS + " kills, " + operations + " lines, nothing half-done");
        assertThat(operations).isPositive();
    }

    private static void requireKept(DatabaseConfig config, Map<String, Integer> known, List<String[]> begun) {
        String[] last = begun.isEmpty() ? new String[] {"", ""} : begun.getLast();
        try (var database = PersonDatabase.open(config)) {
            var there = new HashMap<String, Integer>();
            for (var listed : database.persons().list("", 20_000)) {
                // readable as a whole
                int sessions = database.persons()
                        .with(listed.id(), p -> {
                            assertThat(p.words())
                                    .isEqualTo("words of " + p.record().name());
                            assertThat(p.tokens())
                                    .hasSize(Math.min(
                                            Persons.MOST_TOKENS, p.sessions().size()));
                            return p.sessions().size();
                        })
                        .orElseThrow();
                there.put(listed.id(), sessions);
            }
            var more = new HashSet<>(there.keySet());
            more.removeAll(known.keySet());
            var fewer = new HashSet<>(known.keySet());
            fewer.removeAll(there.keySet());
            assertThat(more.size()).as("persons too many: " + more).isLessThanOrEqualTo(last[1].equals("add") ? 1 : 0);
            assertThat(fewer)
                    .as("persons too few")
                    .isSubsetOf(last.length > 2 && last[1].equals("delete") ? List.of(last[2]) : List.of());
            known.forEach((id, sessions) -> {
                if (there.containsKey(id) && !there.get(id).equals(sessions)) {
                    assertThat(last).contains("session", id);
                    assertThat(there.get(id)).isEqualTo(sessions + 1);
                }
            });
            known.clear();
            known.putAll(there);
        }
    }

    static Process start(Class<?> program, Path folder, Path output, String... arguments) throws IOException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                program.getName(),
                folder.toString()));
        command.addAll(List.of(arguments));
        Files.deleteIfExists(output);
        Files.createFile(output);
        return new ProcessBuilder(command)
                .redirectOutput(output.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** Holds an embedded database open until it is killed. */
    public static final class Holder {
        private Holder() {}

        /** Runs; the argument is a folder. */
        @SuppressWarnings("try") // it is only held
        public static void main(String[] arguments) throws InterruptedException {
            try (var database = PersonDatabase.open(DatabaseConfig.embedded(Path.of(arguments[0])))) {
                System.out.write('r');
                System.out.flush();
                Thread.sleep(60_000);
            }
        }
    }

    /** Changes persons until it is killed, and says what it does. */
    public static final class Child {
        private Child() {}

        /** Runs; arguments are a folder for keys, a database and a seed. */
        public static void main(String[] arguments) {
            var random = new Random(Long.parseLong(arguments[2]));
            // what the library logs is not asked for
            var out = new PrintStream(
                    new java.io.FileOutputStream(java.io.FileDescriptor.out), false, StandardCharsets.US_ASCII);
            try (var database = PersonDatabase.open(TestDatabase.at(arguments[1], Path.of(arguments[0])))) {
                var persons = database.persons();
                say(out, "ready");
                while (true) {
                    var all = persons.list("", 50);
                    String id = all.isEmpty()
                            ? ""
                            : all.get(random.nextInt(all.size())).id();
                    int kind = all.size() < 3 ? 0 : random.nextInt(6);
                    if (kind < 2) {
                        String name = "n" + random.nextInt(1_000_000_000);
                        say(out, "begin add");
                        say(out, "added " + persons.add(TestDatabase.person(name, "key:" + name), "words of " + name));
                    } else if (kind == 2) {
                        say(out, "begin delete " + id);
                        persons.delete(id);
                        say(out, "deleted " + id);
                    } else {
                        say(out, "begin session " + id);
                        persons.with(id, p -> {
                            int number = p.sessions().size();
                            p.put(number, PersonsTest.session(number));
                            if (number < Persons.MOST_TOKENS) {
                                p.add(new TokenRow("DE*ABC", id + number, "RFID"));
                            }
                            return true;
                        });
                        say(out, "session " + id);
                    }
                }
            }
        }

        private static void say(PrintStream out, String line) {
            out.println(line);
            out.flush();
        }
    }
}

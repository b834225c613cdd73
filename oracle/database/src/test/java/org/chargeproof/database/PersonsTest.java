package org.chargeproof.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Everything that is done with persons, on both databases, and held against a model in memory. */
class PersonsTest {
    private static final int SEQUENCES = Boolean.getBoolean("chargeproof.long") ? 1_000 : 250;

    @TempDir
    private Path folder;

    /** What a person should be. */
    private static final class Model {
        private PersonRecord record;
        private final String words;
        private final TreeMap<Integer, SessionRow> sessions = new TreeMap<>();
        private final HashSet<TokenRow> tokens = new HashSet<>();

        private Model(PersonRecord record, String words) {
            this.record = record;
            this.words = words;
        }
    }

    static SessionRow session(int number) {
        return SessionRow.taken("0x" + String.format("%040x", number), number, 9_000, 1_800_000_000, 1_000_000);
    }

    @ParameterizedTest
    @EnumSource
    void givesBackWhatItWasGiven(TestDatabase kind) {
        try (var database = PersonDatabase.open(kind.in(folder))) {
            var persons = database.persons();
            String ada = persons.add(TestDatabase.person("Ada", "key:1"), "one two");
            String bob = persons.add(TestDatabase.person("Bob", "key:2"), "three four");
            assertThat(ada).matches("[0-9a-f]{32}").isNotEqualTo(bob);
            assertThat(persons.find(ada)).contains(TestDatabase.person("Ada", "key:1"));
            assertThat(persons.with(ada, OpenPerson::words)).contains("one two");
            assertThat(persons.byLogin("key:2")).contains(bob);
            assertThat(persons.byLogin("key:3")).isEmpty();
            persons.with(bob, p -> {
                p.put(0, session(0));
                p.put(3, session(3));
                p.put(3, session(3).onLedger(17));
                p.add(new TokenRow("DE*ABC", "04a1", "RFID"));
                return true;
            });
            assertThat(persons.with(bob, p -> p.sessions().get(3)))
                    .contains(session(3).onLedger(17));
            assertThat(persons.with(ada, OpenPerson::sessions).orElseThrow()).isEmpty();
            assertThat(persons.byToken("DE*ABC", "04a1")).contains(bob);
            assertThat(persons.byToken("DE*ABD", "04a1")).isEmpty();
            assertThat(persons.list("", 10)).extracting(Persons.Listed::id).containsExactlyInAnyOrder(ada, bob);
            assertThat(persons.list("", 1)).hasSize(1);
            assertThat(persons.find("0".repeat(32))).isEmpty();
            assertThat(persons.find("' or 1=1 --")).isEmpty();
            assertThat(persons.delete(bob)).isTrue();
            assertThat(persons.delete(bob)).isFalse();
            assertThat(persons.byToken("DE*ABC", "04a1")).isEmpty();
            assertThat(persons.byLogin("key:2")).isEmpty();
            assertThat(persons.with(bob, p -> 1)).isEmpty();
            assertThat(persons.count()).isOne();
        }
    }

    @ParameterizedTest
    @EnumSource
    void nobodyHasWhatSomebodyElseHas(TestDatabase kind) {
        try (var database = PersonDatabase.open(kind.in(folder))) {
            var persons = database.persons();
            persons.add(TestDatabase.person("Ada", "key:1"), "w");
            assertThatThrownBy(() -> persons.add(TestDatabase.person("Eve", "key:1"), "w"))
                    .isInstanceOf(Persons.TakenException.class);
            String bob = persons.add(TestDatabase.person("Bob"), "w");
            assertThatThrownBy(() -> persons.with(bob, p -> {
                        p.put(0, session(0));
                        p.change(p.record().withLogins(List.of("key:1")));
                        return true;
                    }))
                    .isInstanceOf(Persons.TakenException.class)
                    .hasMessageNotContaining("Ada");
            // all of it or nothing
            assertThat(persons.with(bob, p -> p.sessions().size())).contains(0);
            var card = new TokenRow("DE*ABC", "04a1", "RFID");
            persons.with(bob, p -> {
                p.add(card);
                p.add(card);
                return true;
            });
            assertThat(persons.with(bob, p -> p.tokens().size())).contains(1);
            String carol = persons.add(TestDatabase.person("Carol"), "w");
            assertThatThrownBy(() -> persons.with(carol, p -> {
                        p.add(card);
                        return true;
                    }))
                    .isInstanceOf(Persons.TakenException.class);
            assertThat(persons.with(bob, p -> p.remove("DE*ABC", "04a1"))).contains(true);
            persons.with(carol, p -> {
                for (int i = 0; i < Persons.MOST_TOKENS; i++) {
                    p.add(new TokenRow("DE*ABC", "card " + i, "RFID"));
                }
                return true;
            });
            assertThatThrownBy(() -> persons.with(carol, p -> {
                        p.add(card);
                        return true;
                    }))
                    .hasMessageContaining("at most 20 tokens");
            assertThat(persons.count()).isEqualTo(3);
        }
        assertThatThrownBy(() -> TestDatabase.person("x".repeat(201))).hasMessageContaining("201");
        assertThatThrownBy(() -> TestDatabase.person("a\nb")).hasMessageContaining("control character");
        assertThatThrownBy(() -> new TokenRow("DE*ABC", "", "RFID")).hasMessageContaining("1 to 64");
    }

    @ParameterizedTest
    @EnumSource
    void everySequenceEndsWhereTheModelDoes(TestDatabase kind) {
        var config = kind.in(folder);
        var random = new Random(52);
        var model = new TreeMap<String, Model>();
        long operations = 0;
        var database = PersonDatabase.open(config);
        try {
            for (int sequence = 0; sequence < SEQUENCES; sequence++) {
                for (int i = random.nextInt(2); i >= 0; i--) {
                    step(database.persons(), model, random);
                    operations++;
                }
                if (sequence % 250 == 249) {
                    database.close();
                    database = PersonDatabase.open(config);
                    requireEqual(database.persons(), model);
                } else if (!model.isEmpty()) {
                    String any = new ArrayList<>(model.keySet()).get(random.nextInt(model.size()));
                    requireEqual(database.persons(), any, model.get(any));
                }
            }
            assertThat(operations).isGreaterThan(SEQUENCES);
        } finally {
            database.close();
        }
    }

    private static void step(Persons persons, Map<String, Model> model, Random random) {
        int kind = random.nextInt(10);
        if (model.isEmpty() || kind == 0) {
            var record = TestDatabase.person("n" + random.nextInt(), "key:" + random.nextInt());
            String words = "words " + random.nextInt();
            model.put(persons.add(record, words), new Model(record, words));
            return;
        }
        String id = new ArrayList<>(model.keySet()).get(random.nextInt(model.size()));
        var one = model.get(id);
        if (kind == 1) {
            assertThat(persons.delete(id)).isTrue();
            model.remove(id);
        } else if (kind < 4) {
            one.record = one.record.withExport("", random.nextInt(5), random.nextInt(100));
            persons.with(id, p -> {
                p.change(one.record);
                return true;
            });
        } else if (kind < 8) {
            int number = random.nextInt(10);
            var session = session(random.nextInt(1_000)).in(SessionRow.State.SENT);
            one.sessions.put(number, session);
            persons.with(id, p -> {
                p.put(number, session);
                return true;
            });
        } else {
            var token = new TokenRow("DE*" + id.substring(0, 3), "uid " + random.nextInt(5), "RFID");
            persons.with(id, p -> {
                if (one.tokens.remove(token)) {
                    assertThat(p.remove(token.issuer(), token.uid())).isTrue();
                } else if (persons.byToken(token.issuer(), token.uid()).isEmpty()) {
                    p.add(token);
                    one.tokens.add(token);
                }
                return true;
            });
        }
    }

    private static void requireEqual(Persons persons, Map<String, Model> model) {
        assertThat(persons.list("", 10_000)).extracting(Persons.Listed::id).containsExactlyElementsOf(model.keySet());
        model.forEach((id, one) -> requireEqual(persons, id, one));
    }

    private static void requireEqual(Persons persons, String id, Model one) {
        boolean isThere = persons.with(id, p -> {
                    assertThat(p.record()).isEqualTo(one.record);
                    assertThat(p.words()).isEqualTo(one.words);
                    assertThat(p.sessions()).isEqualTo(one.sessions);
                    assertThat(new HashSet<>(p.tokens().values())).isEqualTo(one.tokens);
                    return true;
                })
                .orElse(false);
        assertThat(isThere).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void severalThreadsTakeDifferentNumbers(TestDatabase kind) throws Exception {
        try (var database = PersonDatabase.open(kind.in(folder));
                var threads = Executors.newFixedThreadPool(6)) {
            var persons = database.persons();
            String ada = persons.add(TestDatabase.person("Ada"), "w");
            var taking = new ArrayList<Callable<Integer>>();
            for (int i = 0; i < 60; i++) {
                taking.add(() -> persons.with(ada, p -> {
                            int next = p.sessions().isEmpty() ? 0 : p.sessions().lastKey() + 1;
                            p.put(next, session(next));
                            return next;
                        })
                        .orElseThrow());
            }
            var taken = new HashSet<Integer>();
            for (var future : threads.invokeAll(taking)) {
                taken.add(future.get());
            }
            assertThat(taken).hasSize(60);
        }
    }
}

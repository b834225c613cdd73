package org.chargeproof.database;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Persons, their wallets, sessions and tokens. A person is there when there are both a row and a key; taking the key away is what deletes, and
 * the rows follow. So whoever dies in between leaves a person that is there or one that is not. What needs the database fails with a {@link
 * DatabaseAwayException} while that does not answer.
 */
public final class Persons {
    /** Of one database. */
    public static final int MOST_PERSONS = 20_000;
    /** Of one person. */
    public static final int MOST_SESSIONS = 10_000;
    /** Of one person. */
    public static final int MOST_TOKENS = 20;

    private static final int ID_BYTES = 16;
    private static final Pattern ID = Pattern.compile("[0-9a-f]{" + 2 * ID_BYTES + "}");
    /** Lengths of names and words are nobody's business either. */
    private static final int PADDED_BYTES = 256;

    private static final Logger LOG = LoggerFactory.getLogger(Persons.class);
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .build();

    private final DatabaseAccess database;
    private final PersonKeys keys;
    private volatile Found found = new Found(-1, Map.of(), Map.of());

    /**
     * A person in a list.
     *
     * @param id 32 hex digits, by chance
     */
    public record Listed(String id, PersonRecord record) {}

    /** What persons are found by, as of a revision: in memory alone, as a hash of a card's number would be guessed. */
    private record Found(long revision, Map<String, String> byLogin, Map<String, String> byToken) {}

    /** An encrypted record and where it stands. */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    private record Row(String person, int number, byte[] record) {}

    /** Somebody has that already; the message is for people. */
    public static final class TakenException extends RuntimeException {
        private static final long serialVersionUID = 1;

        TakenException(String message) {
            super(message);
        }
    }

    Persons(DatabaseAccess database, PersonKeys keys) {
        this.database = database;
        this.keys = keys;
    }

    /**
     * Adds a person.
     *
     * @param words of the wallet, which nobody gets to see but by {@link OpenPerson#words}
     * @return the person's id: 128 random bits in hex
     * @throws TakenException when there are too many, or somebody has one of the logins
     */
    public String add(PersonRecord record, String words) {
        var random = new byte[ID_BYTES];
        RANDOM.nextBytes(random);
        String id = HexFormat.of().formatHex(random);
        byte[] key = keys.add(id);
        try {
            database.changeAll(h -> {
                touch(h);
                int count = h.createQuery("select count(*) from persons")
                        .mapTo(Integer.class)
                        .one();
                if (count >= MOST_PERSONS) {
                    throw new TakenException(
                            "there are " + count + " persons, which is the limit. Delete those who left");
                }
                requireFree(h, id, record);
                h.execute(
                        "insert into persons (person, record) values (?, ?)", id, seal(key, "persons", id, 0, record));
                h.execute("insert into wallets (person, record) values (?, ?)", id, seal(key, "wallets", id, 0, words));
            });
            return id;
        } catch (RuntimeException | Error e) {
            keys.remove(id);
            throw e;
        }
    }

    /** What is known of a person; empty when there is none of this id. */
    public Optional<PersonRecord> find(String id) {
        byte[] key = key(id);
        return key == null ? Optional.empty() : database.read(h -> Optional.ofNullable(record(h, key, id)));
    }

    /**
     * Persons by id.
     *
     * @param afterId with ids after this one; empty for the first
     * @param count at most so many
     */
    public List<Listed> list(String afterId, int count) {
        return database.read(h -> {
            var list = new ArrayList<Listed>();
            for (String id : h.createQuery("select person from persons where person > ? order by person")
                    .bind(0, afterId)
                    .setMaxRows(count)
                    .mapTo(String.class)
                    .list()) {
                byte[] key = keys.of(id);
                var record = key == null ? null : record(h, key, id);
                if (record != null) {
                    list.add(new Listed(id, record));
                }
            }
            return list;
        });
    }

    /**
     * Deletes a person with all that belongs to it, in this database and in all backups of it. While the database is away, its rows stay, which
     * nobody can read, until it is back.
     *
     * @return whether there was one
     */
    public boolean delete(String id) {
        if (!ID.matcher(id).matches() || !keys.remove(id)) {
            return false;
        }
        try {
            forget(id);
        } catch (DatabaseAwayException e) {
            LOG.info("the rows of person {} go when the database is back: nobody can read them any more", id);
        }
        return true;
    }

    /** Who has a login; empty for nobody. */
    public Optional<String> byLogin(String login) {
        return Optional.ofNullable(found().byLogin().get(login)).filter(id -> keys.of(id) != null);
    }

    /** Whose token it is; empty for nobody's. */
    public Optional<String> byToken(String issuer, String uid) {
        return Optional.ofNullable(found().byToken().get(new TokenRow(issuer, uid, "-").key()))
                .filter(id -> keys.of(id) != null);
    }

    /**
     * Reads and changes what belongs to one person, all of it or nothing; others wait.
     *
     * @return empty when there is no such person
     */
    public <T> Optional<T> with(String id, Function<OpenPerson, T> work) {
        byte[] key = key(id);
        if (key == null) {
            return Optional.empty();
        }
        return database.change(h -> {
            boolean isThere = h.createQuery("select person from persons where person = ? for update")
                    .bind(0, id)
                    .mapTo(String.class)
                    .findFirst()
                    .isPresent();
            // looked at again behind the lock: it may have been taken away meanwhile
            return isThere && keys.of(id) != null
                    ? Optional.of(work.apply(new OpenPerson(this, h, key, id)))
                    : Optional.empty();
        });
    }

    /** How many there are. */
    public int count() {
        return database.read(h -> h.createQuery("select count(*) from persons")
                .mapTo(Integer.class)
                .one());
    }

    /** Removes the rows of those who have no key: they are what nobody can read. @return how many persons' */
    int forgetWhoHasNoKey() {
        // rows before keys: who is added meanwhile has the key first
        List<String> there = database.read(h ->
                h.createQuery("select person from persons").mapTo(String.class).list());
        var known = keys.persons();
        int forgotten = 0;
        for (String id : there) {
            if (!known.contains(id)) {
                forget(id);
                forgotten++;
            }
        }
        return forgotten;
    }

    private void forget(String id) {
        database.changeAll(h -> {
            h.createQuery("select person from persons where person = ? for update")
                    .bind(0, id)
                    .mapTo(String.class)
                    .findFirst();
            for (String table : List.of("tokens", "sessions", "wallets", "persons")) {
                h.execute("delete from " + table + " where person = ?", id);
            }
            touch(h);
        });
    }

    private byte @Nullable [] key(String id) {
        return ID.matcher(id).matches() ? keys.of(id) : null;
    }

    /** Holds all other changes of persons and tokens up until this one is done. */
    static void touch(Handle h) {
        h.execute("update changes set revision = revision + 1");
    }

    void requireFree(Handle h, String id, PersonRecord record) {
        var now = look(h);
        for (String login : record.logins()) {
            String other = now.byLogin().get(login);
            if (other != null && !other.equals(id)) {
                // not whose: that would tell who is known here
                throw new TakenException("somebody has this login already. Take it from them first");
            }
        }
    }

    void requireFree(Handle h, String id, TokenRow token) {
        String other = look(h).byToken().get(token.key());
        if (other != null && !other.equals(id)) {
            throw new TakenException("somebody has this token already. Take it from them first");
        }
    }

    private Found found() {
        return database.read(h -> {
            long revision = h.createQuery("select revision from changes")
                    .mapTo(Long.class)
                    .one();
            var now = found;
            if (now.revision() != revision) {
                // one that began earlier is of a later state, or is looked for again
                now = look(h);
                found = now;
            }
            return now;
        });
    }

    private Found look(Handle h) {
        long revision =
                h.createQuery("select revision from changes").mapTo(Long.class).one();
        var byLogin = new HashMap<String, String>();
        var byToken = new HashMap<String, String>();
        for (Row row : rows(h.createQuery("select person, 0 as number, record from persons"))) {
            byte[] key = keys.of(row.person());
            if (key != null) {
                open(key, "persons", row.person(), 0, row.record(), PersonRecord.class)
                        .logins()
                        .forEach(login -> byLogin.put(login, row.person()));
            }
        }
        for (Row row : rows(h.createQuery("select person, number, record from tokens"))) {
            byte[] key = keys.of(row.person());
            if (key != null) {
                byToken.put(
                        open(key, "tokens", row.person(), row.number(), row.record(), TokenRow.class)
                                .key(),
                        row.person());
            }
        }
        return new Found(revision, byLogin, byToken);
    }

    static @Nullable PersonRecord record(Handle h, byte[] key, String id) {
        return one(h, "persons", id)
                .map(bytes -> open(key, "persons", id, 0, bytes, PersonRecord.class))
                .orElse(null);
    }

    static Optional<byte[]> one(Handle h, String table, String id) {
        return h.createQuery("select record from " + table + " where person = ?")
                .bind(0, id)
                .mapTo(byte[].class)
                .findFirst();
    }

    static <T> SortedMap<Integer, T> all(Handle h, byte[] key, String table, String id, Class<T> type) {
        var all = new TreeMap<Integer, T>();
        for (Row row : rows(h.createQuery("select person, number, record from " + table + " where person = ?")
                .bind(0, id))) {
            all.put(row.number(), open(key, table, id, row.number(), row.record(), type));
        }
        return all;
    }

    static byte[] seal(byte[] key, String table, String id, int number, Object value) {
        try {
            byte[] json = JSON.writeValueAsBytes(value);
            // JSON may end in spaces
            byte[] padded = Arrays.copyOf(json, Math.ceilDiv(json.length, PADDED_BYTES) * PADDED_BYTES);
            Arrays.fill(padded, json.length, padded.length, (byte) ' ');
            return Sealing.seal(key, place(table, id, number), padded);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    static <T> T open(byte[] key, String table, String id, int number, byte[] sealed, Class<T> type) {
        byte[] plain = Sealing.open(key, place(table, id, number), sealed);
        if (plain == null) {
            throw new IllegalStateException("row " + number + " of person " + id + " in " + table
                    + " does not open with the person's key: the database was changed by somebody else");
        }
        try {
            return JSON.readValue(plain, type);
        } catch (IOException e) {
            // without the cause, which would quote it
            throw new IllegalStateException(
                    "row " + number + " of person " + id + " in " + table + " is of another version of this program");
        }
    }

    private static String place(String table, String id, int number) {
        return table + " " + id + " " + number;
    }

    private static List<Row> rows(Query query) {
        return query.map((row, context) -> new Row(row.getString(1), row.getInt(2), row.getBytes(3)))
                .list();
    }
}

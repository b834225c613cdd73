package org.chargeproof.database;

import java.util.Objects;
import java.util.SortedMap;
import org.jdbi.v3.core.Handle;

/** What belongs to one person, within one transaction of the database: see {@link Persons#with}. Not to be kept. */
public final class OpenPerson {
    private final Persons persons;
    private final Handle handle;
    private final byte[] key;
    private final String id;

    OpenPerson(Persons persons, Handle handle, byte[] key, String id) {
        this.persons = persons;
        this.handle = handle;
        this.key = key;
        this.id = id;
    }

    /** Who it is. */
    public PersonRecord record() {
        return Objects.requireNonNull(Persons.record(handle, key, id));
    }

    /** Changes who it is. @throws Persons.TakenException when somebody else has one of the logins */
    public void change(PersonRecord record) {
        // what is looked for in all others takes time
        if (!record.logins().equals(record().logins())) {
            Persons.touch(handle);
            persons.requireFree(handle, id, record);
        }
        handle.execute(
                "update persons set record = ? where person = ?", Persons.seal(key, "persons", id, 0, record), id);
    }

    /** The 12 words of the wallet. Who has them has its accounts. */
    public String words() {
        byte[] sealed = Persons.one(handle, "wallets", id).orElseThrow();
        return Persons.open(key, "wallets", id, 0, sealed, String.class);
    }

    /** All sessions, by the number of their account in the wallet. */
    public SortedMap<Integer, SessionRow> sessions() {
        return Persons.all(handle, key, "sessions", id, SessionRow.class);
    }

    /** Adds a session, or changes it. @throws Persons.TakenException when there are too many */
    public void put(int number, SessionRow session) {
        byte[] sealed = Persons.seal(key, "sessions", id, number, session);
        int changed =
                handle.execute("update sessions set record = ? where person = ? and number = ?", sealed, id, number);
        if (changed == 0) {
            requireRoom("sessions", Persons.MOST_SESSIONS);
            handle.execute("insert into sessions (person, number, record) values (?, ?, ?)", id, number, sealed);
        }
    }

    /** All tokens, by their place. */
    public SortedMap<Integer, TokenRow> tokens() {
        return Persons.all(handle, key, "tokens", id, TokenRow.class);
    }

    /** Adds a token. @throws Persons.TakenException when somebody has it, or there are too many */
    public void add(TokenRow token) {
        Persons.touch(handle);
        persons.requireFree(handle, id, token);
        requireRoom("tokens", Persons.MOST_TOKENS);
        var all = tokens();
        if (all.values().stream().anyMatch(other -> other.key().equals(token.key()))) {
            return;
        }
        int number = all.isEmpty() ? 0 : all.lastKey() + 1;
        handle.execute(
                "insert into tokens (person, number, record) values (?, ?, ?)",
                id,
                number,
                Persons.seal(key, "tokens", id, number, token));
    }

    /** Takes a token away. @return whether the person had it */
    public boolean remove(String issuer, String uid) {
        Persons.touch(handle);
        var wanted = new TokenRow(issuer, uid, "-");
        boolean removed = false;
        for (var token : tokens().entrySet()) {
            if (token.getValue().key().equals(wanted.key())) {
                handle.execute("delete from tokens where person = ? and number = ?", id, token.getKey());
                removed = true;
            }
        }
        return removed;
    }

    private void requireRoom(String table, int most) {
        int count = handle.createQuery("select count(*) from " + table + " where person = ?")
                .bind(0, id)
                .mapTo(Integer.class)
                .one();
        if (count >= most) {
            throw new Persons.TakenException("a person has at most " + most + " " + table);
        }
    }
}

package org.chargeproof.oracle.roaming;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.chargeproof.oracle.store.LocalDatabase;

/** Which partner is which provider on the ledger, and what it was told. */
final class RoamingStore implements AutoCloseable {
    private final LocalDatabase database;

    private RoamingStore(LocalDatabase database) {
        this.database = database;
        database.change("create table if not exists providers (partner varchar primary key, provider int)");
        database.change(
                "create table if not exists told (partner varchar, session int, primary key (partner, session))");
        database.change(
                "create table if not exists ends (partner varchar, session int, kwh varchar, primary key (partner, session))");
    }

    static RoamingStore open(Path folder) {
        return new RoamingStore(LocalDatabase.open("providers", folder.resolve("providers")));
    }

    /** The provider on the ledger; 0 for a partner that is none. */
    int provider(String partner) {
        return database.read("select provider from providers where partner = ?", row -> row.getInt(1), partner).stream()
                .findFirst()
                .orElse(0);
    }

    void putProvider(String partner, int provider) {
        database.change("merge into providers values (?, ?)", partner, provider);
    }

    /** Sessions whose bill a partner was told. */
    Set<Integer> told(String partner) {
        return new TreeSet<>(
                database.read("select session from told where partner = ?", row -> row.getInt(1), partner));
    }

    void putTold(String partner, int session) {
        database.change("merge into told values (?, ?)", partner, session);
    }

    /** Sessions whose end a partner was told, and the energy in kWh that it was told then. */
    Map<Integer, String> ends(String partner) {
        var ends = new HashMap<Integer, String>();
        database.read(
                "select session, kwh from ends where partner = ?",
                row -> ends.put(row.getInt(1), Objects.requireNonNull(row.getString(2))),
                partner);
        return ends;
    }

    void putEnd(String partner, int session, String kwh) {
        database.change("merge into ends values (?, ?, ?)", partner, session, kwh);
    }

    /** Forgets what was told of sessions that nobody asks for any more. */
    void forgetToldBefore(int session) {
        database.change("delete from told where session < ?", session);
        database.change("delete from ends where session < ?", session);
    }

    void forget(String partner) {
        database.change("delete from providers where partner = ?", partner);
        database.change("delete from told where partner = ?", partner);
        database.change("delete from ends where partner = ?", partner);
    }

    @Override
    public void close() {
        database.close();
    }
}

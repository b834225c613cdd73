package org.chargeproof.oracle.ocpi;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.chargeproof.ocpi.http.PartyId;
import org.chargeproof.ocpi.json.OcpiJson;
import org.chargeproof.ocpi.model.Session;
import org.chargeproof.oracle.store.LocalDatabase;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What partners have told, kept through a restart: their sessions, and who tells of which charge point. A partner that has told something once
 * tells changes of it alone, and nobody may take its charge points over while the oracle starts. Safe for use by several threads.
 */
final class DoorStore implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DoorStore.class);

    private final LocalDatabase database;

    /** A session, and whose. */
    record Kept(String key, String partner, PartyId operator, int chargePoint, Session session) {}

    private DoorStore(LocalDatabase database) {
        this.database = database;
        database.change("create table if not exists sessions (id varchar primary key, partner varchar, country varchar,"
                + " party varchar, charge_point int, content varchar)");
        database.change("create table if not exists holders (charge_point int primary key, partner varchar)");
    }

    /**
     * Opens it.
     *
     * @throws org.chargeproof.ledger.LedgerException when another oracle is using the folder
     */
    static DoorStore open(Path folder) {
        return new DoorStore(LocalDatabase.open("what partners tell by OCPI", folder.resolve("told")));
    }

    /** One that forgets when it is closed. */
    static DoorStore inMemory() {
        return new DoorStore(LocalDatabase.inMemory());
    }

    /** All sessions; one that cannot be read any more is left out, and told again by its partner. */
    List<Kept> sessions() {
        return database.read("select * from sessions", DoorStore::kept).stream()
                .flatMap(Optional::stream)
                .toList();
    }

    private static Optional<Kept> kept(ResultSet row) throws SQLException {
        try {
            byte[] content = row.getString(6).getBytes(StandardCharsets.UTF_8);
            return Optional.of(new Kept(
                    row.getString(1),
                    row.getString(2),
                    new PartyId(row.getString(3), row.getString(4)),
                    row.getInt(5),
                    OcpiJson.read(OcpiJson.parse(content), Session.class)));
        } catch (RuntimeException e) {
            LOG.warn("the session {} that was kept cannot be read: {}", row.getString(1), e.getMessage());
            return Optional.empty();
        }
    }

    void put(Kept kept) {
        database.change(
                "merge into sessions values (?, ?, ?, ?, ?, ?)",
                kept.key(),
                kept.partner(),
                kept.operator().countryCode(),
                kept.operator().partyId(),
                kept.chargePoint(),
                new String(OcpiJson.bytes(OcpiJson.tree(kept.session())), StandardCharsets.UTF_8));
    }

    void remove(String key) {
        database.change("delete from sessions where id = ?", key);
    }

    /** Those of others at a charge point that a partner has taken over. */
    void removeOfOthers(int chargePoint, String partner) {
        database.change("delete from sessions where charge_point = ? and partner <> ?", chargePoint, partner);
    }

    /** Who tells of which charge point. */
    Map<Integer, String> holders() {
        var holders = new HashMap<Integer, String>();
        database.read(
                "select * from holders", row -> holders.put(row.getInt(1), Objects.requireNonNull(row.getString(2))));
        return holders;
    }

    void putHolder(int chargePoint, String partner) {
        database.change("merge into holders values (?, ?)", chargePoint, partner);
    }

    /** Forgets which charge points a partner has. */
    void removeHolder(String partner) {
        database.change("delete from holders where partner = ?", partner);
    }

    /** Forgets the sessions of a partner. */
    void removeSessions(String partner) {
        database.change("delete from sessions where partner = ?", partner);
    }

    @Override
    public void close() {
        database.close();
    }
}

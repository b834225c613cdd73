package org.chargeproof.oracle;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.ledger.LedgerException;
import org.chargeproof.protocol.ledger.RawLog;
import org.chargeproof.protocol.time.BlockHeader;

/**
 * What an oracle keeps on disk: the logs read so far with the block up to which they are complete, and the outbox. A transaction of
 * the database has both or neither; what was committed survives the death of the process.
 */
final class OracleStore implements AutoCloseable {
    private static final int TOPIC_DIGITS = 64;

    private final Connection connection;

    /** State of a transaction in the outbox. */
    enum TransactionState {
        SIGNED,
        MINED,
        FAILED
    }

    /** A transaction in the outbox; the key says what it is for. */
    record OutboxEntry(String key, long nonce, String hash, String raw, TransactionState state, long sentAtBlock) {}

    /**
     * A charge point's register.
     *
     * @param session the newest that it was told of
     * @param startedSeconds when that began, unix seconds
     * @param baseWh the register before it
     * @param energyWh what it has told since
     * @param raisedTimestep the timestep with whose report it rose last
     */
    record Register(String session, long startedSeconds, long baseWh, long energyWh, int raisedTimestep) {
        long registerWh() {
            return baseWh + energyWh;
        }
    }

    private OracleStore(Connection connection) {
        this.connection = connection;
    }

    /**
     * Opens or creates the store of a network.
     *
     * @param network chain id and contract, so that a folder is never used for another network
     * @throws LedgerException when the folder belongs to another network, or to a running oracle
     */
    static OracleStore open(Path folder, String network) {
        try {
            Files.createDirectories(folder);
            // committed means written: an outbox that forgets would send twice
            var connection = DriverManager.getConnection("jdbc:h2:file:"
                    + folder.toAbsolutePath().resolve("oracle") + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE");
            connection.setAutoCommit(false);
            var store = new OracleStore(connection);
            store.createTables();
            store.requireNetwork(folder, network);
            return store;
        } catch (SQLException e) {
            throw new LedgerException(
                    "cannot open the data folder " + folder + ": " + e.getMessage()
                            + ". Maybe another oracle is using it.",
                    e);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot create the data folder " + folder, e);
        }
    }

    /** The block up to which all logs are here; empty at first. */
    Optional<BlockHeader> cursor() {
        return query(
                        "select number, hash, time from cursor",
                        r -> new BlockHeader(r.getLong(1), Bytes32.fromHexString(r.getString(2)), r.getLong(3)))
                .stream()
                .findFirst();
    }

    /** Adds logs and moves the cursor, both or neither. */
    void append(List<RawLog> logs, BlockHeader cursor) {
        try (var insert = connection.prepareStatement("merge into logs values (?, ?, ?, ?, ?)")) {
            for (RawLog log : logs) {
                insert.setLong(1, log.block());
                insert.setInt(2, log.logIndex());
                insert.setBytes(3, log.address().toArrayUnsafe());
                insert.setBytes(
                        4, Bytes.concatenate(log.topics().toArray(Bytes[]::new)).toArrayUnsafe());
                insert.setBytes(5, log.data().toArrayUnsafe());
                insert.addBatch();
            }
            insert.executeBatch();
            update("delete from cursor");
            update(
                    "insert into cursor values (?, ?, ?)",
                    cursor.number(),
                    cursor.hash().toHexString(),
                    cursor.timestampSeconds());
            connection.commit();
        } catch (SQLException e) {
            throw rolledBack(e);
        }
    }

    /** Hands over the logs of a range of blocks, in the order of the ledger. */
    void logs(long fromBlock, long toBlock, Consumer<RawLog> consumer) {
        try (var select = connection.prepareStatement(
                "select * from logs where block between ? and ? order by block, log_index")) {
            select.setLong(1, fromBlock);
            select.setLong(2, toBlock);
            try (ResultSet r = select.executeQuery()) {
                while (r.next()) {
                    consumer.accept(new RawLog(
                            r.getLong(1),
                            r.getInt(2),
                            Bytes.wrap(r.getBytes(3)),
                            topics(r.getBytes(4)),
                            Bytes.wrap(r.getBytes(5))));
                }
            }
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /**
     * Keeps a signed transaction, through a power cut too; it replaces a failed one for the same purpose.
     *
     * @param account whose it is
     */
    void putOutbox(String account, OutboxEntry entry) {
        try {
            update(
                    "merge into outbox (purpose, nonce, hash, raw, state, sent_at_block, account) key (purpose)"
                            + " values (?, ?, ?, ?, ?, ?, ?)",
                    entry.key(),
                    entry.nonce(),
                    entry.hash(),
                    entry.raw(),
                    entry.state().name(),
                    entry.sentAtBlock(),
                    account);
            connection.commit();
            update("checkpoint sync");
        } catch (SQLException e) {
            throw rolledBack(e);
        }
    }

    Optional<OutboxEntry> outbox(String key) {
        return query("select * from outbox where purpose = ?", OracleStore::outboxEntry, key).stream()
                .findFirst();
    }

    /** Transactions of an account of which nothing is known yet but that they were signed, by nonce. */
    List<OutboxEntry> openOutbox(String account) {
        return query(
                "select * from outbox where state = 'SIGNED' and account = ? order by nonce",
                OracleStore::outboxEntry,
                account);
    }

    /** How a charge point's register follows from what its newest session has told; empty before the first. */
    Optional<Register> register(int chargePoint) {
        return query(
                        "select session, started_seconds, base_wh, energy_wh, raised_timestep from registers where charge_point = ?",
                        r -> new Register(r.getString(1), r.getLong(2), r.getLong(3), r.getLong(4), r.getInt(5)),
                        chargePoint)
                .stream()
                .findFirst();
    }

    /** Keeps it. */
    void putRegister(int chargePoint, Register register) {
        try {
            update(
                    "merge into registers key (charge_point) values (?, ?, ?, ?, ?, ?)",
                    chargePoint,
                    register.session(),
                    register.startedSeconds(),
                    register.baseWh(),
                    register.energyWh(),
                    register.raisedTimestep());
            connection.commit();
        } catch (SQLException e) {
            throw rolledBack(e);
        }
    }

    /** What was signed before a store knew of several accounts is the oracle's. */
    void ownOutbox(String account) {
        try {
            update("update outbox set account = ? where account = ''", account);
            connection.commit();
        } catch (SQLException e) {
            throw rolledBack(e);
        }
    }

    /** Forgets transactions that are done with, and so old that nothing asks for them any more. */
    void forgetOutboxBefore(long block) {
        try {
            update("delete from outbox where state <> 'SIGNED' and sent_at_block < ?", block);
            connection.commit();
        } catch (SQLException e) {
            throw rolledBack(e);
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    private void createTables() throws SQLException {
        update("create table if not exists network (id varchar primary key)");
        update("create table if not exists cursor (number bigint, hash varchar, time bigint)");
        update(
                "create table if not exists logs (block bigint, log_index int, address varbinary, topics varbinary, data varbinary,"
                        + " primary key (block, log_index))");
        update(
                "create table if not exists outbox (purpose varchar primary key, nonce bigint, hash varchar, raw varchar,"
                        + " state varchar, sent_at_block bigint)");
        update("alter table outbox add column if not exists account varchar default ''");
        update("create table if not exists registers (charge_point int primary key, session varchar,"
                + " started_seconds bigint, base_wh bigint, energy_wh bigint, raised_timestep int)");
        connection.commit();
    }

    private void requireNetwork(Path folder, String network) throws SQLException {
        var known = query("select id from network", r -> r.getString(1));
        if (known.isEmpty()) {
            update("insert into network values (?)", network);
            connection.commit();
        } else if (!known.getFirst().equals(network)) {
            close();
            throw new LedgerException("the data folder " + folder + " belongs to " + known.getFirst() + ", not to "
                    + network + ". Give another folder with --data.");
        }
    }

    private static OutboxEntry outboxEntry(ResultSet r) throws SQLException {
        return new OutboxEntry(
                r.getString(1),
                r.getLong(2),
                r.getString(3),
                r.getString(4),
                TransactionState.valueOf(r.getString(5)),
                r.getLong(6));
    }

    private static List<Bytes32> topics(byte[] bytes) {
        var topics = new ArrayList<Bytes32>();
        String hex = Bytes.wrap(bytes).toUnprefixedHexString();
        for (int i = 0; i < hex.length(); i += TOPIC_DIGITS) {
            topics.add(Bytes32.fromHexString(hex.substring(i, i + TOPIC_DIGITS)));
        }
        return topics;
    }

    private interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }

    private <T> List<T> query(String sql, RowReader<T> reader, Object... values) {
        try (PreparedStatement select = prepare(sql, values);
                ResultSet rows = select.executeQuery()) {
            var result = new ArrayList<T>();
            while (rows.next()) {
                result.add(reader.read(rows));
            }
            return result;
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    private void update(String sql, Object... values) throws SQLException {
        try (PreparedStatement statement = prepare(sql, values)) {
            statement.executeUpdate();
        }
    }

    private PreparedStatement prepare(String sql, Object... values) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
        return statement;
    }

    /** What was done halfway must not be committed with the next thing. */
    private LedgerException rolledBack(SQLException e) {
        try {
            connection.rollback();
        } catch (SQLException rollback) {
            e.addSuppressed(rollback);
        }
        return failed(e);
    }

    private static LedgerException failed(SQLException e) {
        return new LedgerException("the oracle's database failed: " + e.getMessage(), e);
    }
}

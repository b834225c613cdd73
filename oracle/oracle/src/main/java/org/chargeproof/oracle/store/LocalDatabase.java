package org.chargeproof.oracle.store;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.chargeproof.ledger.LedgerException;

/** A small database in a file of its own, for one process. Each change is in the file when its call returns. Safe for use by several threads. */
public final class LocalDatabase implements AutoCloseable {
    private final String what;
    private final Connection connection;

    /** Reads a row. */
    public interface RowReader<T> {
        /** What the row says. */
        T read(ResultSet row) throws SQLException;
    }

    private LocalDatabase(String what, String url) {
        this.what = what;
        try {
            this.connection = DriverManager.getConnection(url);
        } catch (SQLException e) {
            throw new LedgerException(
                    "cannot open what is kept of " + what + ": " + e.getMessage()
                            + ". Maybe another oracle is using the data folder.",
                    e);
        }
    }

    /**
     * Opens it, or makes it.
     *
     * @param what it keeps, for errors
     * @param file without the suffix of its format; its folder must be there
     * @throws LedgerException when another process is using it
     */
    public static LocalDatabase open(String what, Path file) {
        return new LocalDatabase(
                what, "jdbc:h2:file:" + file.toAbsolutePath() + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE");
    }

    /** One that forgets when it is closed. */
    public static LocalDatabase inMemory() {
        return new LocalDatabase("nothing", "jdbc:h2:mem:");
    }

    /** Runs a statement that changes something. */
    public synchronized void change(String sql, Object... values) {
        try (PreparedStatement statement = prepare(sql, values)) {
            statement.executeUpdate();
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /** Reads rows. */
    public synchronized <T> List<T> read(String sql, RowReader<T> reader, Object... values) {
        try (PreparedStatement select = prepare(sql, values);
                ResultSet rows = select.executeQuery()) {
            var all = new ArrayList<T>();
            while (rows.next()) {
                all.add(reader.read(rows));
            }
            return all;
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public synchronized void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    private PreparedStatement prepare(String sql, Object... values) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
        return statement;
    }

    private LedgerException failed(SQLException e) {
        return new LedgerException("what is kept of " + what + " cannot be read or written: " + e.getMessage(), e);
    }
}

package org.chargeproof.payment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.payment.journal.Journal;
import org.web3j.crypto.Hash;

/** What payer and payee keep in their journals, and when a journal is written anew. */
final class VoucherLog implements AutoCloseable {
    /** A journal is written anew when it has grown by this, and by as much as it needs. */
    static final long COMPACTION_BYTES = 16L << 20;

    private static final byte CHANNEL = 1;
    private static final byte VOUCHER = 2;
    private static final byte FORGET = 3;
    private static final byte FORGOTTEN = 4;
    private static final byte NEWEST = 5;
    private static final byte REMOVE = 6;
    private static final byte CLOSING = 7;
    private static final int ADDRESS_BYTES = 20;

    private final Journal journal;
    private final long compactionBytes;
    private volatile long compactedBytes;

    /** What a journal says. */
    sealed interface Entry {
        /** A channel, as it was read from the contract. */
        record ChannelRead(Channel channel) implements Entry {}

        /** A voucher that was signed or accepted. */
        record VoucherKept(SignedVoucher voucher) implements Entry {}

        /** The newest voucher of a channel, whose lane may be forgotten. */
        record NewestKept(SignedVoucher voucher) implements Entry {}

        /** A session is forgotten. */
        record LaneForgotten(Bytes32 channel, Bytes32 lane) implements Entry {}

        /** What forgotten sessions of a channel were paid. */
        record ForgottenKept(Bytes32 channel, long microEuro) implements Entry {}

        /** A channel is closed and forgotten. */
        record ChannelRemoved(Bytes32 channel) implements Entry {}

        /** The payee signs that a channel closes, and takes no voucher while that counts. */
        record ClosingAgreed(JointClosing closing) implements Entry {}
    }

    private VoucherLog(Journal journal, long compactionBytes) {
        this.journal = journal;
        this.compactionBytes = compactionBytes;
        this.compactedBytes = journal.bytes();
    }

    /**
     * Opens a journal.
     *
     * @param side "payer" or "payee"
     * @param reader is handed all that it says, in order
     * @param compactionBytes it is written anew when it has grown by so much
     */
    static VoucherLog open(
            Path folder, VoucherDomain domain, String side, Consumer<Entry> reader, long compactionBytes) {
        byte[] identity = Hash.sha3(ByteBuffer.allocate(Bytes32.SIZE + side.length())
                .put(domain.separator().toArrayUnsafe())
                .put(side.getBytes(StandardCharsets.US_ASCII))
                .array());
        try {
            return new VoucherLog(
                    Journal.open(folder, identity, "vouchers of a " + side, record -> reader.accept(decode(record))),
                    compactionBytes);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot use the folder " + folder + " for vouchers: " + e.getMessage(), e);
        }
    }

    void append(Entry entry) {
        try {
            journal.append(encode(entry));
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    /** Returns when all that was appended before is on disk. */
    void commit() {
        try {
            journal.commit();
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    /** Whether the journal has grown so much that it is to be written anew. Waits for nobody. */
    boolean hasGrown() {
        return journal.bytes() - compactedBytes >= Math.max(compactionBytes, compactedBytes);
    }

    /**
     * Writes the journal anew. What it is to say must be as of all that was appended, and stay so meanwhile.
     *
     * @param entries all that need be kept
     */
    void compact(List<Entry> entries) {
        var records = new ArrayList<byte[]>();
        entries.forEach(entry -> records.add(encode(entry)));
        try {
            journal.compact(records);
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
        compactedBytes = journal.bytes();
    }

    @Override
    public void close() {
        try {
            journal.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    private static byte[] encode(Entry entry) {
        var out = ByteBuffer.allocate(Journal.MOST_RECORD_BYTES);
        switch (entry) {
            case Entry.ChannelRead read ->
                out.put(CHANNEL)
                        .put(Addresses.bytes("the payer", read.channel().payer()))
                        .put((byte) read.channel().payee())
                        .putLong(read.channel().epoch())
                        .put(Addresses.bytes("the signer", read.channel().signer()))
                        .putLong(read.channel().mostMicroEuro());
            case Entry.VoucherKept kept -> out.put(VOUCHER).put(kept.voucher().toBytes());
            case Entry.NewestKept kept -> out.put(NEWEST).put(kept.voucher().toBytes());
            case Entry.LaneForgotten forgotten ->
                out.put(FORGET)
                        .put(forgotten.channel().toArrayUnsafe())
                        .put(forgotten.lane().toArrayUnsafe());
            case Entry.ForgottenKept kept ->
                out.put(FORGOTTEN).put(kept.channel().toArrayUnsafe()).putLong(kept.microEuro());
            case Entry.ChannelRemoved removed ->
                out.put(REMOVE).put(removed.channel().toArrayUnsafe());
            case Entry.ClosingAgreed agreed ->
                out.put(CLOSING)
                        .put(agreed.closing().channel().toArrayUnsafe())
                        .putLong(agreed.closing().totalMicroEuro())
                        .putLong(agreed.closing().untilSeconds());
        }
        var record = new byte[out.position()];
        out.flip().get(record);
        return record;
    }

    private static Entry decode(byte[] record) {
        var in = ByteBuffer.wrap(record, 1, record.length - 1);
        try {
            var entry = switch (record[0]) {
                case CHANNEL ->
                    new Entry.ChannelRead(new Channel(
                            address(in), Byte.toUnsignedInt(in.get()), in.getLong(), address(in), in.getLong()));
                case VOUCHER -> new Entry.VoucherKept(voucher(in));
                case NEWEST -> new Entry.NewestKept(voucher(in));
                case FORGET -> new Entry.LaneForgotten(word(in), word(in));
                case FORGOTTEN -> new Entry.ForgottenKept(word(in), in.getLong());
                case REMOVE -> new Entry.ChannelRemoved(word(in));
                case CLOSING -> new Entry.ClosingAgreed(new JointClosing(word(in), in.getLong(), in.getLong()));
                default ->
                    throw new BadInputException("a record of kind " + record[0]
                            + " is unknown; kinds are 1 to 7. Maybe a newer version wrote it");
            };
            if (in.hasRemaining()) {
                throw new BadInputException("a record has " + in.remaining() + " bytes too many");
            }
            return entry;
        } catch (BufferUnderflowException e) {
            throw new BadInputException(
                    "a record of kind " + record[0] + " has " + record.length + " bytes, too few", e);
        }
    }

    private static SignedVoucher voucher(ByteBuffer in) {
        var bytes = new byte[SignedVoucher.BYTES];
        in.get(bytes);
        return SignedVoucher.fromBytes(bytes);
    }

    private static Bytes32 word(ByteBuffer in) {
        var word = new byte[Bytes32.SIZE];
        in.get(word);
        return Bytes32.wrap(word);
    }

    private static String address(ByteBuffer in) {
        var address = new byte[ADDRESS_BYTES];
        in.get(address);
        return Bytes.wrap(address).toHexString();
    }
}

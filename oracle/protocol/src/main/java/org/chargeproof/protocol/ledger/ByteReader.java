package org.chargeproof.protocol.ledger;

import java.nio.ByteBuffer;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/**
 * What a {@link ByteWriter} wrote. Every length is held against what follows before anything of that size is made; whatever does not
 * fit is an {@link IllegalArgumentException}.
 */
public final class ByteReader {
    private final ByteBuffer bytes;

    public ByteReader(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    public int number() {
        return need(Integer.BYTES).getInt();
    }

    public long longNumber() {
        return need(Long.BYTES).getLong();
    }

    public boolean flag() {
        byte value = need(Byte.BYTES).get();
        if (value != 0 && value != 1) {
            throw wrong("a flag is " + value + "; it must be 0 or 1");
        }
        return value == 1;
    }

    /**
     * How many things follow.
     *
     * @param minBytes of each of them
     */
    public int count(int minBytes) {
        int count = number();
        if (count < 0 || (long) count * minBytes > bytes.remaining()) {
            throw wrong("a count is " + Integer.toUnsignedString(count) + ", of at least " + minBytes
                    + " bytes each, but only " + bytes.remaining() + " bytes follow");
        }
        return count;
    }

    public String text() {
        int length = count(Character.BYTES);
        var text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append(bytes.getChar());
        }
        return text.toString();
    }

    public Bytes bytes() {
        return take(count(Byte.BYTES));
    }

    public Bytes32 hash() {
        return Bytes32.wrap(take(Bytes32.SIZE));
    }

    /** Nothing may follow. */
    public void end() {
        if (bytes.hasRemaining()) {
            throw wrong(bytes.remaining() + " bytes follow the end");
        }
    }

    public IllegalArgumentException wrong(String what) {
        return new IllegalArgumentException("not a snapshot: " + what + " (at byte " + bytes.position() + ")");
    }

    private Bytes take(int length) {
        byte[] taken = new byte[length];
        need(length).get(taken);
        return Bytes.wrap(taken);
    }

    private ByteBuffer need(int count) {
        if (bytes.remaining() < count) {
            throw wrong("it ends " + (count - bytes.remaining()) + " bytes too early");
        }
        return bytes;
    }
}

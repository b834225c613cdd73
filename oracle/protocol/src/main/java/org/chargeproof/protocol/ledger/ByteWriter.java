package org.chargeproof.protocol.ledger;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/** Numbers and texts as bytes, one behind the other: big-endian, lengths before what they count, nothing between. */
public final class ByteWriter {
    private static final int FIRST_BYTES = 1 << 16;

    private final int maxBytes;
    private ByteBuffer bytes = ByteBuffer.allocate(FIRST_BYTES);

    /** @param maxBytes more are refused */
    public ByteWriter(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    public ByteWriter number(int value) {
        room(Integer.BYTES).putInt(value);
        return this;
    }

    public ByteWriter number(long value) {
        room(Long.BYTES).putLong(value);
        return this;
    }

    public ByteWriter flag(boolean value) {
        room(Byte.BYTES).put((byte) (value ? 1 : 0));
        return this;
    }

    /** UTF-16 code units, since any string is some. */
    public ByteWriter text(String value) {
        number(value.length());
        room(Math.multiplyExact(Character.BYTES, value.length()));
        value.chars().forEach(c -> bytes.putChar((char) c));
        return this;
    }

    public ByteWriter bytes(Bytes value) {
        number(value.size());
        room(value.size()).put(value.toArrayUnsafe());
        return this;
    }

    public ByteWriter hash(Bytes32 value) {
        room(value.size()).put(value.toArrayUnsafe());
        return this;
    }

    /** All that was written. */
    public byte[] toArray() {
        return Arrays.copyOf(bytes.array(), bytes.position());
    }

    private ByteBuffer room(int more) {
        long needed = (long) bytes.position() + more;
        if (needed > maxBytes) {
            throw new IllegalStateException("a snapshot of more than " + maxBytes + " bytes is not written");
        }
        if (needed > bytes.capacity()) {
            int larger = (int) Math.min(maxBytes, Math.max(needed, 2L * bytes.capacity()));
            bytes = ByteBuffer.wrap(Arrays.copyOf(bytes.array(), larger)).position(bytes.position());
        }
        return bytes;
    }
}

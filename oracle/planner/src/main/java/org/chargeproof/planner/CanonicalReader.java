package org.chargeproof.planner;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads one frame (magic, u32 length, fields; big-endian) and refuses what is truncated, out of range or followed by
 * stray bytes.
 */
final class CanonicalReader {
    static final int HEADER_BYTES = 8;

    private final String magic;
    private final ByteBuffer buffer;

    /**
     * Starts after the header.
     *
     * @param frame exactly one frame, from {@link #frames}
     */
    CanonicalReader(String magic, byte[] frame) {
        this.magic = magic;
        this.buffer = ByteBuffer.wrap(frame).position(HEADER_BYTES);
    }

    /** Returns whether the first frame has this magic, four ASCII characters; false if there are fewer bytes. */
    static boolean startsWith(String magic, byte[] bytes) {
        return bytes.length >= 4 && magic.equals(new String(bytes, 0, 4, StandardCharsets.ISO_8859_1));
    }

    /**
     * Cuts frames that lie back to back apart.
     *
     * @param magic four ASCII characters that start each frame
     * @throws InvalidInputException if there is none, a magic is another one, or a length does not fit
     */
    static List<byte[]> frames(String magic, byte[] bytes) {
        if (bytes.length == 0) {
            throw new InvalidInputException(
                    "nothing to read: 0 bytes, expected at least one " + magic + ". Pipe the encoded bytes in.");
        }
        List<byte[]> frames = new ArrayList<>();
        int at = 0;
        while (at < bytes.length) {
            int left = bytes.length - at;
            if (left < HEADER_BYTES) {
                throw new InvalidInputException(left + " stray or truncated bytes at offset " + at + ", a " + magic
                        + " starts with " + HEADER_BYTES + ". Send whole frames only.");
            }
            String found = new String(bytes, at, 4, StandardCharsets.ISO_8859_1);
            if (!found.equals(magic)) {
                throw new InvalidInputException("magic at offset " + at + " is 0x" + hex(bytes, at) + ", expected "
                        + magic + ". Use a planner of that version, or send whole frames without bytes between them.");
            }
            int length = ByteBuffer.wrap(bytes).getInt(at + 4);
            if (length < HEADER_BYTES || length > left) {
                throw new InvalidInputException(
                        "length at offset " + (at + 4) + " is " + Integer.toUnsignedString(length) + ", but " + left
                                + " bytes are there. Send the frame whole.");
            }
            frames.add(Arrays.copyOfRange(bytes, at, at + length));
            at += length;
        }
        return frames;
    }

    /**
     * Takes the one frame there is.
     *
     * @return the only frame
     * @throws InvalidInputException as {@link #frames}, or if there are several
     */
    static byte[] frame(String magic, byte[] bytes) {
        List<byte[]> frames = frames(magic, bytes);
        if (frames.size() != 1) {
            throw new InvalidInputException(
                    frames.size() + " " + magic + " back to back where one was expected. Decode them with decodeAll.");
        }
        return frames.getFirst();
    }

    /** Returns a buffer over a whole frame, with magic and length written. */
    static ByteBuffer write(String magic, byte[] frame) {
        return ByteBuffer.wrap(frame)
                .put(magic.getBytes(StandardCharsets.ISO_8859_1))
                .putInt(frame.length);
    }

    int u8(String name) {
        return need(name, 1).get() & 0xff;
    }

    int u16(String name) {
        return need(name, 2).getShort() & 0xffff;
    }

    /** A u32 that is refused above 2^31 - 1. */
    int u32(String name) {
        int value = need(name, 4).getInt();
        if (value < 0) {
            throw new InvalidInputException(magic + ": " + name + " is " + Integer.toUnsignedString(value)
                    + ", allowed is at most " + Integer.MAX_VALUE + ". Correct the value where it is composed.");
        }
        return value;
    }

    int i32(String name) {
        return need(name, 4).getInt();
    }

    long i64(String name) {
        return need(name, 8).getLong();
    }

    byte[] bytes(String name, int count) {
        need(name, count);
        byte[] bytes = new byte[count];
        buffer.get(bytes);
        return bytes;
    }

    /**
     * A count as u16 that is refused before anything is made for what it counts: above the most there can be, or if fewer bytes are
     * left than that many would take.
     */
    int count(String name, int most, int leastBytesOfEach) {
        int count = Limits.inRange(name, u16(name), 0, most);
        need("what " + name + " counts", count * leastBytesOfEach);
        return count;
    }

    /** {@code count} values of u32, refused above 2^31 - 1. */
    int[] u32s(String name, int count) {
        need(name, 4 * count);
        int[] values = new int[count];
        for (int i = 0; i < count; i++) {
            values[i] = u32(name);
        }
        return values;
    }

    /**
     * Checks ranges.
     *
     * @throws InvalidInputException if bytes are left that no field claims
     */
    void end() {
        if (buffer.hasRemaining()) {
            throw new InvalidInputException(magic + ": " + buffer.remaining()
                    + " stray bytes after the last field. Let the length end with the last field.");
        }
    }

    private ByteBuffer need(String name, int count) {
        if (buffer.remaining() < count) {
            throw new InvalidInputException(magic + ": truncated at " + name + ", " + count + " bytes needed, "
                    + buffer.remaining() + " left. Send the frame whole.");
        }
        return buffer;
    }

    private static String hex(byte[] bytes, int at) {
        return String.format("%08x", ByteBuffer.wrap(bytes).getInt(at));
    }
}

package org.chargeproof.billing;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Reads fields in order (big-endian), and refuses what is truncated, out of range or followed by stray bytes. */
final class Fields {
    private final String magic;
    private final ByteBuffer buffer;

    /** @throws InvalidInputException if the bytes do not begin with the magic, four ASCII characters */
    Fields(String magic, byte[] bytes) {
        this.magic = magic;
        this.buffer = ByteBuffer.wrap(bytes);
        byte[] found = bytes("magic", magic.length());
        if (!new String(found, StandardCharsets.ISO_8859_1).equals(magic)) {
            throw new InvalidInputException("these bytes do not begin with " + magic
                    + ". Use a program of that version, or send one whole input.");
        }
    }

    int u8(String name) {
        return need(name, 1).get() & 0xff;
    }

    int u16(String name) {
        return need(name, 2).getShort() & 0xffff;
    }

    int u32(String name, int most) {
        int value = need(name, 4).getInt();
        if (value < 0 || value > most) {
            throw outOfRange(name, Integer.toUnsignedLong(value), 0, most);
        }
        return value;
    }

    int i32(String name, int least, int most) {
        int value = need(name, 4).getInt();
        if (value < least || value > most) {
            throw outOfRange(name, value, least, most);
        }
        return value;
    }

    long u64(String name, long most) {
        long value = need(name, 8).getLong();
        if (value < 0 || value > most) {
            throw outOfRange(name, value, 0, most);
        }
        return value;
    }

    byte[] bytes(String name, int count) {
        need(name, count);
        byte[] bytes = new byte[count];
        buffer.get(bytes);
        return bytes;
    }

    /** A count as u16, refused before anything is made for what it counts. */
    int count(String name, int least, int most, int bytesOfEach) {
        int count = u16(name);
        if (count < least || count > most) {
            throw outOfRange(name, count, least, most);
        }
        need("what " + name + " counts", count * bytesOfEach);
        return count;
    }

    void end() {
        if (buffer.hasRemaining()) {
            throw new InvalidInputException(
                    magic + ": " + buffer.remaining() + " stray bytes after the last field. Send one input at a time.");
        }
    }

    InvalidInputException outOfRange(String name, long value, long least, long most) {
        return new InvalidInputException(magic + ": " + name + " is " + value + ", allowed is " + least + " to " + most
                + ". Correct the value where it is composed.");
    }

    private ByteBuffer need(String name, int count) {
        if (buffer.remaining() < count) {
            throw new InvalidInputException(magic + ": truncated at " + name + ", " + count + " bytes needed, "
                    + buffer.remaining() + " left. Send the input whole.");
        }
        return buffer;
    }
}

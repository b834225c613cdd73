package org.chargeproof.protocol.algorithm;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Reads zip files that can be read in one way only: entries back to back from the first byte on, the central directory in the same
 * order and saying the same, its end at the end of the file. All else that some reader takes for a zip is refused.
 */
final class StrictZip {
    private static final int MOST_ENTRIES = 512;
    private static final int MOST_UNPACKED_BYTES = 4 << 20;
    private static final int MOST_ENTRY_BYTES = 512 << 10;

    private static final int LOCAL = 0x04034b50;
    private static final int DESCRIPTOR = 0x08074b50;
    private static final int CENTRAL = 0x02014b50;
    private static final int END = 0x06054b50;
    private static final int LOCAL_BYTES = 30;
    private static final int DESCRIPTOR_BYTES = 16;
    private static final int CENTRAL_BYTES = 46;
    private static final int END_BYTES = 22;

    private static final int STORED = 0;
    private static final int DEFLATED = 8;
    private static final int WITH_DESCRIPTOR = 1 << 3;
    private static final int UTF_8 = 1 << 11;
    /** Deflate's own hints: how hard the packer tried. */
    private static final int HINTS = 0b110;
    /** What zip 2.0 calls the newest feature that is used. */
    private static final int MOST_VERSION = 20;
    /** "This is a jar", as Java's own tool marks the first entry. */
    private static final int JAR_MARK = 0xCAFE;

    private final ByteBuffer zip;
    private final Map<String, byte[]> entries = new LinkedHashMap<>();
    private long unpacked;

    private StrictZip(byte[] bytes) {
        this.zip = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Unpacks a zip file.
     *
     * @return what is in it by name, in order; folders end with a slash and hold nothing
     * @throws IllegalArgumentException when it can be read in more than one way, or is too large
     */
    static Map<String, byte[]> read(byte[] bytes) {
        var zip = new StrictZip(bytes);
        try {
            zip.read();
        } catch (IndexOutOfBoundsException e) {
            throw new IllegalArgumentException("it is no zip file, or one that was cut off.", e);
        }
        return zip.entries;
    }

    private void read() {
        int end = zip.capacity() - END_BYTES;
        if (end < 0 || zip.getInt(end) != END) {
            throw new IllegalArgumentException("it is no zip file, or something stands behind its end.");
        }
        int count = unsigned(end + 10);
        int directory = zip.getInt(end + 16);
        require(unsigned(end + 4) == 0 && unsigned(end + 6) == 0 && unsigned(end + 8) == count, "it has several parts");
        require(count <= MOST_ENTRIES, "it has " + count + " entries; at most are " + MOST_ENTRIES);
        require(unsigned(end + 20) == 0, "it has a comment");
        require(
                directory >= 0 && directory <= end && zip.getInt(end + 12) == end - directory,
                "its central directory is not where its end says");
        int local = 0;
        int central = directory;
        for (int i = 0; i < count; i++) {
            require(zip.getInt(central) == CENTRAL, "entry " + i + " is missing in its central directory");
            local = entry(local, central);
            central += CENTRAL_BYTES + unsigned(central + 28) + unsigned(central + 30) + unsigned(central + 32);
        }
        require(local == directory, "something lies between its entries and its central directory");
        require(central == end, "something lies between its central directory and its end");
    }

    /** Reads the entry that both headers describe. @return where the next one begins */
    private int entry(int local, int central) {
        String name = name(central + CENTRAL_BYTES, unsigned(central + 28));
        int flags = unsigned(central + 8);
        int method = unsigned(central + 10);
        int crc = zip.getInt(central + 16);
        int packedBytes = zip.getInt(central + 20);
        int bytes = zip.getInt(central + 24);
        require(zip.getInt(local) == LOCAL, "there is no entry where " + name + " should be");
        require(zip.getInt(central + 42) == local, name + " is not where the central directory says");
        require(
                unsigned(central + 6) <= MOST_VERSION && unsigned(local + 4) <= MOST_VERSION,
                name + " needs a newer zip");
        require((flags & ~(WITH_DESCRIPTOR | UTF_8 | HINTS)) == 0, name + " is encrypted, patched or of another kind");
        require(method == STORED || method == DEFLATED, name + " is packed by method " + method);
        require(unsigned(central + 32) == 0 && unsigned(central + 34) == 0, name + " has a comment, or lies elsewhere");
        require(
                unsigned(local + 6) == flags
                        && unsigned(local + 8) == method
                        && zip.getInt(local + 10) == zip.getInt(central + 12),
                name + " is described in two ways");
        require(
                name.equals(name(local + LOCAL_BYTES, unsigned(local + 26))),
                name + " has another name in front of its bytes");
        int localExtra = local + LOCAL_BYTES + unsigned(local + 26);
        extra(name, localExtra, unsigned(local + 28));
        extra(name, central + CENTRAL_BYTES + unsigned(central + 28), unsigned(central + 30));
        boolean described = (flags & WITH_DESCRIPTOR) != 0;
        require(!described || method == DEFLATED, name + " does not say where it ends");
        require(
                zip.getInt(local + 14) == (described ? 0 : crc)
                        && zip.getInt(local + 18) == (described ? 0 : packedBytes)
                        && zip.getInt(local + 22) == (described ? 0 : bytes),
                name + " has other sizes in front of its bytes");
        int start = localExtra + unsigned(local + 28);
        require(bytes >= 0 && bytes <= MOST_ENTRY_BYTES, name + " unpacks to more than " + MOST_ENTRY_BYTES + " bytes");
        require(packedBytes >= 0 && packedBytes <= zip.capacity() - start, name + " is cut off");
        unpacked += bytes;
        require(unpacked <= MOST_UNPACKED_BYTES, "it unpacks to more than " + MOST_UNPACKED_BYTES + " bytes");
        byte[] content =
                method == STORED ? stored(name, start, packedBytes, bytes) : inflated(name, start, packedBytes, bytes);
        var sum = new CRC32();
        sum.update(content);
        require((int) sum.getValue() == crc, name + " has another checksum");
        require(!name.endsWith("/") || content.length == 0, name + " is a folder with content");
        require(entries.putIfAbsent(name, content) == null, name + " is there twice");
        int next = start + packedBytes;
        if (described) {
            require(
                    zip.getInt(next) == DESCRIPTOR
                            && zip.getInt(next + 4) == crc
                            && zip.getInt(next + 8) == packedBytes
                            && zip.getInt(next + 12) == bytes,
                    name + " has other sizes behind its bytes");
            next += DESCRIPTOR_BYTES;
        }
        return next;
    }

    /** Names that mean the same to every reader and file system. */
    private String name(int at, int length) {
        byte[] bytes = new byte[length];
        zip.get(at, bytes);
        String name = new String(bytes, StandardCharsets.ISO_8859_1);
        require(
                name.matches("([A-Za-z0-9_$-][A-Za-z0-9_$.-]*/)*([A-Za-z0-9_$-][A-Za-z0-9_$.-]*)?") && !name.isEmpty(),
                "the name '" + name + "' has other characters than letters, digits, _, $, - and .");
        return name;
    }

    private void extra(String name, int at, int length) {
        require(length == 0 || (length == 4 && zip.getInt(at) == JAR_MARK), name + " has extra fields");
    }

    private byte[] stored(String name, int at, int packedBytes, int length) {
        require(packedBytes == length, name + " has two sizes");
        byte[] content = new byte[length];
        zip.get(at, content);
        return content;
    }

    private byte[] inflated(String name, int at, int packedBytes, int length) {
        var inflater = new Inflater(true);
        try {
            inflater.setInput(zip.array(), at, packedBytes);
            byte[] content = new byte[length];
            int done = 0;
            while (!inflater.finished()) {
                int more = inflater.inflate(content, done, length - done);
                done += more;
                if (more == 0 && !inflater.finished()) {
                    // one more byte than there should be tells apart what is full from what goes on
                    require(
                            done == length && inflater.inflate(new byte[1]) == 0 && inflater.finished(),
                            name + " does not unpack to " + length + " bytes");
                }
            }
            require(done == length, name + " does not unpack to " + length + " bytes");
            require(inflater.getRemaining() == 0, name + " has something behind its bytes");
            return content;
        } catch (DataFormatException e) {
            throw new IllegalArgumentException(name + " cannot be unpacked: " + e.getMessage() + ".", e);
        } finally {
            inflater.end();
        }
    }

    private int unsigned(int at) {
        return Short.toUnsignedInt(zip.getShort(at));
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalArgumentException(otherwise + ".");
        }
    }
}

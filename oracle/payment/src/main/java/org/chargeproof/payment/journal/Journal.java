package org.chargeproof.payment.journal;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.chargeproof.console.input.BadInputException;
import org.jspecify.annotations.Nullable;

/**
 * A file that records are appended to, in a folder that one process at a time uses. {@link #append} puts a record behind the others,
 * {@link #commit} returns when all that were appended before are on disk; those who wait at the same time share one write and one fsync.
 * A process or a machine that dies leaves all that was committed, and maybe some of the rest. Safe for use by many threads.
 *
 * <p>The file: {@code CPJ1}, 32 bytes that say whose it is, and records: length (u16), its complement (u16), the payload, CRC-32C of
 * length, complement and payload; big-endian. What a write that was interrupted left at the end, less than a whole record or zeros alone,
 * is cut off. Everything else that is not as written is an error that names its offset.
 */
public final class Journal implements AutoCloseable {
    /** Of the bytes that say whose it is. */
    public static final int IDENTITY_BYTES = 32;

    /** Most that a record has. */
    public static final int MOST_RECORD_BYTES = 1_024;
    /** Most that a file may have: what is kept is far less, and a larger one is no journal of ours. */
    static final long MOST_FILE_BYTES = 4L << 30;

    private static final byte[] MAGIC = {'C', 'P', 'J', '1'};
    private static final int HEAD_BYTES = MAGIC.length + IDENTITY_BYTES;
    private static final int LENGTH_BYTES = 4;
    private static final int CRC_BYTES = 4;
    private static final int U16 = 0xffff;
    private static final String FILE = "journal";
    private static final String NEW_FILE = "journal.new";
    private static final String LOCK_FILE = "lock";

    private final Path folder;
    private final byte[] identity;
    private final FileChannel lock;
    private final ReentrantLock writing = new ReentrantLock();
    private final Object buffering = new Object();
    private ByteArrayOutputStream buffer = new ByteArrayOutputStream();
    private long appended;
    private long durable;
    private RandomAccessFile file;
    private volatile long fileBytes;
    private @Nullable IOException failure;

    private Journal(Path folder, byte[] identity, FileChannel lock, RandomAccessFile file, long fileBytes) {
        this.folder = folder;
        this.identity = identity;
        this.lock = lock;
        this.file = file;
        this.fileBytes = fileBytes;
    }

    /**
     * Opens the journal of a folder, or begins one; both are their owner's alone.
     *
     * @param identity 32 bytes that say whose it is
     * @param what it holds, for messages, such as "vouchers that were received"
     * @param reader is handed every record, in the order in which they were appended
     * @throws BadInputException when another process has it open, it is another one's, or it is damaged
     * @throws IOException when it cannot be read or written
     */
    public static Journal open(Path folder, byte[] identity, String what, Consumer<byte[]> reader) throws IOException {
        if (identity.length != IDENTITY_BYTES) {
            throw new IllegalArgumentException("an identity of " + identity.length + " bytes");
        }
        createFolder(folder);
        FileChannel lock = lock(folder, what);
        try {
            // half a compaction; what it was to replace is whole
            Files.deleteIfExists(folder.resolve(NEW_FILE));
            Path path = folder.resolve(FILE);
            if (!Files.exists(path)) {
                write(folder, identity, List.of());
            }
            long end = read(path, identity, what, reader);
            var file = new RandomAccessFile(path.toFile(), "rw");
            try {
                if (file.length() != end) {
                    file.setLength(end);
                    file.getFD().sync();
                }
                file.seek(end);
                return new Journal(folder, identity.clone(), lock, file, end);
            } catch (IOException | RuntimeException e) {
                file.close();
                throw e;
            }
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /**
     * Puts a record behind the others. It is on disk when {@link #commit} has returned.
     *
     * @param record 1 to {@value #MOST_RECORD_BYTES} bytes
     * @throws IOException when an earlier write has failed: then what is in memory is more than is on disk
     */
    public void append(byte[] record) throws IOException {
        byte[] framed = frame(record);
        synchronized (buffering) {
            requireWorking();
            buffer.writeBytes(framed);
            appended++;
        }
    }

    /**
     * Returns when all that was appended before is on disk.
     *
     * @throws IOException when it cannot be written; the journal takes nothing any more, and what was appended may be lost
     */
    public void commit() throws IOException {
        long wanted;
        synchronized (buffering) {
            wanted = appended;
        }
        writing.lock();
        try {
            if (durable < wanted) {
                flush();
            }
        } finally {
            writing.unlock();
        }
    }

    /**
     * Replaces all records by others that say the same, on disk when it returns; what is appended meanwhile waits. A process that dies
     * meanwhile leaves the old ones or the new ones, whole.
     *
     * @param records all that need be kept, those not yet committed included
     * @throws IOException as {@link #commit}
     */
    public void compact(List<byte[]> records) throws IOException {
        writing.lock();
        try {
            synchronized (buffering) {
                requireWorking();
                try {
                    long bytes = write(folder, identity, records);
                    file.close();
                    file = new RandomAccessFile(folder.resolve(FILE).toFile(), "rw");
                    file.seek(bytes);
                    fileBytes = bytes;
                    buffer = new ByteArrayOutputStream();
                    durable = appended;
                } catch (IOException e) {
                    throw fail(e);
                }
            }
        } finally {
            writing.unlock();
        }
    }

    /** What the file takes on disk, without what is not committed. Waits for nobody. */
    public long bytes() {
        return fileBytes;
    }

    /** What a record takes on disk. */
    public static int bytesOf(int recordBytes) {
        return LENGTH_BYTES + recordBytes + CRC_BYTES;
    }

    /** Commits, and lets others open it. */
    @Override
    public void close() throws IOException {
        writing.lock();
        try {
            if (failure == null) {
                flush();
            }
        } finally {
            try {
                file.close();
            } finally {
                lock.close();
                writing.unlock();
            }
        }
    }

    private void flush() throws IOException {
        ByteArrayOutputStream batch;
        long upTo;
        synchronized (buffering) {
            requireWorking();
            batch = buffer;
            upTo = appended;
            buffer = new ByteArrayOutputStream();
        }
        try {
            // one write: what is torn is torn at one place, and nothing is behind it
            file.write(batch.toByteArray());
            file.getFD().sync();
        } catch (IOException e) {
            synchronized (buffering) {
                throw fail(e);
            }
        }
        fileBytes = file.getFilePointer();
        durable = upTo;
    }

    private IOException fail(IOException e) {
        failure = e;
        return new IOException(
                "cannot write " + folder.resolve(FILE) + ": " + e.getMessage()
                        + ". Nothing more is taken. Make room or repair the disk, and start again.",
                e);
    }

    private void requireWorking() throws IOException {
        if (failure != null) {
            throw new IOException(
                    folder.resolve(FILE) + " could not be written before: " + failure.getMessage()
                            + ". Make room or repair the disk, and start again.",
                    failure);
        }
    }

    private static byte[] frame(byte[] record) {
        if (record.length == 0 || record.length > MOST_RECORD_BYTES) {
            throw new IllegalArgumentException("a record of " + record.length + " bytes");
        }
        var framed = ByteBuffer.allocate(bytesOf(record.length))
                .putShort((short) record.length)
                .putShort((short) ~record.length)
                .put(record);
        framed.putInt(crc(framed.array(), framed.position()));
        return framed.array();
    }

    private static int crc(byte[] bytes, int length) {
        var crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }

    /** Writes a whole journal under another name, and puts it in its place. */
    private static long write(Path folder, byte[] identity, List<byte[]> records) throws IOException {
        Path path = folder.resolve(NEW_FILE);
        Files.deleteIfExists(path);
        createFile(path);
        long bytes = HEAD_BYTES;
        try (var out = FileChannel.open(path, StandardOpenOption.WRITE)) {
            writeAll(
                    out,
                    ByteBuffer.allocate(HEAD_BYTES).put(MAGIC).put(identity).flip());
            var batch = new ByteArrayOutputStream();
            for (byte[] record : records) {
                batch.writeBytes(frame(record));
                if (batch.size() > 1 << 20) {
                    bytes += batch.size();
                    writeAll(out, ByteBuffer.wrap(batch.toByteArray()));
                    batch.reset();
                }
            }
            bytes += batch.size();
            writeAll(out, ByteBuffer.wrap(batch.toByteArray()));
            out.force(true);
        }
        Files.move(path, folder.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
        syncFolder(folder);
        return bytes;
    }

    private static void writeAll(FileChannel out, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }

    /** @return offset behind the last whole record */
    private static long read(Path path, byte[] identity, String what, Consumer<byte[]> reader) throws IOException {
        long size = Files.size(path);
        if (size > MOST_FILE_BYTES) {
            throw new BadInputException(path + " has " + size + " bytes; a journal has at most " + MOST_FILE_BYTES
                    + ". It is none of ours; name another folder.");
        }
        try (var in = new DataInputStream(new BufferedInputStream(Files.newInputStream(path), 1 << 16))) {
            byte[] head = in.readNBytes(HEAD_BYTES);
            if (head.length < HEAD_BYTES || !Arrays.equals(head, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
                throw damaged(path, 0, "it does not begin as a journal does");
            }
            if (!Arrays.equals(head, MAGIC.length, HEAD_BYTES, identity, 0, IDENTITY_BYTES)) {
                throw new BadInputException(
                        "the journal " + path + " does not hold " + what
                                + " on this network, but something else. Name another folder, or the network that it belongs to.");
            }
            long offset = HEAD_BYTES;
            while (offset < size) {
                byte[] length = in.readNBytes(LENGTH_BYTES);
                if (length.length < LENGTH_BYTES) {
                    // it was being written when the process or the machine died
                    return offset;
                }
                int bytes = Short.toUnsignedInt(ByteBuffer.wrap(length).getShort());
                int complement = Short.toUnsignedInt(ByteBuffer.wrap(length).getShort(Short.BYTES));
                if (bytes != (~complement & U16) || bytes == 0 || bytes > MOST_RECORD_BYTES) {
                    if (isZero(length) && isZeroToTheEnd(in)) {
                        // the file had grown when the machine died, and what was to be there had not come
                        return offset;
                    }
                    throw damaged(
                            path, offset, "the length of a record is " + bytes + " and its complement " + complement);
                }
                byte[] rest = in.readNBytes(bytes + CRC_BYTES);
                if (rest.length < bytes + CRC_BYTES) {
                    return offset;
                }
                byte[] framed = ByteBuffer.allocate(LENGTH_BYTES + rest.length)
                        .put(length)
                        .put(rest)
                        .array();
                int stored = ByteBuffer.wrap(framed).getInt(LENGTH_BYTES + bytes);
                if (crc(framed, LENGTH_BYTES + bytes) != stored) {
                    throw damaged(path, offset, "the checksum of a record does not match");
                }
                try {
                    reader.accept(Arrays.copyOf(rest, bytes));
                } catch (BadInputException e) {
                    throw damaged(path, offset, String.valueOf(e.getMessage()));
                }
                offset += framed.length;
            }
            return offset;
        }
    }

    private static boolean isZeroToTheEnd(DataInputStream in) throws IOException {
        for (byte[] some = in.readNBytes(1 << 16); some.length > 0; some = in.readNBytes(1 << 16)) {
            if (!isZero(some)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isZero(byte[] bytes) {
        for (byte b : bytes) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    private static BadInputException damaged(Path path, long offset, String how) {
        return new BadInputException("the journal " + path + " is damaged at byte " + offset + ": " + how
                + ". Nothing was changed. Restore the folder from a backup; what is newer than that has to be asked for from the"
                + " other side. To give up all from there on, keep a copy and cut it: truncate -s " + offset + " "
                + path);
    }

    private static FileChannel lock(Path folder, String what) throws IOException {
        Path path = folder.resolve(LOCK_FILE);
        if (!Files.exists(path)) {
            createFile(path);
        }
        var channel = FileChannel.open(path, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() != null) {
                return channel;
            }
        } catch (OverlappingFileLockException e) {
            // by this process: said below
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
        channel.close();
        throw new BadInputException("the folder " + folder + " with " + what
                + " is in use by another process. Two that sign or take vouchers would contradict each other: end the other one, or"
                + " name another folder.");
    }

    private static void createFolder(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            if (isPosix(folder)) {
                Files.createDirectories(
                        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            } else {
                Files.createDirectories(folder);
            }
        }
    }

    private static void createFile(Path path) throws IOException {
        if (isPosix(path)) {
            Files.createFile(path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } else {
            Files.createFile(path);
        }
    }

    private static boolean isPosix(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    /** A new name in a folder is on disk when the folder is. */
    private static void syncFolder(Path folder) throws IOException {
        if (isPosix(folder)) {
            try (var directory = FileChannel.open(folder, StandardOpenOption.READ)) {
                directory.force(true);
            }
        }
    }
}

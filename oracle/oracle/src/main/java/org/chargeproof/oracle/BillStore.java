package org.chargeproof.oracle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.protocol.bill.Settlement;
import org.chargeproof.protocol.encoding.Sha256;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The settlements that an oracle has computed, in a folder of its own: what it may still post after a restart, and whose bills it shows. A
 * file is whole or not there; one that was changed is left aside.
 */
final class BillStore {
    private static final Logger LOG = LoggerFactory.getLogger(BillStore.class);
    private static final Pattern NAME = Pattern.compile("settlement-([0-9]{10})");
    private static final int KEPT = 2_048;
    private static final long MOST_BYTES = 1L << 30;

    private final Path folder;
    /** Ascending sessions, by settlement. */
    private final Map<Integer, int[]> sessionsOf = new ConcurrentHashMap<>();

    BillStore(Path folder) {
        this.folder = folder;
    }

    /** Keeps a settlement. What the disk does not take is said, and can be computed again from the ledger. */
    void keep(Settlement settlement) {
        try {
            Files.createDirectories(folder);
            Path part = folder.resolve("settlement.part");
            byte[] bytes = settlement.encode();
            sessionsOf.remove(settlement.timestep());
            try (var channel = FileChannel.open(
                    part, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
                write(channel, bytes);
                write(channel, Sha256.of(bytes).toArrayUnsafe());
                channel.force(true);
            }
            Files.move(
                    part,
                    file(settlement.timestep()),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            var all = timesteps();
            for (int old : all.subList(0, Math.max(0, all.size() - KEPT))) {
                Files.deleteIfExists(file(old));
                sessionsOf.remove(old);
            }
        } catch (IOException e) {
            LOG.warn("the bills of settlement {} are not kept in {}: {}", settlement.timestep(), folder, e.toString());
        }
    }

    /** A settlement that was kept. */
    Optional<Settlement> read(int timestep) {
        Path file = file(timestep);
        try {
            if (!Files.isRegularFile(file)) {
                return Optional.empty();
            }
            if (Files.size(file) > MOST_BYTES) {
                throw new IOException("it has more than " + MOST_BYTES + " bytes");
            }
            byte[] whole = Files.readAllBytes(file);
            int end = Math.max(0, whole.length - Bytes32.SIZE);
            byte[] bytes = Arrays.copyOf(whole, end);
            if (whole.length < Bytes32.SIZE || !Sha256.of(bytes).equals(Bytes32.wrap(whole, end))) {
                throw new IOException("its SHA-256 is not the one at its end");
            }
            return Optional.of(Settlement.decode(bytes));
        } catch (IOException | IllegalArgumentException e) {
            LOG.warn("{} is not read, its settlement counts as not computed here: {}", file, e.toString());
            return Optional.empty();
        }
    }

    /** The settlement with the newest bill of a session, and the bill's place in it; empty for one that was not billed here. */
    Optional<Place> find(int session) {
        List<Integer> all;
        try {
            all = timesteps();
        } catch (IOException e) {
            LOG.warn("{} cannot be read: {}", folder, e.toString());
            return Optional.empty();
        }
        for (int timestep : all.reversed()) {
            // a session is in a settlement whose sessions are known; those are read once
            int[] sessions = sessionsOf.computeIfAbsent(timestep, this::sessions);
            int index = Arrays.binarySearch(sessions, session);
            if (index >= 0) {
                return read(timestep).map(settlement -> new Place(settlement, index));
            }
        }
        return Optional.empty();
    }

    /** A bill's place. */
    record Place(Settlement settlement, int index) {}

    private int[] sessions(int timestep) {
        return read(timestep).stream()
                .flatMap(settlement -> settlement.bills().stream())
                .mapToInt(Settlement::sessionOf)
                .toArray();
    }

    /** Those that are there, ascending. */
    List<Integer> timesteps() throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> NAME.matcher(file.getFileName().toString()))
                    .filter(name -> name.matches())
                    .map(name -> Integer.parseInt(name.group(1)))
                    .sorted()
                    .toList();
        }
    }

    private Path file(int timestep) {
        return folder.resolve("settlement-%010d".formatted(timestep));
    }

    private static void write(FileChannel channel, byte[] bytes) throws IOException {
        var buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }
}

package org.chargeproof.ledger;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.chargeproof.protocol.fold.Fold;
import org.chargeproof.protocol.ledger.NetworkIdentity;
import org.chargeproof.protocol.ledger.Snapshot;
import org.chargeproof.protocol.time.BlockHeader;

/**
 * A reader's own snapshots of a network's state, in a folder that nobody else writes to: the two newest. What does not fit the network or
 * the node's chain is set aside, with a line that says why, and whoever asked reads the logs instead.
 */
public final class SnapshotFolder {
    private static final int KEPT = 2;
    private static final Pattern NAME = Pattern.compile("block-([0-9]{19})\\.snapshot");
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> FOLDER_OWNER_ONLY = PosixFilePermissions.fromString("rwx------");

    /** Beside what a snapshot becomes there must be room for its bytes. */
    private static final long MOST_BYTES =
            Math.min(Snapshot.MOST_BYTES, Runtime.getRuntime().maxMemory() / 8);

    private final Path folder;
    private final NetworkIdentity network;
    private final Consumer<String> notes;

    /**
     * @param folder created when the first snapshot is written
     * @param network that snapshots must be of
     * @param notes takes a line whenever something is set aside, or cannot be written
     */
    public SnapshotFolder(Path folder, NetworkIdentity network, Consumer<String> notes) {
        this.folder = folder;
        this.network = network;
        this.notes = notes;
    }

    /** What was read, and the block up to which it is folded. */
    public record Restored(Fold fold, BlockHeader block) {}

    /**
     * The newest usable state.
     *
     * @param maxBlock the last block that it may be folded up to
     * @param blocks of the node, whose hash of the snapshot's block counts
     * @return empty when there is none
     * @throws LedgerException when the node does not answer
     */
    public Optional<Restored> newest(long maxBlock, BlockSource blocks) {
        for (Path file : files()) {
            if (blockOf(file) > maxBlock) {
                continue;
            }
            Snapshot snapshot;
            Fold fold;
            try {
                snapshot = Snapshot.decode(read(file));
                require(
                        snapshot.block().number() == blockOf(file),
                        "its name says block " + blockOf(file) + ", its content block "
                                + snapshot.block().number());
                require(
                        snapshot.network().equals(network),
                        "it is of the network " + shown(snapshot.network()) + ", not of " + shown(network));
                fold = Fold.of(snapshot);
            } catch (IllegalArgumentException | IOException e) {
                setAside(file, String.valueOf(e.getMessage()));
                continue;
            }
            var onChain = blocks.header(snapshot.block().number());
            if (onChain.equals(snapshot.block())) {
                return Optional.of(new Restored(fold, snapshot.block()));
            }
            setAside(
                    file,
                    "the node knows block " + onChain.number() + " with hash " + onChain.hash() + ", not "
                            + snapshot.block().hash());
        }
        return Optional.empty();
    }

    /**
     * Takes a snapshot now, to be written later.
     *
     * @param fold up to the block, and no further
     * @return empty when it would be too large, which is noted, and when bills were given up
     */
    public Optional<Snapshot> take(BlockHeader block, Fold fold) {
        try {
            return fold.snapshot(network, block);
        } catch (IllegalStateException e) {
            return none(block, e);
        }
    }

    /**
     * Writes a snapshot, whole or not at all, and forgets all but the newest two. A disk that takes none stops nobody: that is noted.
     *
     * @return whether it is there now
     */
    public boolean write(Snapshot snapshot) {
        try {
            Files.createDirectories(folder, owned(FOLDER_OWNER_ONLY));
            // what a killed process left
            Path part = folder.resolve("block.part");
            Files.deleteIfExists(part);
            Files.createFile(part, owned(OWNER_ONLY));
            try (var channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
                var bytes = ByteBuffer.wrap(snapshot.encode());
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(
                    part,
                    folder.resolve(
                            "block-%019d.snapshot".formatted(snapshot.block().number())),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            var files = files();
            for (Path old : files.subList(Math.min(KEPT, files.size()), files.size())) {
                Files.deleteIfExists(old);
            }
            return true;
        } catch (IOException | IllegalStateException e) {
            none(snapshot.block(), e);
            return false;
        }
    }

    private Optional<Snapshot> none(BlockHeader block, Exception why) {
        notes.accept("no snapshot of block " + block.number() + " in " + folder + ": " + why
                + ". The next start reads more logs; nothing else is affected.");
        return Optional.empty();
    }

    /** The newest first. */
    private List<Path> files() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (var all = Files.list(folder)) {
            return all.filter(
                            file -> NAME.matcher(file.getFileName().toString()).matches())
                    .sorted(Comparator.comparingLong(SnapshotFolder::blockOf).reversed())
                    .toList();
        } catch (IOException e) {
            notes.accept("cannot look for snapshots in " + folder + ": " + e + ". Logs are read instead.");
            return List.of();
        }
    }

    /** -1 for a number that is none. */
    private static long blockOf(Path file) {
        var name = NAME.matcher(file.getFileName().toString());
        try {
            return name.matches() ? Long.parseLong(name.group(1)) : -1;
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private static byte[] read(Path file) throws IOException {
        require(Files.isRegularFile(file), "it is no file");
        if (isPosix(file)) {
            var modes = Files.getPosixFilePermissions(file);
            require(
                    !modes.contains(PosixFilePermission.OTHERS_WRITE)
                            && !modes.contains(PosixFilePermission.GROUP_WRITE),
                    "others may write to it (" + PosixFilePermissions.toString(modes) + ")");
        }
        try (var in = Files.newInputStream(file)) {
            byte[] bytes = Files.size(file) > MOST_BYTES ? null : in.readNBytes((int) MOST_BYTES + 1);
            if (bytes == null || bytes.length > MOST_BYTES) {
                throw new IllegalArgumentException(
                        "it has more than " + MOST_BYTES + " bytes, the most that is read with this heap (-Xmx)");
            }
            return bytes;
        }
    }

    private void setAside(Path file, String why) {
        notes.accept("the snapshot " + file + " is set aside, and logs are read instead: " + why + ".");
        try {
            Files.move(file, folder.resolve("refused.snapshot"), StandardCopyOption.REPLACE_EXISTING);
        } catch (NoSuchFileException e) {
            // gone anyway
        } catch (IOException e) {
            notes.accept("the snapshot " + file + " cannot be moved: " + e + ". Delete it.");
        }
    }

    private static String shown(NetworkIdentity network) {
        return "chain " + network.chainId() + ", Consortium " + network.contract() + ", " + network.linked();
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    private FileAttribute<?>[] owned(Set<PosixFilePermission> permissions) {
        return isPosix(folder)
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)}
                : new FileAttribute<?>[0];
    }

    private static boolean isPosix(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}

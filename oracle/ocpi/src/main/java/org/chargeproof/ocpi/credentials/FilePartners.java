package org.chargeproof.ocpi.credentials;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Partners in one file. It is written beside, forced to the disk and moved over the old one, so that there is always a whole one. It holds
 * the tokens by which partners are called: only its owner may read it.
 */
public final class FilePartners implements Partners {
    private static final long MOST_BYTES = 16L << 20;
    private static final int MOST_PARTNERS = 10_000;
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");
    private static final JsonMapper MAPPER = JsonMapper.builder()
            // what a record has beside its components is not written
            .disable(MapperFeature.AUTO_DETECT_IS_GETTERS)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    private final Path file;
    private final Steps steps;
    private final long mostBytes;
    private volatile Known known;

    private record Content(int format, List<Partner> partners) {}

    /** What is on disk. */
    private record Known(Map<String, Partner> byId, Map<String, Partner> byIssued) {
        static Known of(Collection<Partner> partners) {
            Map<String, Partner> byId = new LinkedHashMap<>();
            Map<String, Partner> byIssued = new LinkedHashMap<>();
            partners.forEach(partner -> {
                byId.put(partner.id(), partner);
                partner.issued().forEach(token -> byIssued.put(token.sha256(), partner));
            });
            return new Known(byId, byIssued);
        }
    }

    /**
     * Opens a file, or begins one.
     *
     * @throws UncheckedIOException when it cannot be read
     * @throws IllegalArgumentException when it is no file of partners
     */
    public FilePartners(Path file) {
        this(file, Steps.NONE);
    }

    FilePartners(Path file, Steps steps) {
        this(file, steps, MOST_BYTES);
    }

    FilePartners(Path file, Steps steps, long mostBytes) {
        this.mostBytes = mostBytes;
        this.file = file;
        this.steps = steps;
        this.known = Known.of(read(file, mostBytes));
    }

    private static List<Partner> read(Path file, long mostBytes) {
        try {
            if (Files.size(file) > mostBytes) {
                throw new IllegalArgumentException(
                        file + " has more than " + mostBytes + " bytes: it is no file of partners");
            }
            Content content = MAPPER.readValue(Files.readAllBytes(file), Content.class);
            if (content.format() != 1) {
                throw new IllegalArgumentException(file + " has the format " + content.format()
                        + "; this program reads format 1. Use the one that wrote it");
            }
            return content.partners();
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(file + " is no file of partners: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    @Override
    public Collection<Partner> all() {
        return List.copyOf(known.byId().values());
    }

    @Override
    public Optional<Partner> find(String id) {
        return Optional.ofNullable(known.byId().get(id));
    }

    @Override
    public Optional<Partner> byIssued(String sha256) {
        return Optional.ofNullable(known.byIssued().get(sha256));
    }

    @Override
    public synchronized void add(Partner partner) {
        if (find(partner.id()).isPresent()) {
            throw new IllegalArgumentException(
                    "there is a partner '" + partner.id() + "'. Unregister it, or choose another name");
        }
        if (known.byId().size() >= MOST_PARTNERS) {
            throw new IllegalArgumentException(
                    "there are " + MOST_PARTNERS + " partners, which is the limit. Remove some");
        }
        List<Partner> partners = new ArrayList<>(known.byId().values());
        partners.add(partner);
        write(partners);
    }

    @Override
    public synchronized Partner change(String id, UnaryOperator<Partner> change) {
        Partner before = find(id).orElseThrow(() -> new NoSuchElementException("there is no partner '" + id + "'"));
        Partner after = change.apply(before);
        if (!after.equals(before)) {
            List<Partner> partners = new ArrayList<>(known.byId().values());
            partners.set(partners.indexOf(before), after);
            write(partners);
        }
        return after;
    }

    @Override
    public synchronized void remove(String id) {
        List<Partner> partners = new ArrayList<>(known.byId().values());
        if (partners.removeIf(partner -> partner.id().equals(id))) {
            write(partners);
        }
    }

    private void write(List<Partner> partners) {
        Path half = file.resolveSibling(file.getFileName() + ".new");
        try {
            byte[] bytes = MAPPER.writeValueAsBytes(new Content(1, partners));
            if (bytes.length > mostBytes) {
                throw new IllegalStateException(file + " would have " + bytes.length + " bytes; the limit is "
                        + mostBytes + ". Remove partners that are not needed");
            }
            steps.reached("file:begin");
            Files.deleteIfExists(half);
            try (FileChannel channel = FileChannel.open(
                    half, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), ownerOnly())) {
                ByteBuffer rest = ByteBuffer.wrap(bytes, 0, bytes.length / 2);
                while (rest.hasRemaining()) {
                    channel.write(rest);
                }
                steps.reached("file:half");
                rest = ByteBuffer.wrap(bytes, bytes.length / 2, bytes.length - bytes.length / 2);
                while (rest.hasRemaining()) {
                    channel.write(rest);
                }
                channel.force(true);
            }
            steps.reached("file:written");
            Files.move(half, file, StandardCopyOption.ATOMIC_MOVE);
            steps.reached("file:moved");
            Path folder = file.toAbsolutePath().getParent();
            if (folder != null && isPosix()) {
                try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                    channel.force(true);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file + ": " + e.getMessage(), e);
        }
        known = Known.of(partners);
        steps.reached("file:end");
    }

    private static FileAttribute<?>[] ownerOnly() {
        return isPosix()
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
                : new FileAttribute<?>[0];
    }

    private static boolean isPosix() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    }
}

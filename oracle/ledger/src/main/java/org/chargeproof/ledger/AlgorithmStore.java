package org.chargeproof.ledger;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.contracts.AlgorithmRegistry;
import org.chargeproof.protocol.encoding.Sha256;

/** Fetches algorithms from the chain, checks that their bytes are what their id says, and keeps them in a folder. */
public final class AlgorithmStore {
    /** The same as in AlgorithmRegistry. */
    private static final int MOST_BYTES = 1 << 20;

    private static final int CHUNK_BYTES = 24_575;

    private final LedgerClient client;
    private final AlgorithmRegistry registry;
    private final Path folder;

    /** The algorithms that plan. */
    public AlgorithmStore(Network network, Path folder) {
        this(network.client(), network.algorithms(), folder);
    }

    /** Those of any registry. */
    public AlgorithmStore(LedgerClient client, AlgorithmRegistry registry, Path folder) {
        this.client = client;
        this.registry = registry;
        this.folder = folder;
    }

    /**
     * The jar of an algorithm.
     *
     * @throws LedgerException when the chain does not hold it whole, or its bytes have another hash
     */
    public Path jar(Bytes32 algorithm) {
        Path jar = folder.resolve(algorithm.toUnprefixedHexString() + ".jar");
        try {
            if (Files.exists(jar) && Sha256.of(Files.readAllBytes(jar)).equals(algorithm)) {
                return jar;
            }
            byte[] bytes = fetch(client, registry, algorithm);
            Files.createDirectories(folder);
            Path partial = Files.createTempFile(folder, "fetching", ".jar");
            Files.write(partial, bytes);
            return Files.move(partial, jar, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep algorithm " + algorithm + " in " + folder, e);
        }
    }

    /** The same, as bytes. */
    public byte[] bytes(Bytes32 algorithm) {
        Path jar = jar(algorithm);
        try {
            return Files.readAllBytes(jar);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read algorithm " + algorithm + " in " + jar, e);
        }
    }

    /** How many chunks there are, when it is as many as the contract can have taken. */
    private static int chunks(LedgerClient client, Bytes32 algorithm, BigInteger size, BigInteger chunks) {
        BigInteger expected = size.add(BigInteger.valueOf(CHUNK_BYTES - 1)).divide(BigInteger.valueOf(CHUNK_BYTES));
        if (size.signum() <= 0 || size.compareTo(BigInteger.valueOf(MOST_BYTES)) > 0 || !chunks.equals(expected)) {
            throw new LedgerException(client.url() + " says that algorithm " + algorithm + " has " + size
                    + " bytes in " + chunks + " chunks; the most is " + MOST_BYTES + " bytes in chunks of "
                    + CHUNK_BYTES
                    + ". The node does not tell the chain's truth; ask another one.");
        }
        return chunks.intValueExact();
    }

    /** The bytes on chain, kept nowhere. Throws what {@link #jar} throws. */
    public static byte[] fetch(LedgerClient client, AlgorithmRegistry registry, Bytes32 algorithm) {
        byte[] id = algorithm.toArrayUnsafe();
        var size = client.call(registry.sizeOf(id));
        if (!size.component3()) {
            throw new LedgerException(
                    "algorithm " + algorithm + " is not stored on chain. Its operators must store and seal it.");
        }
        int chunks = chunks(client, algorithm, size.component1(), size.component2());
        var bytes = new ByteArrayOutputStream();
        for (int i = 0; i < chunks; i++) {
            byte[] chunk = client.call(registry.chunkOf(id, BigInteger.valueOf(i)));
            if (chunk.length > CHUNK_BYTES) {
                throw new LedgerException(client.url() + " gave " + chunk.length + " bytes for chunk " + i
                        + " of algorithm " + algorithm + "; the most is " + CHUNK_BYTES
                        + ". The node does not tell the chain's truth; ask another one.");
            }
            bytes.writeBytes(chunk);
        }
        byte[] jar = bytes.toByteArray();
        if (!Sha256.of(jar).equals(algorithm)) {
            throw new LedgerException(
                    "the bytes that " + client.url() + " gave for algorithm " + algorithm + " have SHA-256 "
                            + Sha256.of(jar) + ". The node does not tell the chain's truth; ask another one.");
        }
        return jar;
    }
}

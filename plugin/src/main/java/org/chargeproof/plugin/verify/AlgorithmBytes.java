package org.chargeproof.plugin.verify;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.protocol.encoding.Sha256;

/**
 * Puts algorithms together from the chunks that operators stored; which of their uploads is right, the hash tells. Remembers where
 * chunks are, not the chunks: anybody may store as many as it likes.
 */
final class AlgorithmBytes {
    private final Map<Bytes32, Map<Integer, TreeMap<Integer, Supplier<Bytes>>>> uploads = new HashMap<>();

    void add(Bytes32 algorithm, int operator, int index, Supplier<Bytes> chunk) {
        uploads.computeIfAbsent(algorithm, a -> new HashMap<>())
                .computeIfAbsent(operator, o -> new TreeMap<>())
                .put(index, chunk);
    }

    /**
     * The jar of an algorithm.
     *
     * @throws IllegalArgumentException when no upload has its hash
     */
    byte[] jar(Bytes32 algorithm) {
        for (var chunks : uploads.getOrDefault(algorithm, Map.of()).values()) {
            byte[] jar = Bytes.concatenate(
                            chunks.values().stream().map(Supplier::get).toArray(Bytes[]::new))
                    .toArray();
            if (Sha256.of(jar).equals(algorithm)) {
                return jar;
            }
        }
        throw new IllegalArgumentException("algorithm " + algorithm + " is not stored on chain");
    }
}

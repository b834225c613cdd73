package org.chargeproof.view.verify;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.protocol.encoding.Sha256;

/**
 * Puts algorithms together from the chunks that operators stored; which of their uploads is right, the hash tells. Remembers where
 * chunks are, not the chunks, and of each operator no more uploads than the newest that may still be activated.
 */
final class AlgorithmBytes {
    /** Of one operator, beside those that were activated. */
    static final int MOST_UPLOADS = 32;
    /** The same as in AlgorithmRegistry: 1 MiB in chunks of 24,575 bytes. */
    static final int MOST_CHUNKS = 43;

    private final Map<Integer, LinkedHashMap<Bytes32, TreeMap<Integer, Supplier<Bytes>>>> uploads = new HashMap<>();
    private final Set<Bytes32> activated = new HashSet<>();

    void add(Bytes32 algorithm, int operator, int index, Supplier<Bytes> chunk) {
        if (index < 0 || index >= MOST_CHUNKS) {
            return;
        }
        var own = uploads.computeIfAbsent(operator, o -> new LinkedHashMap<>());
        own.computeIfAbsent(algorithm, a -> new TreeMap<>()).put(index, chunk);
        var waiting = own.keySet().stream().filter(a -> !activated.contains(a)).toList();
        if (waiting.size() > MOST_UPLOADS) {
            own.remove(waiting.getFirst());
        }
    }

    /** An algorithm counts: its uploads are kept, whatever else is uploaded. */
    void keep(Bytes32 algorithm) {
        activated.add(algorithm);
    }

    /** How many uploads are remembered. */
    int size() {
        return uploads.values().stream().mapToInt(Map::size).sum();
    }

    /** Where the chunks of an algorithm are, of each operator that stored some. */
    List<List<Supplier<Bytes>>> uploads(Bytes32 algorithm) {
        return uploads.values().stream()
                .filter(own -> own.containsKey(algorithm))
                .map(own -> List.copyOf(own.get(algorithm).values()))
                .toList();
    }

    /**
     * The jar of an algorithm.
     *
     * @throws IllegalArgumentException when no upload has its hash
     */
    static byte[] jar(Bytes32 algorithm, List<List<Supplier<Bytes>>> uploads) {
        for (var chunks : uploads) {
            byte[] jar = Bytes.concatenate(chunks.stream().map(Supplier::get).toArray(Bytes[]::new))
                    .toArray();
            if (Sha256.of(jar).equals(algorithm)) {
                return jar;
            }
        }
        throw new IllegalArgumentException("algorithm " + algorithm + " is not stored on chain");
    }
}

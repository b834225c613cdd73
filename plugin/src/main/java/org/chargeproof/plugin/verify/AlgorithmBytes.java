package org.chargeproof.plugin.verify;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.protocol.encoding.Sha256;
import org.chargeproof.protocol.ledger.LedgerEvent.ChunkStored;

/** Puts algorithms together from the chunks that operators stored; which of their uploads is right, the hash tells. */
final class AlgorithmBytes {
    private final Map<Bytes32, Map<Integer, TreeMap<Integer, Bytes>>> uploads = new HashMap<>();

    void add(ChunkStored event) {
        uploads.computeIfAbsent(event.algorithm(), a -> new HashMap<>())
                .computeIfAbsent(event.operator(), o -> new TreeMap<>())
                .put(event.index(), event.chunk());
    }

    /**
     * The jar of an algorithm.
     *
     * @throws IllegalArgumentException when no upload has its hash
     */
    byte[] jar(Bytes32 algorithm) {
        for (var chunks : uploads.getOrDefault(algorithm, Map.of()).values()) {
            byte[] jar =
                    Bytes.concatenate(chunks.values().toArray(Bytes[]::new)).toArray();
            if (Sha256.of(jar).equals(algorithm)) {
                return jar;
            }
        }
        throw new IllegalArgumentException("algorithm " + algorithm + " is not stored on chain");
    }
}

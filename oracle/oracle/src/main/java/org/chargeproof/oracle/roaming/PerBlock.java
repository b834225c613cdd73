package org.chargeproof.oracle.roaming;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.chargeproof.protocol.time.BlockHeader;
import org.jspecify.annotations.Nullable;

/** What is read of the ledger, once for all who ask until the next block. Safe for use by several threads. */
final class PerBlock<K, V> {
    private final Map<K, V> values = new HashMap<>();
    private @Nullable BlockHeader block;

    /** @param now the block that the reader reads */
    synchronized V get(K key, BlockHeader now, Function<K, V> reader) {
        if (!now.equals(block)) {
            values.clear();
            block = now;
        }
        return values.computeIfAbsent(key, reader);
    }
}

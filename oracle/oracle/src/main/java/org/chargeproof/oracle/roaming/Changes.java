package org.chargeproof.oracle.roaming;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Since when things are as they are. The ledger does not say it of all; who asks for what has changed since must not miss anything. */
final class Changes<K> {
    private final Map<K, Seen> seen = new HashMap<>();

    private record Seen(Object content, Instant since) {}

    /** Since when a thing is so: the first time that it was seen so, in block time. */
    synchronized Instant since(K key, Object content, Instant now) {
        Seen before = seen.get(key);
        if (before != null && before.content().equals(content)) {
            return before.since();
        }
        seen.put(key, new Seen(content, now));
        return now;
    }

    /** Forgets all others. */
    synchronized void keep(Set<K> keys) {
        seen.keySet().retainAll(keys);
    }
}

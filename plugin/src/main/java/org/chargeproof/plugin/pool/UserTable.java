package org.chargeproof.plugin.pool;

import java.util.Random;
import org.apache.tuweni.bytes.Bytes;

/**
 * Registered pseudonyms and the operators and providers that vouch for them in eight bytes each: 56 bits of a hash of the account, and the id. Two accounts
 * that share a hash would be taken for each other, which nobody can bring about who does not know this process's key. Not
 * thread-safe.
 */
final class UserTable {
    /** What the contracts let all members register together, who are 31 at most. */
    static final int MOST = 31 * 200_000;

    private static final int OPERATOR_BITS = 8;
    private static final long OPERATOR_MASK = (1L << OPERATOR_BITS) - 1;
    private static final int FIRST_SLOTS = 1 << 10;
    private static final int ADDRESS_BYTES = 20;
    private static final long EMPTY = 0;

    private final long key0;
    private final long key1;
    private final int most;
    private long[] slots = new long[FIRST_SLOTS];
    private int size;

    UserTable(Random random, int most) {
        this.key0 = random.nextLong();
        this.key1 = random.nextLong();
        this.most = most;
    }

    int size() {
        return size;
    }

    /** Takes an account in, unless another operator has it or the table is full. */
    void add(Bytes account, int operator) {
        if (operator < 1 || operator > OPERATOR_MASK || size >= most) {
            return;
        }
        // at most three quarters full, so that a search is short
        if (4 * (size + 1L) > 3L * slots.length) {
            grow();
        }
        long hash = hash(account);
        int at = find(slots, hash);
        if (slots[at] == EMPTY) {
            slots[at] = hash | operator;
            size++;
        }
    }

    /** Lets an account go, if it is this operator's. */
    void remove(Bytes account, int operator) {
        long hash = hash(account);
        int at = find(slots, hash);
        if (slots[at] != (hash | operator)) {
            return;
        }
        size--;
        // what stands behind it moves up, or a search would end here
        int hole = at;
        int next = next(hole);
        while (slots[next] != EMPTY) {
            int home = home(slots[next], slots.length);
            if (((next - home) & (slots.length - 1)) >= ((next - hole) & (slots.length - 1))) {
                slots[hole] = slots[next];
                hole = next;
            }
            next = next(next);
        }
        slots[hole] = EMPTY;
    }

    /** An account's operator; 0 when it is nobody's. */
    int operatorOf(Bytes account) {
        return (int) (slots[find(slots, hash(account))] & OPERATOR_MASK);
    }

    private void grow() {
        var larger = new long[2 * slots.length];
        for (long slot : slots) {
            if (slot != EMPTY) {
                larger[find(larger, slot & ~OPERATOR_MASK)] = slot;
            }
        }
        slots = larger;
    }

    /** Where a hash stands, or the empty slot where it would. */
    private static int find(long[] slots, long hash) {
        int at = home(hash, slots.length);
        while (slots[at] != EMPTY && (slots[at] & ~OPERATOR_MASK) != hash) {
            at = (at + 1) & (slots.length - 1);
        }
        return at;
    }

    private static int home(long slot, int length) {
        return (int) (slot >>> (OPERATOR_BITS + 8)) & (length - 1);
    }

    private int next(int at) {
        return (at + 1) & (slots.length - 1);
    }

    /** Never {@link #EMPTY}, for an operator is never 0. */
    private long hash(Bytes account) {
        if (account.size() != ADDRESS_BYTES) {
            throw new IllegalArgumentException("an address has 20 bytes, not " + account.size());
        }
        long h = mix(account.getLong(0) ^ key0);
        h = mix(h + account.getLong(8) ^ key1);
        h = mix(h + account.getInt(16) + key0);
        return h & ~OPERATOR_MASK;
    }

    /** MurmurHash3's finalizer. */
    private static long mix(long value) {
        long h = value;
        h ^= h >>> 33;
        h *= 0xff51afd7ed558ccdL;
        h ^= h >>> 33;
        h *= 0xc4ceb9fe1a85ec53L;
        return h ^ h >>> 33;
    }
}

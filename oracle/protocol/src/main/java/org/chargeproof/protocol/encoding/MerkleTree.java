package org.chargeproof.protocol.encoding;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/** The Merkle tree of RFC 6962, section 2.1, with SHA-256: one group can be opened without the others. */
public final class MerkleTree {
    private static final byte LEAF = 0;
    private static final byte NODE = 1;

    /** Hashes one behind the other, from those of the leaves up to the root; of no leaf a level without one. */
    private final List<byte[]> levels;

    private MerkleTree(List<byte[]> levels) {
        this.levels = levels;
    }

    /** All hashes of the tree over leaves in order, at most {@link #bytes} of them: for who asks for more than one of root and proofs. */
    public static MerkleTree of(List<Bytes> leaves) {
        byte[] level = new byte[Math.multiplyExact(leaves.size(), Bytes32.SIZE)];
        int at = 0;
        for (Bytes leaf : leaves) {
            put(leaf(leaf), level, at++);
        }
        var levels = new ArrayList<byte[]>();
        levels.add(level);
        for (int size = leaves.size(); size > 1; size = Math.ceilDiv(size, 2)) {
            byte[] above = new byte[Math.ceilDiv(size, 2) * Bytes32.SIZE];
            for (int i = 0; i < size; i += 2) {
                // the last of an odd number stands for itself: RFC 6962 splits at powers of two
                put(i + 1 < size ? node(hash(level, i), hash(level, i + 1)) : hash(level, i), above, i / 2);
            }
            levels.add(above);
            level = above;
        }
        return new MerkleTree(levels);
    }

    /** Memory that a tree takes at most, but for some hundred bytes. */
    public static long bytes(int leaves) {
        return 2L * Bytes32.SIZE * leaves;
    }

    /** The tree hash over leaves in order. */
    public static Bytes32 root(List<Bytes> leaves) {
        return of(leaves).root();
    }

    /**
     * The audit path of a leaf (RFC 6962, section 2.1.1), from the leaf's sibling up.
     *
     * @throws IndexOutOfBoundsException when there is no such leaf
     */
    public static List<Bytes32> proof(List<Bytes> leaves, int index) {
        return of(leaves).proof(index);
    }

    /** The tree hash; of no leaf SHA-256 of nothing. */
    public Bytes32 root() {
        byte[] top = levels.getLast();
        return top.length == 0 ? Sha256.of() : hash(top, 0);
    }

    /**
     * The audit path of a leaf, from its sibling up: no hash is computed.
     *
     * @throws IndexOutOfBoundsException when there is no such leaf
     */
    public List<Bytes32> proof(int index) {
        int place = Objects.checkIndex(index, levels.getFirst().length / Bytes32.SIZE);
        var path = new ArrayList<Bytes32>();
        for (byte[] level : levels) {
            int sibling = place ^ 1;
            if (sibling < level.length / Bytes32.SIZE) {
                path.add(hash(level, sibling));
            }
            place /= 2;
        }
        return path;
    }

    /** Whether a leaf stands at a place in the tree with this root. */
    public static boolean verify(Bytes32 root, int size, int index, Bytes leaf, List<Bytes32> proof) {
        if (index < 0 || index >= size) {
            return false;
        }
        // RFC 9162, section 2.1.3.2
        int place = index;
        int last = size - 1;
        Bytes32 hash = leaf(leaf);
        for (Bytes32 sibling : proof) {
            if (last == 0) {
                return false;
            }
            if (place % 2 == 1 || place == last) {
                hash = node(sibling, hash);
                while (place % 2 == 0 && place != 0) {
                    place /= 2;
                    last /= 2;
                }
            } else {
                hash = node(hash, sibling);
            }
            place /= 2;
            last /= 2;
        }
        return last == 0 && hash.equals(root);
    }

    private static Bytes32 leaf(Bytes data) {
        return Sha256.of(new byte[] {LEAF}, data.toArrayUnsafe());
    }

    private static Bytes32 node(Bytes32 left, Bytes32 right) {
        return Sha256.of(new byte[] {NODE}, left.toArrayUnsafe(), right.toArrayUnsafe());
    }

    private static void put(Bytes32 hash, byte[] level, int index) {
        System.arraycopy(hash.toArrayUnsafe(), 0, level, index * Bytes32.SIZE, Bytes32.SIZE);
    }

    private static Bytes32 hash(byte[] level, int index) {
        return Bytes32.wrap(level, index * Bytes32.SIZE);
    }
}

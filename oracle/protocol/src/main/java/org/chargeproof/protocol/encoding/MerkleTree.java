package org.chargeproof.protocol.encoding;

import java.util.ArrayList;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/** The Merkle tree of RFC 6962, section 2.1, with SHA-256: one group can be opened without the others. */
public final class MerkleTree {
    private static final byte LEAF = 0;
    private static final byte NODE = 1;

    private MerkleTree() {}

    /** The tree hash over leaves in order. */
    public static Bytes32 root(List<Bytes> leaves) {
        if (leaves.isEmpty()) {
            return Sha256.of();
        }
        if (leaves.size() == 1) {
            return leaf(leaves.getFirst());
        }
        int split = split(leaves.size());
        return node(root(leaves.subList(0, split)), root(leaves.subList(split, leaves.size())));
    }

    /** The audit path of a leaf (RFC 6962, section 2.1.1), from the leaf's sibling up. */
    public static List<Bytes32> proof(List<Bytes> leaves, int index) {
        var path = new ArrayList<Bytes32>();
        if (leaves.size() > 1) {
            int split = split(leaves.size());
            var left = leaves.subList(0, split);
            var right = leaves.subList(split, leaves.size());
            if (index < split) {
                path.addAll(proof(left, index));
                path.add(root(right));
            } else {
                path.addAll(proof(right, index - split));
                path.add(root(left));
            }
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

    /** The largest power of two below n. */
    private static int split(int n) {
        return Integer.highestOneBit(n - 1);
    }
}

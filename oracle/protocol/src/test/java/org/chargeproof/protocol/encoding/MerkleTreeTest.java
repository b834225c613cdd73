package org.chargeproof.protocol.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against the vectors of the reference implementation of Certificate Transparency (merkletree/merkle_tree_test.cc). */
class MerkleTreeTest {
    private static final List<Bytes> LEAVES = List.of(
            Bytes.EMPTY,
            Bytes.fromHexString("0x00"),
            Bytes.fromHexString("0x10"),
            Bytes.fromHexString("0x2021"),
            Bytes.fromHexString("0x3031"),
            Bytes.fromHexString("0x40414243"),
            Bytes.fromHexString("0x5051525354555657"),
            Bytes.fromHexString("0x606162636465666768696a6b6c6d6e6f"));

    @ParameterizedTest
    @CsvSource({
        "0, e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "1, 6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "2, fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "3, aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "4, d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "5, 4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "6, 76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "7, ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "8, 5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
    })
    void hasTheKnownRoots(int size, String root) {
        assertThat(MerkleTree.root(LEAVES.subList(0, size))).isEqualTo(Bytes32.fromHexString(root));
    }

    @Test
    void hasTheKnownProofs() {
        assertThat(MerkleTree.proof(LEAVES, 0))
                .containsExactly(
                        hash("96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"),
                        hash("5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"),
                        hash("6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"));
        assertThat(MerkleTree.proof(LEAVES.subList(0, 3), 2))
                .containsExactly(hash("fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"));
        assertThat(MerkleTree.proof(LEAVES.subList(0, 1), 0)).isEmpty();
    }

    @Test
    void everyLeafOfEveryTreeHasAProofThatHoldsForItAlone() {
        var random = new Random(1);
        for (int size = 1; size <= 40; size++) {
            var leaves = leaves(random, size);
            var root = MerkleTree.root(leaves);
            for (int i = 0; i < size; i++) {
                var proof = MerkleTree.proof(leaves, i);
                assertThat(MerkleTree.verify(root, size, i, leaves.get(i), proof))
                        .isTrue();
                for (int j = 0; j < size; j++) {
                    if (j != i) {
                        assertThat(MerkleTree.verify(root, size, j, leaves.get(i), proof))
                                .as("leaf %d of %d at place %d", i, size, j)
                                .isFalse();
                    }
                }
            }
        }
    }

    @Test
    void returnFalseWhenAnythingIsChanged() {
        var random = new Random(2);
        for (int size = 2; size <= 33; size++) {
            var leaves = leaves(random, size);
            var root = MerkleTree.root(leaves);
            int i = random.nextInt(size);
            var proof = MerkleTree.proof(leaves, i);
            var leaf = leaves.get(i);
            assertThat(MerkleTree.verify(root.not(), size, i, leaf, proof)).isFalse();
            assertThat(MerkleTree.verify(root, size, i, Bytes.concatenate(leaf, Bytes.of(0)), proof))
                    .isFalse();
            assertThat(MerkleTree.verify(root, size, i, leaf, proof.subList(1, proof.size())))
                    .isFalse();
            var longer = new ArrayList<>(proof);
            longer.add(Bytes32.ZERO);
            assertThat(MerkleTree.verify(root, size, i, leaf, longer)).isFalse();
            var changed = new ArrayList<>(proof);
            changed.set(0, changed.getFirst().not());
            assertThat(MerkleTree.verify(root, size, i, leaf, changed)).isFalse();
            assertThat(MerkleTree.verify(root, size, -1, leaf, proof)).isFalse();
            assertThat(MerkleTree.verify(root, size, size, leaf, proof)).isFalse();
        }
    }

    @Test
    void isTheTreeOfTheSpecificationForEverySize() {
        for (int size = 0; size <= 130; size++) {
            var leaves = leaves(new Random(size), size);
            assertThat(MerkleTree.root(leaves)).as("%d leaves", size).isEqualTo(byTheBook(leaves));
        }
        assertThatThrownBy(() -> MerkleTree.proof(LEAVES, LEAVES.size())).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> MerkleTree.proof(List.of(), 0)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    /** RFC 6962, section 2.1, from above. */
    private static Bytes32 byTheBook(List<Bytes> leaves) {
        int n = leaves.size();
        if (n < 2) {
            return n == 0
                    ? Sha256.of()
                    : Sha256.of(new byte[] {0}, leaves.getFirst().toArray());
        }
        int k = Integer.highestOneBit(n - 1);
        return Sha256.of(
                new byte[] {1},
                byTheBook(leaves.subList(0, k)).toArray(),
                byTheBook(leaves.subList(k, n)).toArray());
    }

    @Test
    void aNodeIsNoLeaf() {
        // RFC 6962 sets them apart by a first byte, so that an inner node cannot be passed off as a leaf
        var leaves = LEAVES.subList(1, 3);
        var children = Bytes.concatenate(MerkleTree.root(leaves.subList(0, 1)), MerkleTree.root(leaves.subList(1, 2)));
        assertThat(MerkleTree.root(List.of(children))).isNotEqualTo(MerkleTree.root(leaves));
    }

    private static List<Bytes> leaves(Random random, int size) {
        var leaves = new ArrayList<Bytes>();
        for (int i = 0; i < size; i++) {
            leaves.add(Bytes.concatenate(Bytes.of(i), Bytes.random(random.nextInt(20), random)));
        }
        return leaves;
    }

    private static Bytes32 hash(String hex) {
        return Bytes32.fromHexString(hex);
    }
}

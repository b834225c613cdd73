package org.chargeproof.protocol.encoding;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.protocol.encoding.Decisions.Decision;
import org.junit.jupiter.api.Test;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.datatypes.Type;
import org.web3j.abi.datatypes.generated.Uint32;
import org.web3j.abi.datatypes.generated.Uint64;
import org.web3j.crypto.Hash;

class CommitmentTest {
    @Test
    void digestAndCandidateAreThoseOfTheAbiEncoding() {
        var random = new Random(4);
        for (int i = 0; i < 200; i++) {
            var commitment = new Commitment(
                    random.nextInt(Integer.MAX_VALUE),
                    random.nextLong(1L << 53),
                    Bytes32.random(random),
                    Bytes32.random(random),
                    Bytes32.random(random),
                    Bytes32.random(random));
            var setpoints =
                    Setpoints.pack(random.ints(random.nextInt(40), 0, 65_535).toArray());
            assertThat(commitment.digest(setpoints)).isEqualTo(abiDigest(commitment, setpoints));
            var decisions = Bytes.random(random.nextInt(200), random);
            assertThat(commitment.candidate(setpoints, decisions))
                    .isEqualTo(abiCandidate(abiDigest(commitment, setpoints), decisions));
        }
    }

    /** The worked example of docs/reference/commitments.md. */
    @Test
    void hasTheDigestOfTheReference() {
        var inputsRoot = MerkleTree.root(List.of(ascii("input of group 0"), ascii("input of group 1")));
        var plansRoot = MerkleTree.root(List.of(ascii("plan of group 0"), ascii("plan of group 1")));
        var leafOfGroup0 = Bytes.fromHexString("0x00000000001e84810002" + "000000000abe" + "000000020000");
        var leafOfGroup1 = Bytes.fromHexString("0x00000001001e84810001" + "000000011388");
        var setpointsRoot = MerkleTree.root(List.of(leafOfGroup0, leafOfGroup1));
        // charge points 0 and 2 stand in group 0, charge point 1 in group 1
        var setpoints = Setpoints.pack(new int[] {2_750, 5_000, 0});
        var decisions = Decisions.pack(List.of(new Decision(41, true, 0, 0, 0)));
        var commitment = new Commitment(
                2_000_001,
                4_711,
                Bytes32.fromHexString("0x8d969eef6ecad3c29a3a629280e686cf0c3f5d5a86aff3ca12020c923adc6c92"),
                inputsRoot,
                plansRoot,
                setpointsRoot);

        assertThat(inputsRoot.toHexString())
                .isEqualTo("0x4baada43938fac86985c4294f56618df1fca13c81a584410b851bfe9dfcb339a");
        assertThat(plansRoot.toHexString())
                .isEqualTo("0x981a3a4bba5fc9fc4541dda603c9d09ea7761d08fcb67383c4daa5a8a6ab92d0");
        assertThat(setpointsRoot.toHexString())
                .isEqualTo("0x31f17feb5b3d0337b77e3241c1aa57eb746450abfd6df9d21c93df5f80f577d7");
        assertThat(commitment.digest(setpoints).toHexString())
                .isEqualTo("0xd0d7f351e11aa4a1e0d31598f54e6348059cda16de6903113cee4f2797f60061");
        assertThat(commitment.candidate(setpoints, decisions).toHexString())
                .isEqualTo("0x9f65daba4af82a7ac6d1232afafce9451ea14bad0cbe6642f5c58f2451c14a07");
    }

    private static Bytes32 abiCandidate(Bytes32 digest, Bytes decisions) {
        @SuppressWarnings("rawtypes") // as web3j wants it
        List<Type> words = List.of(word(digest), word(Bytes32.wrap(Hash.sha3(decisions.toArray()))));
        return Bytes32.fromHexString(Hash.sha3("0x" + FunctionEncoder.encodeConstructor(words)));
    }

    private static Bytes32 abiDigest(Commitment c, Bytes setpoints) {
        @SuppressWarnings("rawtypes") // as web3j wants it
        List<Type> words = List.of(
                new Uint32(c.timestep()),
                new Uint64(BigInteger.valueOf(c.snapshotBlock())),
                word(c.algorithm()),
                word(c.inputsRoot()),
                word(c.plansRoot()),
                word(c.setpointsRoot()),
                word(Bytes32.wrap(Hash.sha3(setpoints.toArray()))));
        return Bytes32.fromHexString(Hash.sha3("0x" + FunctionEncoder.encodeConstructor(words)));
    }

    private static Type<?> word(Bytes32 bytes) {
        return new org.web3j.abi.datatypes.generated.Bytes32(bytes.toArray());
    }

    private static Bytes ascii(String text) {
        return Bytes.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }
}

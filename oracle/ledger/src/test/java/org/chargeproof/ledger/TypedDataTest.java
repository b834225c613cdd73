package org.chargeproof.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.junit.jupiter.api.Test;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.Hash;

/** The bytes that contracts check, as EIP-712 puts them together. */
class TypedDataTest {
    private static final long CHAIN = 2018;
    private static final String CONTRACT = "0x00000000000000000000000000000000000c0de1";
    private static final String OWNER = "0x0000000000000000000000000000000000000a11";
    private static final String ORACLE = "0x0000000000000000000000000000000000000b22";
    private static final String METER = "0x0000000000000000000000000000000000000c33";

    @Test
    void aMembershipIsItsNameAndAllThreeAccounts() {
        assertThat(TypedData.membership(CHAIN, CONTRACT, "Nordläde \"1\"\\", OWNER, ORACLE, METER)
                        .hash())
                .isEqualTo(hash(
                        "Membership(string name,address owner,address oracle,address meter)",
                        keccak("Nordläde \"1\"\\"),
                        word(OWNER),
                        word(ORACLE),
                        word(METER)));
    }

    @Test
    void hotAccountsAreAnOperators() {
        assertThat(TypedData.hotAccounts(CHAIN, CONTRACT, 31, ORACLE, METER).hash())
                .isEqualTo(hash(
                        "HotAccounts(uint8 operator,address oracle,address meter)",
                        word("0x1f"),
                        word(ORACLE),
                        word(METER)));
    }

    @Test
    void aPseudonymIsOneOperators() {
        assertThat(TypedData.pseudonym(CHAIN, CONTRACT, 7, OWNER).hash())
                .isEqualTo(hash("Pseudonym(uint8 operator,address account)", word("0x07"), word(OWNER)));
    }

    @Test
    void aSignatureIsGoodForItsDataAndAccountAlone() {
        var key = Credentials.create("1".repeat(64));
        var other = Credentials.create("2".repeat(64));
        var data = TypedData.pseudonym(CHAIN, CONTRACT, 7, key.getAddress());
        Bytes signature = data.sign(key);
        assertThat(signature.size()).isEqualTo(TypedData.SIGNATURE_BYTES);
        assertThat(signature.get(64)).isBetween((byte) 27, (byte) 28);
        assertThat(TransactionSigner.of(key).sign(data)).isEqualTo(signature);
        assertThat(data.isSignedBy(key.getAddress(), signature)).isTrue();
        assertThat(data.isSignedBy(other.getAddress(), signature)).isFalse();
        assertThat(data.isSignedBy(key.getAddress(), other(data, other))).isFalse();
        for (var elsewhere : new TypedData[] {
            TypedData.pseudonym(CHAIN + 1, CONTRACT, 7, key.getAddress()),
            TypedData.pseudonym(CHAIN, OWNER, 7, key.getAddress()),
            TypedData.pseudonym(CHAIN, CONTRACT, 8, key.getAddress())
        }) {
            assertThat(elsewhere.isSignedBy(key.getAddress(), signature)).isFalse();
        }
        assertThat(data.isSignedBy(key.getAddress(), Bytes.EMPTY)).isFalse();
        assertThat(data.isSignedBy(key.getAddress(), Bytes.repeat((byte) 0xff, 65)))
                .isFalse();
        assertThat(data.isSignedBy(key.getAddress(), Bytes.repeat((byte) 0, 65)))
                .isFalse();
    }

    private static Bytes other(TypedData data, Credentials key) {
        return data.sign(key);
    }

    private static byte[] hash(String type, Bytes... fields) {
        Bytes domain = keccak(Bytes.concatenate(
                keccak("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak("chargeproof"),
                keccak("3"),
                Bytes32.leftPad(Bytes.ofUnsignedLong(CHAIN)),
                word(CONTRACT)));
        Bytes struct = keccak(Bytes.concatenate(keccak(type), Bytes.concatenate(fields)));
        return keccak(Bytes.concatenate(Bytes.of(0x19, 0x01), domain, struct)).toArray();
    }

    private static Bytes word(String hex) {
        return Bytes32.leftPad(Bytes.fromHexString(hex));
    }

    private static Bytes keccak(String text) {
        return keccak(Bytes.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static Bytes keccak(Bytes bytes) {
        return Bytes.wrap(Hash.sha3(bytes.toArray()));
    }
}

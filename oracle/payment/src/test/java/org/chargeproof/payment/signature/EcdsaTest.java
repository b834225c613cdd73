package org.chargeproof.payment.signature;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Random;
import org.apache.tuweni.bytes.Bytes;
import org.junit.jupiter.api.Test;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.Hash;

class EcdsaTest {
    private static final Ecdsa NATIVE = NativeEcdsa.load();
    private static final Ecdsa BOUNCY_CASTLE = new BouncyCastleEcdsa();

    /** Published with RFC 6979's method for this curve: key 1, SHA-256 of a text. */
    @Test
    void signsAsPublished() throws Exception {
        byte[] key = Scalars.bytes(BigInteger.ONE);
        byte[] digest = java.security.MessageDigest.getInstance("SHA-256")
                .digest("Satoshi Nakamoto".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        String published = "0x934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d8"
                + "2442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5";
        assertThat(Bytes.wrap(NATIVE.sign(digest, key)).toHexString()).isEqualTo(published);
        assertThat(Bytes.wrap(BOUNCY_CASTLE.sign(digest, key)).toHexString()).isEqualTo(published);
    }

    @Test
    void bothSayTheSame() {
        var random = new Random(1);
        for (int i = 0; i < 200; i++) {
            byte[] key = bytes(random);
            byte[] digest = bytes(random);
            byte[] signature = NATIVE.sign(digest, key);
            byte[] publicKey = NATIVE.publicKey(key);
            assertThat(BOUNCY_CASTLE.sign(digest, key)).isEqualTo(signature);
            assertThat(BOUNCY_CASTLE.publicKey(key)).isEqualTo(publicKey);
            assertThat(NATIVE.verify(digest, signature, publicKey)).isTrue();
            assertThat(BOUNCY_CASTLE.verify(digest, signature, publicKey)).isTrue();
            for (int parity = 0; parity < 2; parity++) {
                assertThat(BOUNCY_CASTLE.recover(digest, signature, parity))
                        .isEqualTo(NATIVE.recover(digest, signature, parity));
            }
            byte[] broken = signature.clone();
            broken[random.nextInt(broken.length)] ^= (byte) (1 << random.nextInt(8));
            assertThat(NATIVE.verify(digest, broken, publicKey)).isFalse();
            assertThat(BOUNCY_CASTLE.verify(digest, broken, publicKey)).isFalse();
        }
    }

    @Test
    void refusesNumbersThatContractsDoNotTake() {
        var random = new Random(2);
        byte[] key = bytes(random);
        byte[] digest = bytes(random);
        byte[] publicKey = NATIVE.publicKey(key);
        byte[] signature = NATIVE.sign(digest, key);
        var s = new BigInteger(1, Arrays.copyOfRange(signature, 32, 64));
        byte[] high = signature.clone();
        System.arraycopy(Scalars.bytes(Scalars.ORDER.subtract(s)), 0, high, 32, 32);
        byte[] smallR = signature.clone();
        Arrays.fill(smallR, 0, 16, (byte) 0);
        byte[] order = signature.clone();
        System.arraycopy(Scalars.bytes(Scalars.ORDER), 0, order, 0, 32);
        byte[] noS = signature.clone();
        Arrays.fill(noS, 32, 64, (byte) 0);
        for (var ecdsa : new Ecdsa[] {NATIVE, BOUNCY_CASTLE}) {
            for (byte[] bad : new byte[][] {high, smallR, order, noS, new byte[64], new byte[63], {}}) {
                assertThat(ecdsa.verify(digest, bad, publicKey)).isFalse();
                assertThat(ecdsa.recover(digest, bad, 0)).isNull();
                assertThat(ecdsa.recover(digest, bad, 1)).isNull();
            }
        }
    }

    @Test
    void keysShowTheirAccountAlone() {
        var key = VoucherKey.of(Credentials.create("0x" + "11".repeat(32)));
        assertThat(key.address()).isEqualTo("0x19e7e376e7c213b7e7e7e46cc70a5dd086daff2a");
        assertThat(key).hasToString("VoucherKey[0x19e7e376e7c213b7e7e7e46cc70a5dd086daff2a]");
    }

    private static byte[] bytes(Random random) {
        var bytes = new byte[32];
        random.nextBytes(bytes);
        return Hash.sha3(bytes);
    }
}

package org.chargeproof.meter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.security.KeyFactory;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MeterKeyTest {
    @ParameterizedTest
    @EnumSource
    void aKeyOutOfItsFileIsTheSame(MeterCurve curve) {
        var key = MeterKey.generate(curve, new SecureRandom());
        var read = MeterKey.ofPem(key.pem());
        assertThat(read.publicKey()).isEqualTo(key.publicKey());
        assertThat(read.sign(new byte[32])).isEqualTo(key.sign(new byte[32]));
        assertThat(MeterPublicKey.parse(key.publicKey().text())).isEqualTo(key.publicKey());
        assertThat(MeterPublicKey.of(curve, key.publicKey().bytes())).isEqualTo(key.publicKey());
        assertThat(key.toString()).doesNotContain("PRIVATE");
    }

    @Test
    void theJdkVerifiesWhatIsSigned() throws Exception {
        var key = MeterKey.generate(MeterCurve.SECP256R1, new SecureRandom());
        var jdk = KeyFactory.getInstance("EC")
                .generatePublic(new X509EncodedKeySpec(
                        HexFormat.of().parseHex(key.publicKey().text())));
        byte[] hash = new byte[32];
        hash[5] = 7;
        var signature = Signature.getInstance("NONEwithECDSA");
        signature.initVerify(jdk);
        signature.update(hash);
        assertThat(signature.verify(key.sign(hash))).isTrue();
    }

    @Test
    void keysThatAreNoneAreRefused() {
        String good = Keys.R1.publicKey().text();
        for (String text : List.of(
                "",
                "00",
                "zz",
                good.substring(2),
                good + "00",
                good.replace("0342000", "0342010"),
                good.substring(0, good.length() - 2) + "00",
                Keys.K1.publicKey().text().substring(0, 46) + good.substring(good.length() - 130),
                "0".repeat(2_000))) {
            assertThatThrownBy(() -> MeterPublicKey.parse(text)).as(text).isInstanceOf(InvalidRecordException.class);
        }
        assertThatThrownBy(() -> MeterPublicKey.of(MeterCurve.SECP256R1, new byte[64]))
                .isInstanceOf(InvalidRecordException.class);
        assertThatThrownBy(() -> MeterPublicKey.of(MeterCurve.SECP256R1, new byte[63]))
                .isInstanceOf(InvalidRecordException.class);
        assertThatThrownBy(() -> MeterKey.of(MeterCurve.SECP256R1, BigInteger.ZERO))
                .isInstanceOf(InvalidRecordException.class);
        String pem = Keys.R1.pem();
        for (String text : List.of(
                "",
                pem.replace("PRIVATE", "PUBLIC"),
                pem.replace("M", "N"),
                pem.substring(0, 80),
                "-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n",
                " ".repeat(5_000))) {
            assertThatThrownBy(() -> MeterKey.ofPem(text))
                    .as(text)
                    .isInstanceOf(InvalidRecordException.class)
                    .hasMessageNotContaining("MIG");
        }
    }
}

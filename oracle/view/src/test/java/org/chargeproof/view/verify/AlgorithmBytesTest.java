package org.chargeproof.view.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.protocol.encoding.Sha256;
import org.junit.jupiter.api.Test;

/** Uploads without end fill nothing, and push out nothing of others, nor what was activated. */
class AlgorithmBytesTest {
    private static final byte[] JAR = "a jar".getBytes(StandardCharsets.UTF_8);
    private static final Bytes32 ALGORITHM = Sha256.of(JAR);

    @Test
    void keepsTheNewestUploadsOfEachOperatorAndWhatWasActivated() {
        var bytes = new AlgorithmBytes();
        upload(bytes, 1);
        upload(bytes, 2);
        flood(bytes, 1, AlgorithmBytes.MOST_UPLOADS);
        assertThat(bytes.size()).isEqualTo(AlgorithmBytes.MOST_UPLOADS + 1);
        assertThat(AlgorithmBytes.jar(ALGORITHM, bytes.uploads(ALGORITHM))).isEqualTo(JAR);

        bytes.keep(ALGORITHM);
        flood(bytes, 2, 10_000);
        assertThat(bytes.size()).isEqualTo(2 * AlgorithmBytes.MOST_UPLOADS + 1);
        assertThat(AlgorithmBytes.jar(ALGORITHM, bytes.uploads(ALGORITHM))).isEqualTo(JAR);
    }

    @Test
    void forgetsTheOldestThatWasNotActivated() {
        var bytes = new AlgorithmBytes();
        upload(bytes, 1);
        flood(bytes, 1, AlgorithmBytes.MOST_UPLOADS);
        assertThatThrownBy(() -> AlgorithmBytes.jar(ALGORITHM, bytes.uploads(ALGORITHM)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void takesNoChunkThatNoAlgorithmHas() {
        var bytes = new AlgorithmBytes();
        bytes.add(ALGORITHM, 1, AlgorithmBytes.MOST_CHUNKS, () -> Bytes.EMPTY);
        assertThat(bytes.size()).isZero();
    }

    private static void upload(AlgorithmBytes bytes, int operator) {
        bytes.add(ALGORITHM, operator, 0, () -> Bytes.wrap(JAR));
    }

    private static void flood(AlgorithmBytes bytes, int operator, int uploads) {
        for (int i = 0; i < uploads; i++) {
            bytes.add(Bytes32.leftPad(Bytes.ofUnsignedInt(i + 1L)), operator, 0, () -> Bytes.EMPTY);
        }
    }
}

package org.chargeproof.protocol.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.apache.tuweni.bytes.Bytes;
import org.junit.jupiter.api.Test;

class SetpointsTest {
    @Test
    void packsOneHigherInWholeWords() {
        assertThat(Setpoints.pack(new int[] {0, 1, 2_750, 65_534}))
                .isEqualTo(Bytes.fromHexString("0x000100020abfffff000000000000000000000000000000000000000000000000"));
    }

    @Test
    void needsAWordForSixteen() {
        assertThat(Setpoints.pack(new int[0]).size()).isZero();
        assertThat(Setpoints.pack(new int[16]).size()).isEqualTo(32);
        assertThat(Setpoints.pack(new int[17]).size()).isEqualTo(64);
    }

    @Test
    void readsWhatWasPacked() {
        var random = new Random(3);
        for (int count = 0; count < 50; count++) {
            var energyWh = random.ints(count, 0, Setpoints.MOST_WH + 1).toArray();
            var packed = Setpoints.pack(energyWh);
            for (int i = 0; i < count; i++) {
                assertThat(Setpoints.read(packed, i)).isEqualTo(energyWh[i]);
            }
        }
    }

    @Test
    void readsZeroForUnknownChargePoints() {
        var packed = Setpoints.pack(new int[] {500});
        assertThat(Setpoints.read(packed, 1)).isZero();
        assertThat(Setpoints.read(packed, 16)).isZero();
        assertThat(Setpoints.read(Bytes.EMPTY, 0)).isZero();
    }

    @Test
    void throwsWhenASetpointIsOutOfRange() {
        assertThatThrownBy(() -> Setpoints.pack(new int[] {65_535}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("65535");
        assertThatThrownBy(() -> Setpoints.pack(new int[] {-1})).isInstanceOf(IllegalArgumentException.class);
    }
}

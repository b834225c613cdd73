package org.chargeproof.protocol.encoding;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.chargeproof.protocol.encoding.Decisions.Decision;
import org.junit.jupiter.api.Test;

class DecisionsTest {
    private static final Decision ACCEPTED = new Decision(7, true, 0, 0, 0);
    private static final Decision REFUSED = new Decision(9, false, 12_000, 2_000_040, 3_700);

    @Test
    void packsSeventeenBytesEach() {
        assertThat(Decisions.pack(List.of(ACCEPTED, REFUSED)))
                .isEqualTo(Bytes.fromHexString("0x00000007" + "01" + "000000000000000000000000" + "00000009" + "02"
                        + "00002ee0" + "001e84a8" + "00000e74"));
    }

    @Test
    void unpacksWhatWasPacked() {
        var decisions = List.of(REFUSED, ACCEPTED);
        assertThat(Decisions.unpack(Decisions.pack(decisions))).isEqualTo(decisions);
        assertThat(Decisions.unpack(Bytes.EMPTY)).isEmpty();
    }

    @Test
    void passesOverAnIncompleteLastOne() {
        var packed = Decisions.pack(List.of(ACCEPTED, REFUSED));
        assertThat(Decisions.unpack(packed.slice(0, 33))).containsExactly(ACCEPTED);
    }
}

package org.chargeproof.operator.network.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Golden vectors, equal to what {@code besu rlp encode --type=IBFT_EXTRA_DATA} and {@code QBFT_EXTRA_DATA} of 26.8.0 print. */
class ConsensusTest {
    private static final List<String> VALIDATORS = List.of(
            "0x0770b5d64ba4a09725a7a1f03d62f1e9e055b7d1",
            "0x222437c846dab85645ab537aeae15589b0675379",
            "0x3e2c4ce29daf3636bc94ac136ac4811e4284cf59",
            "0xd7143fad8790c7cc8641415a585ceffb6ec6d6bf");
    private static final String VANITY_AND_VALIDATORS =
            "a00000000000000000000000000000000000000000000000000000000000000000f854940770b5d64ba4a09725a7a1f03d62f1e9e055b7d1"
                    + "94222437c846dab85645ab537aeae15589b0675379943e2c4ce29daf3636bc94ac136ac4811e4284cf5994d7143fad8790c7cc8641"
                    + "415a585ceffb6ec6d6bf";

    @Test
    void extraDataOfIbft2() {
        assertThat(Consensus.IBFT2.extraData(VALIDATORS))
                .isEqualTo("0xf87e" + VANITY_AND_VALIDATORS + "80" + "8400000000" + "c0");
    }

    @Test
    void extraDataOfQbft() {
        assertThat(Consensus.QBFT.extraData(VALIDATORS))
                .isEqualTo("0xf87a" + VANITY_AND_VALIDATORS + "c0" + "80" + "c0");
    }

    @Test
    void extraDataTellsTheConsensusAndTheValidators() {
        for (Consensus consensus : Consensus.values()) {
            String extraData = consensus.extraData(VALIDATORS);
            assertThat(Consensus.of(extraData)).isEqualTo(consensus);
            assertThat(Consensus.validatorsIn(extraData)).isEqualTo(VALIDATORS);
        }
        assertThatThrownBy(() -> Consensus.of("0x1234")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Consensus.validatorsIn("0x")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void validatorsAreWrittenInAscendingOrder() {
        var reversed = new java.util.ArrayList<>(VALIDATORS);
        Collections.reverse(reversed);

        assertThat(Consensus.IBFT2.extraData(reversed)).isEqualTo(Consensus.IBFT2.extraData(VALIDATORS));
    }
}

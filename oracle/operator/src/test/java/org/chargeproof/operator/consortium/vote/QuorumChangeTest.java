package org.chargeproof.operator.consortium.vote;

import static org.assertj.core.api.Assertions.assertThat;

import org.chargeproof.protocol.time.NetworkParameters;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuorumChangeTest {
    private static final NetworkParameters TWO_THIRDS = new NetworkParameters(900, 60, 6, 4, 2, 3);

    @ParameterizedTest
    @CsvSource({
        "1, 2 of 2 votes (now 1 of 1), no plan becomes final until it does",
        "4, 4 of 5 votes (now 3 of 4), no plan becomes final while any other oracle stands still",
        "6, 5 of 7 votes (now 5 of 6), no plan becomes final while more than 1 of the other oracles stands still"
    })
    void saysWhatIsNeededAndWhenPlansStop(int members, String needed, String until) {
        assertThat(QuorumChange.ofAdmission(TWO_THIRDS, members))
                .contains(needed)
                .contains(until);
    }
}

package org.chargeproof.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.chargeproof.protocol.ledger.LedgerEvent;
import org.chargeproof.protocol.ledger.LedgerState;
import org.chargeproof.protocol.time.NetworkParameters;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MemberWatchTest {
    private static final int FIRST = 1_978_080;

    private final LedgerState state = new LedgerState();
    private final OracleMetrics metrics = new OracleMetrics();
    private final MemberWatch watch = new MemberWatch(new NetworkParameters(900, 60, 6, 4, 2, 3), metrics);

    @BeforeEach
    void admitFour() {
        List.of(1, 2, 3, 4).forEach(this::admit);
        watch.begin(FIRST, state);
    }

    @Test
    void saysNothingWhileAllVoteOrNobodyDoes() {
        watch.begin(FIRST + 1, state);
        assertThat(watch.warning()).isEmpty();
        votes(FIRST + 1, 5, List.of(1, 2, 3, 4));
        watch.begin(FIRST + 5, state);
        assertThat(watch.warning()).isEmpty();
    }

    @Test
    void namesASilentMemberAndHowManyMoreWouldStopPlans() {
        votes(FIRST + 1, 3, List.of(1, 2, 4));
        watch.begin(FIRST + 3, state);
        assertThat(watch.warning())
                .isEqualTo("no vote of operator 3 'Operator 3' in the last 3 timesteps; a plan needs 3 of 4:"
                        + " if one more falls silent, no plan becomes final");
        assertThat(metrics.silentMembers).hasValue(1);
        votes(FIRST + 4, 1, List.of(1, 2, 3, 4));
        watch.begin(FIRST + 4, state);
        assertThat(watch.warning()).isEmpty();
        assertThat(metrics.silentMembers).hasValue(0);
    }

    @Test
    void warnsOfMembersThatWereAdmittedBeforeTheirOraclesRun() {
        admit(5);
        votes(FIRST + 1, 3, List.of(1, 2, 3, 4));
        watch.begin(FIRST + 3, state);
        assertThat(watch.warning()).contains("operator 5", "a plan needs 4 of 5: if one more falls silent");
        admit(6);
        admit(7);
        watch.begin(FIRST + 3, state);
        assertThat(watch.warning()).contains("a plan needs 5 of 7: no plan becomes final until more oracles run");
    }

    private void admit(int operator) {
        state.apply(new LedgerEvent.OperatorAdmitted(
                operator, "Operator " + operator, account(operator), account(operator + 10), account(operator + 20)));
    }

    private void votes(int from, int count, List<Integer> operators) {
        for (int timestep = from; timestep < from + count; timestep++) {
            int t = timestep;
            operators.forEach(operator -> state.apply(new LedgerEvent.PlanAttested(t, operator, 0)));
        }
    }

    private static Bytes account(int number) {
        return Bytes.fromHexString("0x" + "%040x".formatted(number));
    }
}

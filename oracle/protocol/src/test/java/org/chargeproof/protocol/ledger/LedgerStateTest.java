package org.chargeproof.protocol.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Objects;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.junit.jupiter.api.Test;

class LedgerStateTest {
    private static final int K = 2_000_000;

    private final LedgerState state = new LedgerState();

    @Test
    void membersStandInTheOrderOfTheirAdmission() {
        for (int id = 1; id <= 4; id++) {
            state.apply(admitted(id));
        }
        state.apply(new LedgerEvent.OperatorExcluded(2));
        state.apply(admitted(5));
        assertThat(state.members()).containsExactly(1, 3, 4, 5);
        assertThat(state.operator(2)).isNotNull();
        assertThat(state.operator(6)).isNull();
    }

    @Test
    void leadershipGoesRound() {
        for (int id = 1; id <= 3; id++) {
            state.apply(admitted(id));
        }
        for (int k = K; k < K + 10; k++) {
            assertThat(state.rank(state.members().get(k % 3), k)).isZero();
            assertThat(state.rank(state.members().get((k + 1) % 3), k)).isEqualTo(1);
            assertThat(state.rank(state.members().get((k + 2) % 3), k)).isEqualTo(2);
        }
        assertThat(state.rank(9, K)).isEqualTo(-1);
    }

    @Test
    void accountsChangeButNameAndOwnerStay() {
        state.apply(admitted(1));
        state.apply(new LedgerEvent.AccountsChanged(1, Bytes.of(7), Bytes.of(8)));
        assertThat(state.operator(1))
                .isEqualTo(new LedgerState.Operator(1, "Operator 1", Bytes.of(1), Bytes.of(7), Bytes.of(8)));
    }

    @Test
    void anAlgorithmCountsFromItsTimestepOn() {
        assertThat(state.algorithmAt(K)).isNull();
        state.apply(new LedgerEvent.AlgorithmActivated(Bytes32.ZERO, K));
        state.apply(new LedgerEvent.AlgorithmActivated(Bytes32.ZERO.not(), K + 10));
        assertThat(state.algorithmAt(K - 1)).isNull();
        assertThat(state.algorithmAt(K + 9)).isEqualTo(Bytes32.ZERO);
        assertThat(state.algorithmAt(K + 10)).isEqualTo(Bytes32.ZERO.not());
    }

    @Test
    void remembersWhatWasSaidAboutAPlan() {
        assertThat(state.planRecord(K).candidates()).isEmpty();
        state.apply(posted(K, 1, 0));
        state.apply(new LedgerEvent.PlanAttested(K, 1, 0));
        state.apply(posted(K, 2, 1));
        state.apply(new LedgerEvent.PlanAttested(K, 2, 1));
        state.apply(new LedgerEvent.PlanAttested(K, 3, 1));
        assertThat(state.planRecord(K).finalPost()).isNull();
        state.apply(new LedgerEvent.PlanFinal(K, 1, 2, 3));
        var record = state.planRecord(K);
        assertThat(record.candidates())
                .extracting(LedgerEvent.PlanPosted::operator)
                .containsExactly(1, 2);
        assertThat(record.votes()).containsEntry(1, 0).containsEntry(2, 1).containsEntry(3, 1);
        assertThat(record.finalPost()).isEqualTo(posted(K, 2, 1));
        assertThat(record.fallbackDeclared()).isFalse();
    }

    @Test
    void timestepsAreOpenUntilTheyAreFinalOrFallBack() {
        assertThat(state.openTimesteps(K)).isEmpty();
        state.apply(new LedgerEvent.AlgorithmActivated(Bytes32.ZERO, K));
        assertThat(state.openTimesteps(K - 1)).isEmpty();
        assertThat(state.openTimesteps(K + 2)).containsExactly(K, K + 1, K + 2);
        state.apply(posted(K + 1, 1, 0));
        state.apply(new LedgerEvent.PlanFinal(K + 1, 0, 1, 1));
        assertThat(state.openTimesteps(K + 2)).containsExactly(K, K + 2);
        state.apply(new LedgerEvent.FallbackDeclared(K, 1));
        assertThat(state.openTimesteps(K + 2)).containsExactly(K + 2);
    }

    @Test
    void aWithdrawnRequestFreesItsChargePoint() {
        state.apply(new LedgerEvent.GroupRegistered(0, 1, 50_000, 0, 0, 0));
        state.apply(new LedgerEvent.ChargePointRegistered(0, 0, 1, 11_000, 0, "NO*OPR*E0"));
        state.apply(new LedgerEvent.ChargingRequested(1, 0, Bytes.EMPTY, 1, 5_000, 5_000, K, K + 4, true, K, K - 1));
        var chargePoint = state.chargePoints().getFirst();
        assertThat(chargePoint.session()).isNotNull();
        state.apply(new LedgerEvent.SessionEnded(1, 0, K - 1, 0));
        assertThat(chargePoint.session()).isNull();
        // a decision that crossed with it changes nothing for those who ask next
        state.apply(
                new LedgerEvent.ChargingRequested(2, 0, Bytes.EMPTY, 1, 5_000, 5_000, K + 1, K + 4, true, K + 1, K));
        assertThat(chargePoint.session()).isSameAs(state.session(2));
        state.apply(new LedgerEvent.RequestDecided(1, K, true, 0, 0, 0));
        assertThat(state.session(1)).as("what has ended is forgotten").isNull();
        assertThat(state.sessions()).containsExactly(state.session(2));
        assertThat(state.session(2).status()).isEqualTo(Session.Status.REQUESTED);
    }

    @Test
    void anAcceptanceIsAPromiseOfWhatItSays() {
        state.apply(new LedgerEvent.GroupRegistered(0, 1, 50_000, 0, 0, 0));
        int[][] decidedAndPromised = {{0, 5_000}, {1_200, 1_200}, {5_000, 5_000}, {5_001, 5_000}};
        for (int i = 0; i < decidedAndPromised.length; i++) {
            state.apply(new LedgerEvent.ChargePointRegistered(i, 0, 1, 11_000, 1_380, "NO*OPR*E" + i));
            state.apply(new LedgerEvent.ChargingRequested(
                    i, i, Bytes.EMPTY, 1, 5_000, 1_000, K + 2, K + 40, true, K, K - 1));
            var session = Objects.requireNonNull(state.session(i));
            assertThat(session.energyWh()).isEqualTo(5_000);
            state.apply(new LedgerEvent.RequestDecided(i, K, true, decidedAndPromised[i][0], 0, 0));
            assertThat(session.energyWh()).isEqualTo(decidedAndPromised[i][1]);
            assertThat(session.remainingWh()).isEqualTo(decidedAndPromised[i][1]);
            assertThat(session.wantedWh()).isEqualTo(5_000);
            state.apply(new LedgerEvent.SessionEnded(i, i, K, 0));
            assertThat(session.energyWh()).isEqualTo(decidedAndPromised[i][1]);
        }
        // what a refusal offers is no promise
        state.apply(new LedgerEvent.ChargingRequested(9, 0, Bytes.EMPTY, 1, 5_000, 1_000, K, K + 40, true, K, K - 1));
        var refused = Objects.requireNonNull(state.session(9));
        state.apply(new LedgerEvent.RequestDecided(9, K, false, 700, K + 3, 0));
        assertThat(refused.energyWh()).isEqualTo(5_000);
    }

    @Test
    void removedChargePointsLeaveTheirGroupAndTheirIdsAreGivenAgain() {
        state.apply(new LedgerEvent.GroupRegistered(0, 1, 50_000, 0, 0, 0));
        state.apply(new LedgerEvent.GroupRegistered(1, 1, 60_000, 0, 0, 0));
        for (int i = 0; i < 3; i++) {
            state.apply(new LedgerEvent.ChargePointRegistered(i, 0, 1, 11_000, 0, "NO*OPR*E" + i));
        }
        state.apply(new LedgerEvent.ChargingRequested(1, 1, Bytes.EMPTY, 1, 5_000, 5_000, K, K + 4, true, K, K - 1));
        var session = Objects.requireNonNull(state.session(1));
        state.apply(new LedgerEvent.RequestDecided(1, K, true, 0, 0, 0));
        state.apply(new LedgerEvent.SessionEnded(1, 1, K, 0));
        state.apply(new LedgerEvent.ChargePointRemoved(1));
        assertThat(state.groups().getFirst().chargePoints())
                .extracting(ChargePoint::id)
                .containsExactly(0, 2);
        assertThat(state.chargePoints()).hasSize(3);
        state.apply(new LedgerEvent.ChargePointRemoved(0));
        state.apply(new LedgerEvent.ChargePointRegistered(1, 1, 1, 22_000, 0, "NO*OPR*E9"));
        state.apply(new LedgerEvent.ChargePointRegistered(0, 0, 1, 3_700, 0, "NO*OPR*E8"));
        assertThat(state.groups().getFirst().chargePoints())
                .extracting(ChargePoint::id)
                .containsExactly(0, 2);
        assertThat(state.groups().get(1).chargePoints())
                .containsExactly(state.chargePoints().get(1));
        assertThat(state.chargePoints().get(1).session()).isNull();
        assertThat(state.chargePoints().get(1).evseId()).isEqualTo("NO*OPR*E9");
        // what was is still told of the charge point that it was at
        assertThat(session.chargePoint().evseId()).isEqualTo("NO*OPR*E1");
        assertThat(session.chargePoint().removed()).isTrue();
        // and a late reading of the old one is not the new one's
        state.apply(new LedgerEvent.MetersReported(1, K, List.of(new LedgerEvent.MeterEntry(1, 900_000, 0, 0))));
        assertThat(session.deliveredWh()).isZero();
        assertThat(state.chargePoints().get(1).metered(K)).isNull();
    }

    @Test
    void aGroupsIdThatIsGivenAgainHasNothingOfTheOldOne() {
        state.apply(new LedgerEvent.GroupRegistered(0, 1, 50_000, 10_000, 1, 200));
        state.apply(new LedgerEvent.GroupLimitChanged(0, 20_000));
        state.apply(new LedgerEvent.GroupReported(0, K, 5, 6, 7));
        state.apply(new LedgerEvent.ForecastPublished(0, K, List.of(new LedgerEvent.ForecastStep(1, 2, 3, 4))));
        state.apply(new LedgerEvent.GroupRemoved(0));
        assertThat(state.groups()).hasSize(1);
        assertThat(state.groups().getFirst().removed()).isTrue();
        state.apply(new LedgerEvent.GroupRegistered(0, 1, 70_000, 0, 0, 0));
        var group = state.groups().getFirst();
        assertThat(group.removed()).isFalse();
        assertThat(group.limitW()).isEqualTo(70_000);
        assertThat(group.report(K)).isNull();
        assertThat(group.forecast(K)).isNull();
    }

    @Test
    void fallbacksOfLongAgoTakeNoPlanFromAnybody() {
        state.apply(new LedgerEvent.FallbackDeclared(K - 100, 1));
        state.apply(new LedgerEvent.AlgorithmActivated(Bytes32.ZERO, K));
        state.apply(posted(K + 20, 1, 0));
        for (int t = K - 50; t < K + 20; t++) {
            state.apply(new LedgerEvent.FallbackDeclared(t, 1));
        }
        state.apply(new LedgerEvent.PlanFinal(K + 20, 0, 1, 1));
        assertThat(state.planRecord(K + 20).finalPost()).isNotNull();
        assertThat(state.openTimesteps(K + 20)).isEmpty();
    }

    @Test
    void aLogThatNoContractCouldEmitIsToldApart() {
        for (LedgerEvent event : List.of(
                new LedgerEvent.GroupRegistered(1, 1, 50_000, 0, 0, 0),
                new LedgerEvent.GroupRemoved(0),
                new LedgerEvent.GroupLimitChanged(0, 1),
                new LedgerEvent.ChargePointRegistered(0, 0, 1, 11_000, 0, "A"),
                new LedgerEvent.ChargePointRemoved(0),
                new LedgerEvent.ChargingRequested(1, 0, Bytes.EMPTY, 1, 1, 1, K, K + 1, true, K, K - 1),
                new LedgerEvent.MetersReported(1, K, List.of(new LedgerEvent.MeterEntry(0, 0, 0, 0))),
                new LedgerEvent.PlanFinal(K, 0, 1, 1))) {
            assertThatThrownBy(() -> state.apply(event))
                    .as(event.toString())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageEndingWith("Maybe some are missing.");
        }
    }

    private static LedgerEvent admitted(int id) {
        return new LedgerEvent.OperatorAdmitted(id, "Operator " + id, Bytes.of(id), Bytes.of(id), Bytes.of(id));
    }

    private static LedgerEvent.PlanPosted posted(int timestep, int operator, int candidate) {
        return new LedgerEvent.PlanPosted(
                timestep,
                operator,
                candidate,
                1,
                Bytes32.ZERO,
                Bytes32.ZERO,
                Bytes32.ZERO,
                Bytes32.ZERO,
                Bytes.EMPTY,
                Bytes.EMPTY);
    }
}

package org.chargeproof.protocol.bill;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.billing.BillingInput;
import org.chargeproof.billing.Stay;
import org.chargeproof.protocol.encoding.Setpoints;
import org.chargeproof.protocol.ledger.LedgerEvent;
import org.chargeproof.protocol.ledger.LedgerEvent.MeterEntry;
import org.chargeproof.protocol.time.NetworkParameters;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One session of 11 kW at the second operator's only charge point, in the first operator's group. */
class BillingStateTest {
    private static final int K = 2_000_000;
    private static final int ACCEPTED = K + 1;
    private static final int DEPARTURE = K + 6;
    private static final int WH = 2_750;
    private static final int FULL_WH = 5 * WH;
    private static final int CHARGING = 2;
    private static final int FREE = 1;
    private static final int BY_PROVIDER = 1;
    /** The first that may have the session when it departs as announced. */
    private static final int SETTLEMENT = K + 12;

    private final BillingState state = new BillingState(new NetworkParameters(900, 60, 5, 4, 2, 3));

    @BeforeEach
    void asks() {
        var none = Bytes.repeat((byte) 1, 20);
        state.apply(new LedgerEvent.MarketLinked(none, none, none, none, none, none, 4, 4, 1_000, 1_000_000));
        state.apply(new LedgerEvent.GroupRegistered(0, 1, 100_000, 20_000, 1, 200));
        state.apply(new LedgerEvent.ChargePointRegistered(0, 0, 2, 11_000, 0, "NO*TWO*E1"));
        state.apply(new LedgerEvent.ChargePointPriced(0, 3_000, 1_900, K - 10, K - 10));
        state.apply(new LedgerEvent.MarginChanged(61, 500, K - 8, K - 10));
        meter(K - 1, 100_000, FREE);
        state.apply(new LedgerEvent.ChargingRequested(
                7, 0, Bytes.repeat((byte) 7, 20), 61, FULL_WH, FULL_WH, ACCEPTED, DEPARTURE, true, ACCEPTED, K));
        // announced before the request, for later ones
        state.apply(new LedgerEvent.ChargePointPriced(0, 9_000, 1_900, K + 2, K));
        state.apply(new LedgerEvent.RequestDecided(7, ACCEPTED, true, FULL_WH, 0, 0));
        meter(K, 100_000, CHARGING);
    }

    @Test
    void billsWhatTheRegisterRoseByAtThePriceOfTheRequest() {
        chargeUntil(DEPARTURE, WH);
        var stay = stay();
        assertThat(stay.energyWh()).isEqualTo(FULL_WH);
        assertThat(stay.beginRegisterWh()).isEqualTo(100_000);
        assertThat(stay.endRegisterWh()).isEqualTo(100_000 + FULL_WH);
        assertThat(stay.pricePerKWhE4()).isEqualTo(3_000);
        assertThat(stay.marginPerKWhE4()).isEqualTo(500);
        assertThat(stay.vatE4()).isEqualTo(1_900);
        assertThat(stay.fromTimestep()).isEqualTo(ACCEPTED);
        assertThat(stay.toTimestep()).isEqualTo(DEPARTURE);
        assertThat(stay.keptBack()).isTrue();
    }

    @Test
    void aSettlementWithoutAQuorumLeavesItsSessionsToTheNextOne() {
        chargeUntil(DEPARTURE, WH);
        assertThat(stays(SETTLEMENT - 4)).isEmpty();
        assertThat(stays(SETTLEMENT)).hasSize(1);
        assertThat(stays(SETTLEMENT + 4)).hasSize(1);
        state.apply(new LedgerEvent.SettlementPosted(
                SETTLEMENT + 4, 1, 0, 1, Bytes32.ZERO, Bytes32.ZERO, 1, 0, Bytes.EMPTY));
        state.apply(new LedgerEvent.SettlementFinal(SETTLEMENT + 4, 0, 3, 4));
        assertThat(stays(SETTLEMENT + 8)).isEmpty();
        assertThat(state.lastFinal()).isEqualTo(SETTLEMENT + 4);
    }

    @Test
    void whoIsEndedByTheOperatorWhileItsCarIsThereCountsAsStayed() {
        chargeUntil(K + 3, WH);
        state.apply(new LedgerEvent.SessionEnded(7, 0, K + 3, LedgerEvent.SessionEnded.BY_OPERATOR));
        charge(K + 3, WH, CHARGING);
        assertThat(stay().departureTimestep()).isEqualTo(K + 4);
    }

    @Test
    void whoLeavesDoesNot() {
        chargeUntil(K + 3, WH);
        state.apply(new LedgerEvent.SessionEnded(7, 0, K + 3, LedgerEvent.SessionEnded.BY_OPERATOR));
        charge(K + 3, 100, FREE);
        assertThat(stay().departureTimestep()).isEqualTo(DEPARTURE);
    }

    @Test
    void norWhoIsEndedByItsProvider() {
        chargeUntil(K + 3, WH);
        state.apply(new LedgerEvent.SessionEnded(7, 0, K + 3, BY_PROVIDER));
        charge(K + 3, WH, CHARGING);
        assertThat(stay().departureTimestep()).isEqualTo(DEPARTURE);
    }

    @Test
    void aGuestOwesNothingForALimitThatItsHostLowered() {
        chargeUntil(K + 3, WH);
        state.apply(new LedgerEvent.GroupLimitChanged(0, 50_000));
        for (int t = K + 3; t < DEPARTURE; t++) {
            plan(t, 0);
            charge(t, 0, CHARGING);
        }
        assertThat(stay().keptBack()).isFalse();
    }

    @Test
    void anOperatorOwesNothingForATimestepWithoutAPlan() {
        chargeUntil(K + 3, WH);
        state.apply(new LedgerEvent.FallbackDeclared(K + 3, 1));
        charge(K + 3, 0, CHARGING);
        for (int t = K + 4; t < DEPARTURE; t++) {
            plan(t, WH);
            charge(t, WH, CHARGING);
        }
        assertThat(stay().keptBack()).isFalse();
    }

    @Test
    void aCarThatDoesNotTakeWhatItIsToldWasNotKeptFromIt() {
        chargeUntil(K + 3, WH);
        plan(K + 3, WH);
        charge(K + 3, WH - WH / 16 - 1, CHARGING);
        for (int t = K + 4; t < DEPARTURE; t++) {
            plan(t, WH);
            charge(t, WH, CHARGING);
        }
        assertThat(stay().keptBack()).isFalse();
    }

    @Test
    void unlessItsChargePointDidNotFollow() {
        chargeUntil(K + 3, WH);
        plan(K + 3, WH);
        state.apply(new LedgerEvent.SetpointsApplied(K + 3, 2, Bytes.of(0)));
        charge(K + 3, 0, CHARGING);
        for (int t = K + 4; t < DEPARTURE; t++) {
            plan(t, WH);
            charge(t, WH, CHARGING);
        }
        assertThat(stay().keptBack()).isTrue();
    }

    @Test
    void aReportThatIsMissingCostsNobodyEnergy() {
        for (int t = ACCEPTED; t < DEPARTURE; t++) {
            plan(t, WH);
        }
        meter(DEPARTURE - 1, 100_000 + FULL_WH, CHARGING);
        assertThat(stay().meteredWh()).containsOnly(WH);
    }

    @Test
    void whatAPlugIsNotRegisteredForIsNotBilled() {
        chargeUntil(K + 3, WH);
        meter(K + 3, 1L << 53, CHARGING);
        assertThat(Arrays.stream(stay().meteredWh()).max()).hasValue(WH);
    }

    @Test
    void aReservationAloneIsWorthNothing() {
        for (int t = ACCEPTED; t < K + 4; t++) {
            plan(t, 0);
            charge(t, 0, FREE);
        }
        charge(K + 4, WH, CHARGING);
        var stay = stay();
        assertThat(stay.fromTimestep()).isEqualTo(K + 4);
        assertThat(stay.occupiedFrom()).isEqualTo(K + 4);
    }

    @Test
    void whoseOperatorIsExcludedIsBilledForWhatItsMeterToldLast() {
        chargeUntil(K + 2, WH);
        state.apply(new LedgerEvent.OperatorExcluded(2));
        state.apply(new LedgerEvent.SessionEnded(7, 0, K + 3, LedgerEvent.SessionEnded.BY_OPERATOR));
        var stay = stay();
        assertThat(Arrays.stream(stay.meteredWh()).sum()).isEqualTo((K + 2 - ACCEPTED) * WH);
        assertThat(stay.toTimestep()).isEqualTo(K + 4);
        // there was no plan for it any more: nobody broke a promise
        assertThat(stay.keptBack()).isFalse();
    }

    @Test
    void whoseProviderIsExcludedIsBilledAsBefore() {
        chargeUntil(K + 2, WH);
        state.apply(new LedgerEvent.ProviderExcluded(1));
        chargeFrom(K + 2, DEPARTURE);
        assertThat(stay().meteredWh()).containsOnly(WH);
    }

    private void chargeFrom(int timestep, int end) {
        for (int t = timestep; t < end; t++) {
            plan(t, WH);
            charge(t, WH, CHARGING);
        }
    }

    @Test
    void keepsTheFirstRecordOfTheRightOperatorAfterTheEnd() {
        chargeUntil(K + 3, WH);
        record(2, 1);
        state.apply(new LedgerEvent.SessionEnded(7, 0, K + 3, 0));
        record(1, 2);
        record(2, 3);
        record(2, 4);
        assertThat(stay().records()).containsOnly(3);
    }

    private void record(int operator, int value) {
        state.apply(new LedgerEvent.SessionsRecorded(
                operator, List.of(new LedgerEvent.SessionRecord(7, Bytes32.repeat((byte) value)))));
    }

    private long registerWh = 100_000;

    private void chargeUntil(int end, int wh) {
        for (int t = ACCEPTED; t < end; t++) {
            plan(t, wh);
            charge(t, wh, CHARGING);
        }
    }

    private void charge(int timestep, int wh, int status) {
        registerWh += wh;
        meter(timestep, registerWh, status);
    }

    private void meter(int timestep, long register, int status) {
        state.apply(new LedgerEvent.MetersReported(2, timestep, List.of(new MeterEntry(0, register, 0, status))));
    }

    private void plan(int timestep, int wh) {
        state.apply(new LedgerEvent.PlanPosted(
                timestep,
                1,
                0,
                1,
                Bytes32.ZERO,
                Bytes32.ZERO,
                Bytes32.ZERO,
                Bytes32.ZERO,
                Setpoints.pack(new int[] {wh}),
                Bytes.EMPTY));
        state.apply(new LedgerEvent.PlanFinal(timestep, 0, 3, 4));
    }

    private Stay stay() {
        var stays = stays(SETTLEMENT);
        assertThat(stays).hasSize(1);
        return stays.getFirst();
    }

    private List<Stay> stays(int settlement) {
        return Settlement.inputs(state, settlement).stream()
                .flatMap(input -> BillingInput.decode(input).stays().stream())
                .toList();
    }
}

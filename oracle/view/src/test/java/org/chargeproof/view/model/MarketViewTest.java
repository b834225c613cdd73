package org.chargeproof.view.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.protocol.bill.BillingState;
import org.chargeproof.protocol.ledger.LedgerEvent;
import org.chargeproof.protocol.time.BlockHeader;
import org.chargeproof.protocol.time.NetworkParameters;
import org.chargeproof.view.verify.BillSource;
import org.chargeproof.view.verify.BillVerifier;
import org.chargeproof.view.verify.OwnBills;
import org.junit.jupiter.api.Test;

class MarketViewTest {
    private static final NetworkParameters PARAMETERS = new NetworkParameters(900, 60, 6, 4, 2, 3);
    private static final int FIRST = 2_000_000;
    private static final int EVERY = 4;
    private static final Bytes ADDRESS = Bytes.repeat((byte) 1, 20);
    private static final LedgerEvent.MarketLinked LINKED = new LedgerEvent.MarketLinked(
            ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, EVERY, 1, 1_000, 1_000_000);

    @Test
    void remembersTheNewestBillsThatFit() {
        try (var verifier = new BillVerifier(BillSource.computingWhenAsked())) {
            long bytes = bills(verifier, 1).bytes();
            assertThat(bytes).isPositive();
            var view = new MarketView(PARAMETERS, LINKED, 1_000, 3 * bytes);
            for (int n = 1; n <= 10; n++) {
                begin(view, bills(verifier, n), true);
                for (int session = 1; session <= n; session++) {
                    var settlement = view.settlementOf(session);
                    assertThat(settlement != null).as("%d of %d", session, n).isEqualTo(session > n - 3);
                }
            }
        }
    }

    @Test
    void forgetsBillsWithTheirTimesteps() {
        try (var verifier = new BillVerifier(BillSource.computingWhenAsked())) {
            var view = new MarketView(PARAMETERS, LINKED, 5 * EVERY);
            for (int n = 1; n <= 20; n++) {
                begin(view, bills(verifier, n), true);
                assertThat(view.settlementOf(n - 5) != null).isEqualTo(n > 5);
                assertThat(view.settlementOf(n - 6)).isNull();
            }
        }
    }

    @Test
    void aSettlementWithoutQuorumIsNotRememberedBehindTheNextOne() {
        try (var verifier = new BillVerifier(BillSource.computingWhenAsked())) {
            var view = new MarketView(PARAMETERS, LINKED, 1_000);
            begin(view, bills(verifier, 1), false);
            assertThat(view.settlementOf(1)).isNotNull();
            begin(view, bills(verifier, 2), true);
            assertThat(view.settlementOf(1)).isNull();
            assertThat(view.settlementOf(2)).isNotNull();
        }
    }

    private static void begin(MarketView view, OwnBills bills, boolean isFinal) {
        view.begin(bills);
        if (isFinal) {
            int k = bills.timestep();
            var header = new BlockHeader(k, Bytes32.ZERO, k * 900L);
            view.apply(
                    new LedgerEvent.SettlementPosted(k, 1, 0, 1, Bytes32.ZERO, Bytes32.ZERO, 1, 0, Bytes.EMPTY),
                    header);
            view.apply(new LedgerEvent.SettlementFinal(k, 0, 1, 1), header);
        }
    }

    /** Settlement number n has the bill of session n alone. */
    private static OwnBills bills(BillVerifier verifier, int n) {
        int settlement = FIRST + EVERY * n;
        var state = new BillingState(PARAMETERS);
        state.apply(LINKED);
        state.applyValuation(new LedgerEvent.AlgorithmActivated(Bytes32.repeat((byte) 9), FIRST));
        state.apply(new LedgerEvent.GroupRegistered(0, 1, 40_000, 10_000, 1, 200));
        state.apply(new LedgerEvent.ChargePointRegistered(0, 0, 1, 22_000, 0, "NO*AUR*E1"));
        int from = settlement - 3;
        state.apply(new LedgerEvent.ChargingRequested(
                n, 0, ADDRESS, 1, 1_000, 1_000, from, from + 2, true, from, from - 1));
        state.apply(new LedgerEvent.RequestDecided(n, from, true, 0, 0, 0));
        return verifier.begin(state, settlement, 1);
    }
}

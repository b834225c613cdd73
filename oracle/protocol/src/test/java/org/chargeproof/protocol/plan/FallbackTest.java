package org.chargeproof.protocol.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Random;
import org.chargeproof.protocol.ledger.LedgerEvent;
import org.chargeproof.protocol.ledger.LedgerState;
import org.junit.jupiter.api.Test;

class FallbackTest {
    private final LedgerState state = new LedgerState();

    @Test
    void sharesOfWhatIsFreeGoByRatedPower() {
        group(60_000, 10_000);
        point(0, 11_000);
        point(1, 44_000);
        assertThat(Fallback.of(state)).containsExactly(10_000, 40_000);
        // never above what it is rated for
        state.apply(new LedgerEvent.ChargePointRemoved(1));
        assertThat(Fallback.of(state)).containsExactly(11_000, 0);
        state.apply(new LedgerEvent.GroupLimitChanged(0, 10_000));
        assertThat(Fallback.of(state)).containsExactly(0, 0);
    }

    /** A guest that fills a group with the smallest charge points takes their rated power from the others, and no more. */
    @Test
    void aThousandSmallOnesTakeNoMoreThanTheyAreRatedFor() {
        group(66_240, 0);
        for (int i = 0; i < 6; i++) {
            point(i, 11_040);
        }
        for (int i = 6; i < 1_000; i++) {
            point(i, 4);
        }
        assertThat(Fallback.powerW(state, 0)).isBetween(11_040 * 94 / 100, 11_040);
    }

    @Test
    void neverMoreThanTheLimitAndTheSameForAll() {
        var random = new Random(1);
        for (int run = 0; run < 300; run++) {
            var some = new LedgerState();
            int other = random.nextInt(50_000);
            int limit = random.nextInt(1 << 26);
            some.apply(new LedgerEvent.GroupRegistered(0, 1, 1 << 26, other, 0, 0));
            some.apply(new LedgerEvent.GroupLimitChanged(0, limit));
            int points = 1 + random.nextInt(200);
            for (int i = 0; i < points; i++) {
                some.apply(new LedgerEvent.ChargePointRegistered(i, 0, 1, 4 + random.nextInt(262_000), 0, "A"));
            }
            var powerW = Fallback.of(some);
            long sum = 0;
            long rated =
                    some.chargePoints().stream().mapToLong(c -> c.ratedPowerW()).sum();
            for (int i = 0; i < points; i++) {
                sum += powerW[i];
                // as the contract computes it
                int ratedW = some.chargePoints().get(i).ratedPowerW();
                var share = BigInteger.valueOf(Math.max(0, limit - other))
                        .multiply(BigInteger.valueOf(ratedW))
                        .divide(BigInteger.valueOf(rated));
                assertThat(powerW[i])
                        .isEqualTo(share.min(BigInteger.valueOf(ratedW)).intValueExact());
                assertThat(Fallback.powerW(some, i)).isEqualTo(powerW[i]);
            }
            assertThat(sum).isLessThanOrEqualTo(Math.max(0, limit - other));
        }
    }

    @Test
    void whatIsNotThereAtTheStartHasNone() {
        group(60_000, 10_000);
        point(0, 11_000);
        assertThat(Fallback.powerW(state, 1)).isZero();
        state.apply(new LedgerEvent.ChargePointRemoved(0));
        assertThat(Fallback.powerW(state, 0)).isZero();
    }

    private void group(int capacityW, int otherW) {
        state.apply(new LedgerEvent.GroupRegistered(0, 1, capacityW, otherW, 0, 0));
    }

    private void point(int id, int ratedW) {
        state.apply(new LedgerEvent.ChargePointRegistered(id, 0, 1, ratedW, 0, "NO*OPR*E" + id));
    }
}

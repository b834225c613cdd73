package org.chargeproof.protocol.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigInteger;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.apache.tuweni.bytes.Bytes;
import org.chargeproof.protocol.ledger.LedgerEvent.ChargePointPriced;
import org.chargeproof.protocol.ledger.LedgerEvent.MarginChanged;
import org.chargeproof.protocol.ledger.Tariff.Rate;
import org.junit.jupiter.api.Test;

class TariffsTest {
    private static final int T = 2_000_000;

    private final Tariffs tariffs = new Tariffs();

    @Test
    void aRequestCostsWhatCountsInTheTimestepOfItsBlock() {
        tariffs.apply(new ChargePointPriced(0, 3_000, 1_900, T, T));
        tariffs.apply(new MarginChanged(61, 500, T + 4, T));
        tariffs.apply(new ChargePointPriced(0, 4_000, 2_100, T + 3, T));

        assertThat(tariffs.termsOf(request(0, 61, T + 2))).isEqualTo(new SessionTerms(61, 3_000, 1_900, 0));
        assertThat(tariffs.termsOf(request(0, 61, T + 3))).isEqualTo(new SessionTerms(61, 4_000, 2_100, 0));
        assertThat(tariffs.termsOf(request(0, 61, T + 4))).isEqualTo(new SessionTerms(61, 4_000, 2_100, 500));
        assertThat(tariffs.termsOf(request(0, 2, T + 4))).isEqualTo(new SessionTerms(2, 4_000, 2_100, 0));
    }

    @Test
    void anAnnouncementReplacesOneThatHasNotComeAndKeepsOneThatHas() {
        tariffs.apply(new ChargePointPriced(0, 1, 0, T, T));
        tariffs.apply(new ChargePointPriced(0, 2, 0, T + 9, T));
        tariffs.apply(new ChargePointPriced(0, 3, 0, T + 5, T + 1));
        assertThat(tariffs.price(0).inForce(T + 9)).isEqualTo(new Rate(3, 0));
        assertThat(tariffs.price(0).announced(T + 4)).isEqualTo(new Tariff.Change(new Rate(3, 0), T + 5));
        assertThat(tariffs.price(0).announced(T + 5)).isNull();

        tariffs.apply(new ChargePointPriced(0, 4, 0, T + 7, T + 5));
        assertThat(tariffs.price(0).inForce(T + 6)).isEqualTo(new Rate(3, 0));
        assertThat(tariffs.price(0).inForce(T + 7)).isEqualTo(new Rate(4, 0));
    }

    @Test
    void anotherChargePointWithTheSameIdBeginsAnew() {
        tariffs.apply(new ChargePointPriced(0, 1, 0, T, T));
        tariffs.apply(new ChargePointPriced(0, 2, 0, T + 9, T));
        tariffs.apply(new ChargePointPriced(0, 3, 700, T + 3, T + 3));
        assertThat(tariffs.price(0)).isEqualTo(new Tariff(new Rate(3, 700), null));
    }

    /** The contract's own rule is the latest announcement before a timestep that no later one has replaced before it came. */
    @Test
    void agreesWithAListOfAllThatWasAnnounced() {
        for (int seed = 0; seed < 200; seed++) {
            var random = new Random(seed);
            var one = new Tariffs();
            Map<Integer, Integer> byTimestep = new HashMap<>();
            byTimestep.put(T, 0);
            one.apply(new ChargePointPriced(0, 0, 0, T, T));
            for (int now = T; now < T + 60; now++) {
                while (random.nextInt(3) == 0) {
                    int from = now + 2 + random.nextInt(8);
                    int price = 1 + random.nextInt(1_000);
                    int running = now;
                    byTimestep.keySet().removeIf(t -> t > running);
                    byTimestep.put(from, price);
                    one.apply(new ChargePointPriced(0, price, 0, from, now));
                }
                int running = now;
                int newest = byTimestep.keySet().stream()
                        .filter(t -> t <= running)
                        .max(Integer::compare)
                        .orElseThrow();
                assertThat(one.price(0).inForce(now).perKWhE4()).isEqualTo(byTimestep.get(newest));
            }
        }
    }

    @Test
    void amountsAreRoundedDownInTheOrderOfTheRules() {
        var terms = new SessionTerms(61, 3_333, 1_900, 77);
        assertThat(terms.costMicroEuro(7)).isEqualTo(2_333);
        assertThat(terms.marginMicroEuro(7)).isEqualTo(53);
        assertThat(terms.owedMicroEuro(7)).isEqualTo(2_333 + 443);
        assertThat(terms.chargedMicroEuro(7)).isEqualTo(2_386 + 453);
    }

    @Test
    void amountsOfTheDearestEnergyDoNotOverflow() {
        long energyWh = 1L << 31;
        var terms = new SessionTerms(61, Tariff.MOST_PER_KWH_E4, Tariff.MOST_VAT_E4, Tariff.MOST_PER_KWH_E4);
        var net = BigInteger.valueOf(energyWh).multiply(BigInteger.valueOf(200_000));
        assertThat(BigInteger.valueOf(terms.chargedMicroEuro(energyWh))).isEqualTo(net.add(net.divide(BigInteger.TWO)));
    }

    @Test
    void refusesPricesThatNoContractTakes() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tariffs.apply(new ChargePointPriced(0, 1_000_001, 0, T, T)))
                .withMessageContaining("1000001");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tariffs.apply(new ChargePointPriced(0, 1, 5_001, T, T)))
                .withMessageContaining("5001");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tariffs.apply(new MarginChanged(61, Integer.MAX_VALUE, T, T)));
    }

    private static LedgerEvent.ChargingRequested request(int chargePoint, int provider, int timestep) {
        return new LedgerEvent.ChargingRequested(
                1, chargePoint, Bytes.EMPTY, provider, 1, 1, T, T + 1, true, T, timestep);
    }
}

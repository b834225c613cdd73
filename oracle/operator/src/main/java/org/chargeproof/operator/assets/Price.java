package org.chargeproof.operator.assets;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import org.chargeproof.ledger.Network;
import org.jspecify.annotations.Nullable;

/**
 * What one kWh costs.
 *
 * @param perKwhE4 ten-thousandths of a euro, without VAT
 * @param vatE4 ten-thousandths of that price: 2,100 are 21 %
 */
record Price(int perKwhE4, int vatE4) {
    /** What counts from a timestep on. */
    record Announced(Price price, int fromTimestep) {
        /** In words. */
        String text(Network network) {
            return price + " from " + when(network, fromTimestep);
        }
    }

    /**
     * What counts in a timestep, and what is announced for a later one.
     *
     * @param next null when nothing is
     */
    record Now(Price price, @Nullable Announced next) {
        /** What counts when everything announced has come. */
        Price last() {
            return next == null ? price : next.price();
        }
    }

    /** As contracts tell a tariff. */
    static Now of(
            int timestep,
            BigInteger perKwhE4,
            BigInteger vatE4,
            BigInteger nextPerKwhE4,
            BigInteger nextVatE4,
            BigInteger nextFromTimestep) {
        var first = new Price(perKwhE4.intValueExact(), vatE4.intValueExact());
        var next = new Price(nextPerKwhE4.intValueExact(), nextVatE4.intValueExact());
        int from = nextFromTimestep.intValueExact();
        if (from == 0) {
            return new Now(first, null);
        }
        return from <= timestep ? new Now(next, null) : new Now(first, new Announced(next, from));
    }

    /** A timestep and when it starts. */
    static String when(Network network, int timestep) {
        return "timestep " + timestep + " on ("
                + Instant.ofEpochSecond(network.parameters().startOf(timestep)) + ")";
    }

    /** Euros for a kWh. */
    BigDecimal perKwh() {
        return BigDecimal.valueOf(perKwhE4, 4);
    }

    BigDecimal vatPercent() {
        return BigDecimal.valueOf(vatE4, 2).stripTrailingZeros();
    }

    @Override
    public String toString() {
        return perKwh().toPlainString() + " and " + vatPercent().toPlainString() + " % VAT";
    }
}

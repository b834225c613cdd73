package org.chargeproof.protocol.ledger;

import org.jspecify.annotations.Nullable;

/**
 * What one kWh costs, now and from a timestep on; the same as Tariff.sol.
 *
 * @param next the change that was announced last, which may have come since; null when none ever was
 */
public record Tariff(Rate current, @Nullable Change next) {
    /** Bounds of the contracts. */
    static final int MOST_PER_KWH_E4 = 1_000_000;

    static final int MOST_VAT_E4 = 5_000;

    /** What a provider adds before it names a margin. */
    static final Tariff NOTHING = new Tariff(new Rate(0, 0), null);

    /**
     * A price.
     *
     * @param perKWhE4 ten-thousandths of a euro for one kWh, without VAT
     * @param vatE4 ten-thousandths of the price: 2,100 are 21 %
     */
    public record Rate(int perKWhE4, int vatE4) {
        public Rate {
            if (perKWhE4 < 0 || perKWhE4 > MOST_PER_KWH_E4 || vatE4 < 0 || vatE4 > MOST_VAT_E4) {
                throw new IllegalArgumentException("a log sets " + perKWhE4
                        + " ten-thousandths of a euro for a kWh with " + vatE4
                        + " ten-thousandths of VAT; the contracts take " + MOST_PER_KWH_E4 + " and " + MOST_VAT_E4
                        + " at most. Maybe the address is not that of a chargeproof contract.");
            }
        }
    }

    /** What counts from a timestep on. */
    public record Change(Rate rate, int fromTimestep) {}

    /** What counts in a timestep: that of the last event, or a later one. */
    public Rate inForce(int timestep) {
        return next != null && next.fromTimestep() <= timestep ? next.rate() : current;
    }

    /** The change that a timestep still has before it; null when there is none. */
    public @Nullable Change announced(int timestep) {
        return next != null && next.fromTimestep() > timestep ? next : null;
    }

    /** After an event of a timestep: what it announces replaces what had not come; what counts at once was begun anew. */
    Tariff with(Rate rate, int fromTimestep, int timestep) {
        return fromTimestep <= timestep
                ? new Tariff(rate, null)
                : new Tariff(inForce(timestep), new Change(rate, fromTimestep));
    }
}

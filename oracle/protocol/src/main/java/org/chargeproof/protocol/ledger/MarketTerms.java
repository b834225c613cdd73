package org.chargeproof.protocol.ledger;

/**
 * By what bills are computed, as a network began with it; the same as IConsortium.Terms.
 *
 * @param settlementTimesteps a settlement comes with each timestep that is a multiple of it
 * @param graceTimesteps so long a bill waits for meter readings after its session's end
 * @param compensationE4 what an operator owes for energy that it promised and did not deliver, in ten-thousandths of its price
 * @param kappaE6 tokens for a unit of flexibility value
 */
public record MarketTerms(int settlementTimesteps, int graceTimesteps, int compensationE4, long kappaE6) {
    /** Those of a new network where nobody says otherwise: an hour of quarter-hours each, and a tenth of the price. */
    public static final MarketTerms DEFAULTS = new MarketTerms(4, 4, 1_000, 1_000_000);
}

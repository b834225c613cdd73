package org.chargeproof.protocol.ledger;

import java.util.HashMap;
import java.util.Map;
import org.chargeproof.protocol.ledger.Tariff.Rate;

/**
 * Prices and margins, folded from the logs beside {@link LedgerState}, which holds what plans depend on and nothing else. Unlike the state it
 * must be told the timestep of each event's block: logs name the timestep from which a change counts, not the one in which it was announced.
 */
public final class Tariffs {
    private final Map<Integer, Tariff> prices = new HashMap<>();
    private final Map<Integer, Tariff> margins = new HashMap<>();

    /**
     * Applies one event; events come in the order of the ledger.
     *
     * @param timestep of the block that holds it
     * @throws IllegalArgumentException for a price that no contract takes
     */
    public void apply(LedgerEvent event, int timestep) {
        switch (event) {
            case LedgerEvent.ChargePointPriced e -> {
                var rate = new Rate(e.pricePerKWhE4(), e.vatE4());
                prices.put(e.chargePoint(), price(e.chargePoint()).with(rate, e.fromTimestep(), timestep));
            }
            case LedgerEvent.MarginChanged e -> {
                var rate = new Rate(e.marginPerKWhE4(), 0);
                margins.put(e.provider(), margin(e.provider()).with(rate, e.fromTimestep(), timestep));
            }
            default -> {
                // nothing that anything costs
            }
        }
    }

    /** A charge point's price; nothing for one that there is not. */
    public Tariff price(int chargePoint) {
        return prices.getOrDefault(chargePoint, Tariff.NOTHING);
    }

    /** What a provider adds; its VAT is that of the charge point, and 0 here. */
    public Tariff margin(int provider) {
        return margins.getOrDefault(provider, Tariff.NOTHING);
    }

    /**
     * What a session costs: the price and the margin in force when it was asked for.
     *
     * @param timestep of the block that holds the request
     */
    public SessionTerms termsOf(LedgerEvent.ChargingRequested request, int timestep) {
        var price = price(request.chargePoint()).inForce(timestep);
        var margin = margin(request.provider()).inForce(timestep);
        return new SessionTerms(request.provider(), price.perKWhE4(), price.vatE4(), margin.perKWhE4());
    }
}

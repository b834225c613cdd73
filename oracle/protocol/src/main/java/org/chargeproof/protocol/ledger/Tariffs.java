package org.chargeproof.protocol.ledger;

import java.util.Map;
import java.util.TreeMap;
import org.chargeproof.protocol.ledger.Tariff.Rate;

/**
 * Prices and margins, folded from the logs beside {@link LedgerState}, which holds what plans depend on and nothing else.
 */
public final class Tariffs {
    private static final int TARIFF_BYTES = 3 * Integer.BYTES + 1;

    private final Map<Integer, Tariff> prices = new TreeMap<>();
    private final Map<Integer, Tariff> margins = new TreeMap<>();

    /**
     * Applies one event; events come in the order of the ledger.
     *
     * @throws IllegalArgumentException for a price that no contract takes
     */
    public void apply(LedgerEvent event) {
        switch (event) {
            case LedgerEvent.ChargePointPriced e -> {
                var rate = new Rate(e.pricePerKWhE4(), e.vatE4());
                prices.put(e.chargePoint(), price(e.chargePoint()).with(rate, e.fromTimestep(), e.timestep()));
            }
            case LedgerEvent.MarginChanged e -> {
                var rate = new Rate(e.marginPerKWhE4(), 0);
                margins.put(e.provider(), margin(e.provider()).with(rate, e.fromTimestep(), e.timestep()));
            }
            default -> {
                // nothing that anything costs
            }
        }
    }

    /** Writes all that is remembered, for snapshots. */
    public void write(ByteWriter out) {
        write(prices, out);
        write(margins, out);
    }

    /** Reads what {@link #write} wrote. */
    public static Tariffs read(ByteReader in) {
        var tariffs = new Tariffs();
        read(tariffs.prices, in);
        read(tariffs.margins, in);
        return tariffs;
    }

    private static void write(Map<Integer, Tariff> tariffs, ByteWriter out) {
        out.number(tariffs.size());
        tariffs.forEach((id, tariff) -> {
            out.number(id);
            write(tariff.current(), out);
            var next = tariff.next();
            out.flag(next != null);
            if (next != null) {
                write(next.rate(), out);
                out.number(next.fromTimestep());
            }
        });
    }

    private static void write(Rate rate, ByteWriter out) {
        out.number(rate.perKWhE4()).number(rate.vatE4());
    }

    private static void read(Map<Integer, Tariff> tariffs, ByteReader in) {
        int count = in.count(TARIFF_BYTES);
        for (int i = 0; i < count; i++) {
            int id = in.number();
            var current = new Rate(in.number(), in.number());
            var next = in.flag() ? new Tariff.Change(new Rate(in.number(), in.number()), in.number()) : null;
            tariffs.put(id, new Tariff(current, next));
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

    /** What a session costs: the price and the margin in force when it was asked for. */
    public SessionTerms termsOf(LedgerEvent.ChargingRequested request) {
        var price = price(request.chargePoint()).inForce(request.timestep());
        var margin = margin(request.provider()).inForce(request.timestep());
        return new SessionTerms(request.provider(), price.perKWhE4(), price.vatE4(), margin.perKWhE4());
    }
}

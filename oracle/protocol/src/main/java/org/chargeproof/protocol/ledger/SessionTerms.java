package org.chargeproof.protocol.ledger;

/**
 * What a session's energy costs, from its request on.
 *
 * @param provider who vouched for the driver, and pays for it
 * @param pricePerKWhE4 ten-thousandths of a euro, without VAT, of the charge point's operator
 * @param vatE4 ten-thousandths of price and margin
 * @param marginPerKWhE4 ten-thousandths of a euro, without VAT, of the provider
 */
public record SessionTerms(int provider, int pricePerKWhE4, int vatE4, int marginPerKWhE4) {
    /** Wh times ten-thousandths of a euro for a kWh, in a millionth of a euro. */
    private static final int PER_MICRO_EURO = 10;

    private static final int WHOLE_E4 = 10_000;

    /** What so many Wh cost at the charge point, without VAT, in millionths of a euro. */
    public long costMicroEuro(long energyWh) {
        return energyWh * pricePerKWhE4 / PER_MICRO_EURO;
    }

    /** What the provider adds for so many Wh, without VAT. */
    public long marginMicroEuro(long energyWh) {
        return energyWh * marginPerKWhE4 / PER_MICRO_EURO;
    }

    /** What the provider owes the operator for so many Wh, with VAT. */
    public long owedMicroEuro(long energyWh) {
        return withVat(costMicroEuro(energyWh));
    }

    /** What the driver owes the provider for so many Wh, with VAT. */
    public long chargedMicroEuro(long energyWh) {
        return withVat(costMicroEuro(energyWh) + marginMicroEuro(energyWh));
    }

    private long withVat(long microEuro) {
        return microEuro + microEuro * vatE4 / WHOLE_E4;
    }
}

package org.chargeproof.payment;

import org.chargeproof.console.input.BadInputException;
import org.chargeproof.protocol.ledger.SessionTerms;

/**
 * What a session's energy costs, as its bill computes it; fixed with the request.
 *
 * @param pricePerKWhE4 the operator's, in ten-thousandths of a euro, without VAT, up to 1,000,000
 * @param marginPerKWhE4 the provider's, the same
 * @param vatE4 in ten-thousandths, up to 5,000
 */
public record Tariff(int pricePerKWhE4, int marginPerKWhE4, int vatE4) {
    private static final int MOST_PRICE_E4 = 1_000_000;
    private static final int MOST_VAT_E4 = 5_000;
    private static final long MOST_WH = 1L << 27;
    /** Amounts do not depend on whose session it is. */
    private static final int NO_PROVIDER = 0;

    /** @throws BadInputException when a field is out of its range */
    public Tariff {
        if (pricePerKWhE4 < 0
                || pricePerKWhE4 > MOST_PRICE_E4
                || marginPerKWhE4 < 0
                || marginPerKWhE4 > MOST_PRICE_E4
                || vatE4 < 0
                || vatE4 > MOST_VAT_E4) {
            throw new BadInputException("a tariff has a price of " + pricePerKWhE4 + ", a margin of " + marginPerKWhE4
                    + " and VAT of " + vatE4 + " (ten-thousandths); prices go up to " + MOST_PRICE_E4 + ", VAT to "
                    + MOST_VAT_E4 + ".");
        }
    }

    /**
     * What the provider owes the operator, in millionths of a euro.
     *
     * @param wh 0 to 2^27
     */
    public long owedMicroEuro(long wh) {
        return terms(wh).owedMicroEuro(wh);
    }

    /** The same that the provider charges the driver. */
    public long chargedMicroEuro(long wh) {
        return terms(wh).chargedMicroEuro(wh);
    }

    /** What computes amounts, for so much energy as a session has. */
    private SessionTerms terms(long wh) {
        if (wh < 0 || wh > MOST_WH) {
            throw new BadInputException("a session of " + wh + " Wh; it must be from 0 to " + MOST_WH
                    + ". Maybe the register is another meter's.");
        }
        return new SessionTerms(NO_PROVIDER, pricePerKWhE4, vatE4, marginPerKWhE4);
    }
}

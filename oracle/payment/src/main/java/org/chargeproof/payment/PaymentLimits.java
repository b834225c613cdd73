package org.chargeproof.payment;

import org.chargeproof.console.input.BadInputException;

/**
 * What each side risks.
 *
 * @param unitMicroEuro most that a session may be ahead of its payment, or a payment of its session, from 1,000 to 100,000,000
 * @param toleranceWh most that the two meters of a session may differ by, from 1 to 1,000,000
 */
public record PaymentLimits(long unitMicroEuro, long toleranceWh) {
    /** 5 cents, and half a kWh. */
    public static final PaymentLimits DEFAULTS = new PaymentLimits(50_000, 500);

    private static final long LEAST_UNIT = 1_000;
    private static final long MOST_UNIT = 100_000_000;
    private static final long MOST_TOLERANCE_WH = 1_000_000;

    /** @throws BadInputException when a field is out of its range */
    public PaymentLimits {
        if (unitMicroEuro < LEAST_UNIT
                || unitMicroEuro > MOST_UNIT
                || toleranceWh < 1
                || toleranceWh > MOST_TOLERANCE_WH) {
            throw new BadInputException("a unit of " + unitMicroEuro + " millionths of a euro and a tolerance of "
                    + toleranceWh + " Wh; a unit is from " + LEAST_UNIT + " to " + MOST_UNIT
                    + ", a tolerance from 1 to " + MOST_TOLERANCE_WH + ".");
        }
    }
}

package org.chargeproof.operator.payment;

import java.math.BigDecimal;
import org.chargeproof.console.input.BadInputException;

/** Amounts as people write them, and in millionths. */
final class Euros {
    private static final int DECIMALS = 6;
    private static final BigDecimal MOST = BigDecimal.valueOf(1_000_000_000);

    private Euros() {}

    /**
     * Reads one.
     *
     * @return millionths
     * @throws BadInputException when it is none, nothing, or too much
     */
    static long microEuro(String option, BigDecimal euro) {
        if (euro.signum() <= 0
                || euro.compareTo(MOST) > 0
                || euro.stripTrailingZeros().scale() > DECIMALS) {
            throw new BadInputException(option + " is " + euro.toPlainString() + "; it must be above 0, up to "
                    + MOST.toPlainString() + ", with at most " + DECIMALS + " decimals.");
        }
        return euro.movePointRight(DECIMALS).longValueExact();
    }

    /** Shows one: {@code 12.340000 EUR}. */
    static String of(long microEuro) {
        return BigDecimal.valueOf(microEuro, DECIMALS).toPlainString() + " EUR";
    }
}

package org.chargeproof.operator.assets;

import java.math.BigDecimal;
import org.chargeproof.console.input.BadInputException;

/** Amounts as options give them. */
final class Amounts {
    private Amounts() {}

    /**
     * An amount times ten to the number of decimals.
     *
     * @throws BadInputException when it is out of its range, or finer
     */
    static int scaled(String option, BigDecimal amount, int decimals, int most) {
        if (amount.signum() < 0
                || amount.compareTo(BigDecimal.valueOf(most)) > 0
                || amount.stripTrailingZeros().scale() > decimals) {
            throw new BadInputException(option + " is " + amount + "; it must be from 0 to " + most + " with at most "
                    + decimals + " decimals.");
        }
        return amount.movePointRight(decimals).intValueExact();
    }
}

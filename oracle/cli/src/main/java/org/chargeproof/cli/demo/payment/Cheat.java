package org.chargeproof.cli.demo.payment;

import java.util.List;

/** How a session's payer or payee cheats; the others of the session are honest. */
enum Cheat {
    /** Nobody cheats. */
    NONE,
    /** The driver pays at first, and then no more. */
    STOPS_PAYING,
    /** The driver pays for half of what it takes. */
    PAYS_LESS,
    /** The driver never pays. */
    VANISHES,
    /** The driver pays, closes its channel at the end of the day, and brings an old voucher. */
    OLD_VOUCHER,
    /** Whoever delivers asks for twice as much as it delivers. */
    OVER_REPORTS,
    /** Whoever delivers stops, and goes on asking. */
    CHARGES_FOR_NOTHING;

    private static final Cheat[] PAYERS = {STOPS_PAYING, PAYS_LESS, VANISHES, OLD_VOUCHER};
    private static final Cheat[] PAYEES = {OVER_REPORTS, CHARGES_FOR_NOTHING};

    /** One after the other. */
    static Cheat ofPayer(int number) {
        return PAYERS[number % PAYERS.length];
    }

    /** One after the other. */
    static Cheat ofPayee(int number) {
        return PAYEES[number % PAYEES.length];
    }

    boolean isPayers() {
        return List.of(PAYERS).contains(this);
    }
}

package org.chargeproof.database;

/**
 * A session of a person: which one on the ledger, and by which account. Encrypted as a whole where it is kept, as it is what leads from the
 * ledger to the person.
 *
 * @param account of the person's wallet, lower case
 * @param state how far it is
 * @param chargePoint its number on the ledger; -1 before one is asked for
 * @param energyWh asked for
 * @param requestedSeconds when, unix seconds
 * @param budgetMicroEuro what it can cost at most, in millionths of a euro
 * @param chargedMicroEuro what it has cost when it was looked at last; -1 while that may change
 * @param vouchTransaction hash; empty before
 * @param requestTransaction hash; empty before
 * @param session its number on the ledger; 0 before it has one
 */
public record SessionRow(
        String account,
        State state,
        int chargePoint,
        int energyWh,
        long requestedSeconds,
        long budgetMicroEuro,
        long chargedMicroEuro,
        String vouchTransaction,
        String requestTransaction,
        int session) {
    /** How far a session is on its way to the ledger. */
    public enum State {
        /** The account was taken from the wallet, and nothing on chain may know it yet. */
        TAKEN,
        /** The account is a user of the network, and has asked for nothing: it serves the next request. */
        VOUCHED,
        /** Its request was signed, and may be on the ledger. */
        SENT,
        /** It is on the ledger. */
        ON_LEDGER,
        /** It is over and billed, and what its bill gives is claimed: nothing is left to do. */
        CLOSED,
        /** The ledger refused the request after it was sent. */
        FAILED
    }

    /** An account that was just taken. */
    public static SessionRow taken(String account, int chargePoint, int energyWh, long seconds, long budgetMicroEuro) {
        return new SessionRow(account, State.TAKEN, chargePoint, energyWh, seconds, budgetMicroEuro, -1, "", "", 0);
    }

    /** What counts against the person's cap. */
    public long countedMicroEuro() {
        return switch (state) {
            case VOUCHED, FAILED -> 0;
            case TAKEN, SENT, ON_LEDGER, CLOSED -> chargedMicroEuro < 0 ? budgetMicroEuro : chargedMicroEuro;
        };
    }

    /** The same for another request. */
    public SessionRow asking(int point, int wh, long seconds, long budget) {
        return new SessionRow(
                account,
                state,
                point,
                wh,
                seconds,
                budget,
                chargedMicroEuro,
                vouchTransaction,
                requestTransaction,
                session);
    }

    /** The same in another state. */
    public SessionRow in(State next) {
        return new SessionRow(
                account,
                next,
                chargePoint,
                energyWh,
                requestedSeconds,
                budgetMicroEuro,
                chargedMicroEuro,
                vouchTransaction,
                requestTransaction,
                session);
    }

    /** The same, vouched for in a transaction. */
    public SessionRow vouchedIn(String transaction) {
        return new SessionRow(
                account,
                State.TAKEN,
                chargePoint,
                energyWh,
                requestedSeconds,
                budgetMicroEuro,
                chargedMicroEuro,
                transaction,
                requestTransaction,
                session);
    }

    /** The same, asked for in a transaction. */
    public SessionRow sentIn(String transaction) {
        return new SessionRow(
                account,
                State.SENT,
                chargePoint,
                energyWh,
                requestedSeconds,
                budgetMicroEuro,
                chargedMicroEuro,
                vouchTransaction,
                transaction,
                session);
    }

    /** The same, with its number on the ledger. */
    public SessionRow onLedger(int number) {
        return new SessionRow(
                account,
                State.ON_LEDGER,
                chargePoint,
                energyWh,
                requestedSeconds,
                budgetMicroEuro,
                chargedMicroEuro,
                vouchTransaction,
                requestTransaction,
                number);
    }

    /** The same, with what it has cost in the end. */
    public SessionRow charged(long microEuro) {
        return new SessionRow(
                account,
                state,
                chargePoint,
                energyWh,
                requestedSeconds,
                budgetMicroEuro,
                microEuro,
                vouchTransaction,
                requestTransaction,
                session);
    }

    /** Nothing that leads to the session. */
    @Override
    public String toString() {
        return "SessionRow[" + state + "]";
    }
}

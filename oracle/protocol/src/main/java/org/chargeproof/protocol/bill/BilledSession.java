package org.chargeproof.protocol.bill;

import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.protocol.ledger.LedgerEvent.SessionEnded;
import org.chargeproof.protocol.ledger.SessionTerms;

/** A request, and what became of it. */
final class BilledSession {
    private static final int NEVER = -1;

    final int id;
    final Bytes account;
    final Plug plug;
    final SessionTerms terms;
    final int energyWh;
    final int departureTimestep;
    final boolean joins;
    /** The timestep whose plan accepted it; -1 before. */
    int acceptedTimestep = NEVER;

    /** The first timestep in which it had interim power, and the timestep after the last; -1 without. */
    int interimFrom = NEVER;

    int interimTo = NEVER;

    int promisedWh;
    /** -1 before it is ended. */
    int endedTimestep = NEVER;

    int endedBy;
    /** Whether a promise may have become impossible by what the group's operator did to another one's charge point. */
    boolean disturbed;

    Bytes32 records = Bytes32.ZERO;
    boolean billed;

    BilledSession(
            int id, Bytes account, Plug plug, SessionTerms terms, int energyWh, int departureTimestep, boolean joins) {
        this.id = id;
        this.account = account;
        this.plug = plug;
        this.terms = terms;
        this.energyWh = energyWh;
        this.departureTimestep = departureTimestep;
        this.joins = joins;
    }

    boolean isAccepted() {
        return acceptedTimestep != NEVER;
    }

    /** Whether it could charge, by a promise or by interim power. */
    boolean couldCharge() {
        return isAccepted() || interimFrom != NEVER;
    }

    /** The first timestep that it could charge in; -1 while there is none. */
    int firstTimestep() {
        return interimFrom == NEVER ? acceptedTimestep : interimFrom;
    }

    /** Whether its promise counts in a timestep; in others it has interim power at most. */
    boolean isPromisedIn(int timestep) {
        return isAccepted() && acceptedTimestep <= timestep && timestep < departureTimestep;
    }

    boolean isEnded() {
        return endedTimestep != NEVER;
    }

    /** The timestep after the last that it is billed for: it ended, or was to depart. */
    int toTimestep() {
        int last = Math.max(departureTimestep, interimTo);
        return isEnded() ? Math.min(endedTimestep + 1, last) : last;
    }

    /**
     * The first timestep in which its car was there: by the meter's status, or by what it took. Where there was none, the last one before
     * the end.
     */
    int fromTimestep() {
        int to = toTimestep();
        for (int t = firstTimestep(); t < to - 1; t++) {
            if (plug.isOccupied(t) || plug.meteredWh(t) > 0) {
                return t;
            }
        }
        return to - 1;
    }

    /** Whether it is to count as if it had stayed until its departure: who was ended by the operator while its car was there, too. */
    boolean stayed() {
        if (toTimestep() >= departureTimestep) {
            return true;
        }
        var next = plug.readingFrom(endedTimestep);
        return endedBy == SessionEnded.BY_OPERATOR && (next == null || next.occupied());
    }
}

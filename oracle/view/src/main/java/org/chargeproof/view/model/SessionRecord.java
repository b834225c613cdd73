package org.chargeproof.view.model;

import java.util.Collections;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.chargeproof.protocol.ledger.LedgerEvent.RequestDecided;
import org.chargeproof.protocol.ledger.Session;
import org.chargeproof.protocol.ledger.SessionTerms;
import org.jspecify.annotations.Nullable;

/** A session with its history, also after its end. Changed by the view only. */
public final class SessionRecord {
    private final Session session;
    private final SessionTerms terms;
    private final long requestedAtSeconds;
    final TreeMap<Integer, Integer> meteredWh = new TreeMap<>();
    final TreeMap<Integer, Integer> greenWh = new TreeMap<>();
    final TreeMap<Integer, Integer> interimW = new TreeMap<>();
    final PowerHistory power = new PowerHistory();

    @Nullable
    RequestDecided decision;

    /** Timestep in which it was over; -1 before. */
    int overTimestep = -1;

    SessionRecord(Session session, SessionTerms terms, long requestedAtSeconds) {
        this.session = session;
        this.terms = terms;
        this.requestedAtSeconds = requestedAtSeconds;
    }

    public Session session() {
        return session;
    }

    /** What it costs: the price and the provider's margin when the driver asked. */
    public SessionTerms terms() {
        return terms;
    }

    /** Block time of the request. */
    public long requestedAtSeconds() {
        return requestedAtSeconds;
    }

    /** What became of the request, once decided. */
    public @Nullable RequestDecided decision() {
        return decision;
    }

    /** Whether it is refused or has ended. */
    public boolean isOver() {
        return overTimestep >= 0;
    }

    /** Timestep in which it was refused or ended; -1 before. */
    public int overTimestep() {
        return overTimestep;
    }

    /** Metered energy in Wh by timestep. */
    public Map<Integer, Integer> meteredWh() {
        return Collections.unmodifiableMap(meteredWh);
    }

    /** What of it came from PV behind the same cabinet, in Wh by timestep; comes two timesteps later. */
    public Map<Integer, Integer> greenWh() {
        return Collections.unmodifiableMap(greenWh);
    }

    /** What it might draw in timesteps whose plan did not know it, in W by timestep. */
    public NavigableMap<Integer, Integer> interimW() {
        return Collections.unmodifiableNavigableMap(interimW);
    }

    /** Why it got the power that it got, of timesteps whose final plan this view computed, too. */
    public PowerHistory power() {
        return power;
    }

    /** All metered energy. */
    public long deliveredWh() {
        return sum(meteredWh);
    }

    /** All energy from PV. */
    public long totalGreenWh() {
        return sum(greenWh);
    }

    private static long sum(Map<Integer, Integer> values) {
        return values.values().stream().mapToLong(Integer::longValue).sum();
    }
}

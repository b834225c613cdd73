package org.chargeproof.protocol.ledger;

import java.util.ArrayDeque;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One charge point with what its meter told. Read by everybody, changed by the fold only. */
public final class ChargePoint {
    private final int id;
    private final Group group;
    private final int operator;
    private final int ratedPowerW;
    private final int minPowerW;
    private final String evseId;
    boolean removed;
    /** -1 before the first report. */
    int reportedTimestep = -1;

    long registerWh;
    /** Whether a car was there at the last report. */
    boolean occupied;

    @Nullable
    Session session;

    final ArrayDeque<Session> recentlyAccepted = new ArrayDeque<>();
    final TreeMap<Integer, Metered> metered = new TreeMap<>();

    /** Energy that one session took in one timestep. */
    public record Metered(int session, int energyWh) {}

    ChargePoint(LedgerEvent.ChargePointRegistered event, Group group) {
        this.id = event.chargePoint();
        this.group = group;
        this.operator = event.operator();
        this.ratedPowerW = event.ratedPowerW();
        this.minPowerW = event.minPowerW();
        this.evseId = event.evseId();
    }

    public int id() {
        return id;
    }

    public Group group() {
        return group;
    }

    public int operator() {
        return operator;
    }

    public int ratedPowerW() {
        return ratedPowerW;
    }

    /** The least that it delivers other than nothing, at 6 A; 0 = any. */
    public int minPowerW() {
        return minPowerW;
    }

    public String evseId() {
        return evseId;
    }

    public boolean removed() {
        return removed;
    }

    /** Total energy register at the last report. */
    public long registerWh() {
        return registerWh;
    }

    /** The open request or session, if there is one. */
    public @Nullable Session session() {
        return session;
    }

    /** What was metered in a timestep, if a session took something. */
    public @Nullable Metered metered(int timestep) {
        return metered.get(timestep);
    }
}

package org.chargeproof.protocol.ledger;

import java.util.ArrayDeque;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One charge point with what its meter told. Read by everybody, changed by the fold only. */
public final class ChargePoint {
    private static final int SECONDS_PER_HOUR = 3_600;

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

    /** Interim power by timestep, of the last ones. */
    final TreeMap<Integer, Interim> interim = new TreeMap<>();

    /**
     * Power that a session may draw in a timestep whose plan does not know it: see docs/concepts/protocol.md.
     *
     * @param powerW in all, what the plan told the charge point included
     */
    public record Interim(Session session, int powerW) {}

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

    /** The least that it delivers other than nothing in a whole step, in Wh: rounded up, or it would be less than the least current. */
    public int minWhPerStep(int stepsPerHour) {
        // parts of a timestep need whole seconds
        return SECONDS_PER_HOUR % stepsPerHour == 0
                ? Math.min(ratedPowerW / stepsPerHour, Math.ceilDiv(minPowerW, stepsPerHour))
                : 0;
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

    /** Interim power of a timestep, one of the last or the next; null where there is none. */
    public @Nullable Interim interim(int timestep) {
        return interim.get(timestep);
    }

    /**
     * What may be drawn in a timestep beside its plan, in W, in all; 0 where there is no interim power, or its session has ended.
     */
    public int interimW(int timestep) {
        var granted = interim.get(timestep);
        return granted == null || granted.session().status() == Session.Status.ENDED ? 0 : granted.powerW();
    }

    /** What was metered in a timestep, if a session took something. */
    public @Nullable Metered metered(int timestep) {
        return metered.get(timestep);
    }
}

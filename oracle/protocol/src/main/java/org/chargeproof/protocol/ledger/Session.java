package org.chargeproof.protocol.ledger;

import java.util.TreeMap;
import org.apache.tuweni.bytes.Bytes;

/** A request and what became of it. Read by everybody, changed by the fold only. */
public final class Session {
    /** Life of a session; the same as in ICharging. */
    public enum Status {
        REQUESTED,
        ACCEPTED,
        REFUSED,
        ENDED
    }

    private final int id;
    private final ChargePoint chargePoint;
    private final Bytes account;
    private final int energyWh;
    private final int departureTimestep;
    private final boolean joins;
    private final int firstTimestep;
    Status status = Status.REQUESTED;
    boolean accepted;
    int acceptedTimestep;
    int endedTimestep = Integer.MAX_VALUE;
    long deliveredWh;
    /** Setpoints of final plans, Wh by timestep, whose meter reading is still to come. */
    final TreeMap<Integer, Integer> expectedWh = new TreeMap<>();

    Session(LedgerEvent.ChargingRequested event, ChargePoint chargePoint) {
        this.id = event.session();
        this.chargePoint = chargePoint;
        this.account = event.account();
        this.energyWh = event.energyWh();
        this.departureTimestep = event.departureTimestep();
        this.joins = event.joins();
        this.firstTimestep = event.firstTimestep();
    }

    public int id() {
        return id;
    }

    public ChargePoint chargePoint() {
        return chargePoint;
    }

    /** The pseudonym that asked. */
    public Bytes account() {
        return account;
    }

    /** Wanted by departure. */
    public int energyWh() {
        return energyWh;
    }

    /** It charges in timesteps before this one. */
    public int departureTimestep() {
        return departureTimestep;
    }

    /** Whether the driver joins smart charging. */
    public boolean joins() {
        return joins;
    }

    public int firstTimestep() {
        return firstTimestep;
    }

    public Status status() {
        return status;
    }

    /** Whether it was ever accepted, also after its end. */
    public boolean accepted() {
        return accepted;
    }

    /** Metered so far. */
    public long deliveredWh() {
        return deliveredWh;
    }

    /** What is still to be delivered, counting on final setpoints whose meter reading is still to come. */
    public int remainingWh() {
        long expected =
                expectedWh.values().stream().mapToLong(Integer::longValue).sum();
        return (int) Math.max(0, energyWh - deliveredWh - expected);
    }

    /** Whether the meter reading of a timestep that it has a setpoint for is still to come. */
    public boolean awaitsReading() {
        return !expectedWh.isEmpty();
    }
}

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
    private final int wantedWh;
    private final int leastEnergyWh;
    private final int arrivalTimestep;
    private final int departureTimestep;
    private final boolean joins;
    private final int firstTimestep;
    Status status = Status.REQUESTED;
    boolean accepted;
    int promisedWh;
    int acceptedTimestep;
    int endedTimestep = Integer.MAX_VALUE;
    long deliveredWh;
    /** 0 = none. */
    int learnedLimitWh;

    boolean behind;
    /** Setpoints of final plans, Wh by timestep, whose meter reading is still to come. */
    final TreeMap<Integer, Integer> expectedWh = new TreeMap<>();

    Session(LedgerEvent.ChargingRequested event, ChargePoint chargePoint) {
        this.id = event.session();
        this.chargePoint = chargePoint;
        this.account = event.account();
        this.wantedWh = event.energyWh();
        this.leastEnergyWh = event.leastEnergyWh();
        this.arrivalTimestep = event.arrivalTimestep();
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

    /** Promised by departure once it was accepted, also after its end; before that, what is wanted. */
    public int energyWh() {
        return accepted ? promisedWh : wantedWh;
    }

    /** Wanted by departure; at least what is promised. */
    public int wantedWh() {
        return wantedWh;
    }

    /** The least that the driver takes as an answer; all that is wanted when it does not join. */
    public int leastEnergyWh() {
        return leastEnergyWh;
    }

    /** It charges from this timestep on; above {@link #firstTimestep} for a reservation. */
    public int arrivalTimestep() {
        return arrivalTimestep;
    }

    /** Whether the driver asked for a car that was yet to come. */
    public boolean isReservation() {
        return arrivalTimestep > firstTimestep;
    }

    /** Whether its stay has no whole timestep: then no plan decides about it. */
    public boolean isWithoutWholeTimestep() {
        return departureTimestep <= arrivalTimestep;
    }

    /** It charges in timesteps before this one. */
    public int departureTimestep() {
        return departureTimestep;
    }

    /** Whether the driver joins smart charging. */
    public boolean joins() {
        return joins;
    }

    /** The first whose plan can decide about it. */
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

    /**
     * What the car took of a greater setpoint in the last whole timestep that tells, at least 1 Wh; 0 when nothing says that it
     * cannot take what it is told. Rules in docs/reference/inputs.md.
     */
    public int learnedLimitWh() {
        return learnedLimitWh;
    }

    /** Whether it once took less than it was told: then what others were promised comes first. */
    public boolean isBehind() {
        return behind;
    }

    /** What is still to be delivered, counting on final setpoints whose meter reading is still to come. */
    public int remainingWh() {
        long expected =
                expectedWh.values().stream().mapToLong(Integer::longValue).sum();
        return (int) Math.max(0, energyWh() - deliveredWh - expected);
    }

    /** What it wanted and has not had, whatever was promised of it, counting on final setpoints whose meter reading is still to come. */
    long unservedWh() {
        return Math.max(0, wantedWh - energyWh() + remainingWh());
    }

    /** Whether the meter reading of a timestep that it has a setpoint for is still to come. */
    public boolean awaitsReading() {
        return !expectedWh.isEmpty();
    }
}

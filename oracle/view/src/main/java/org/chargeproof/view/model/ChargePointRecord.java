package org.chargeproof.view.model;

import org.chargeproof.protocol.ledger.ChargePoint;

/** What people want to know of a charge point, beside what plans depend on. Changed by the view only. */
public final class ChargePointRecord {
    private final ChargePoint chargePoint;
    int latitudeE7;
    int longitudeE7;
    int connector;
    int livePowerW;
    int status;
    /** -1 before the first report. */
    int reportedTimestep = -1;

    long registerWh;

    ChargePointRecord(ChargePoint chargePoint) {
        this.chargePoint = chargePoint;
    }

    public ChargePoint chargePoint() {
        return chargePoint;
    }

    /** Degrees north times 10^7. */
    public int latitudeE7() {
        return latitudeE7;
    }

    /** Degrees east times 10^7. */
    public int longitudeE7() {
        return longitudeE7;
    }

    /** OCPI ConnectorType by number. */
    public int connector() {
        return connector;
    }

    /** At the last report. */
    public int livePowerW() {
        return livePowerW;
    }

    /** OCPI EVSE status by number, at the last report. */
    public int status() {
        return status;
    }

    /** Whether somebody can plug in and ask now. */
    public boolean available() {
        return !chargePoint.removed() && chargePoint.session() == null && EvseStatus.of(status) == EvseStatus.AVAILABLE;
    }
}

package org.chargeproof.simulation;

/** A car that is plugged in and has asked. */
final class Car {
    final Visit visit;
    final int session;
    boolean accepted;
    int promisedWh;
    int takenWh;
    int setpointWh;
    /** Whether its setpoint is interim power. */
    boolean interim;

    /** Whether the ledger has heard that it left. */
    boolean ended;
    boolean settled;

    /** @param visit with what is possible in the whole steps of the stay */
    Car(Visit visit, int session) {
        this.visit = visit;
        this.session = session;
    }

    int missingWh() {
        return visit.takesWh() - takenWh;
    }

    /** A step passes: half of it, half of the setpoint's energy. @return what the car took */
    int charge(int step) {
        int offeredWh = Math.min(setpointWh, visit.mostWh(missingWh()));
        int takesWh = Math.min(missingWh(), (int) ((long) offeredWh * visit.presentSeconds(step) / Site.STEP_SECONDS));
        takenWh += takesWh;
        setpointWh = 0;
        interim = false;
        return takesWh;
    }
}

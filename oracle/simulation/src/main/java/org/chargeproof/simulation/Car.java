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

    /** How often it began to charge, and the last step through whose end it charged. */
    int starts;

    private int ranStep = Integer.MIN_VALUE;

    /** @param visit with what is possible in the whole steps of the stay */
    Car(Visit visit, int session) {
        this.visit = visit;
        this.session = session;
    }

    int missingWh() {
        return visit.takesWh() - takenWh;
    }

    /**
     * It charges in a step.
     *
     * @param isBurst for a part of it only
     */
    void runs(int step, boolean isBurst) {
        starts += ranStep == step - 1 ? 0 : 1;
        ranStep = isBurst ? Integer.MIN_VALUE : step;
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

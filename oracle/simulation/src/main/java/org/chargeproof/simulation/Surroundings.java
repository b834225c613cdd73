package org.chargeproof.simulation;

import org.chargeproof.protocol.ledger.LedgerEvent.ForecastStep;

/** What there is around the charge points of one group, by step: its limit, other equipment behind the same cabinet, PV. */
interface Surroundings {
    /** What the cabinet carries, in W: charging and other equipment. */
    int capacityW();

    /** The most that other equipment takes, in W. */
    int maxLoadW();

    /** What the group may take, other equipment included, in W: when it is planned. */
    default int limitW(int step) {
        return capacityW();
    }

    /** Whether load and PV are reported and forecast. */
    boolean areReported();

    /** What other equipment takes in a step, in Wh. */
    int loadWh(int step);

    /** What PV gives in a step, in Wh. */
    int pvWh(int step);

    /** What of it counts as sure for the step after the next report. */
    default int firmPvWh(int step) {
        return 0;
    }

    /** What is said of a step before it comes. */
    ForecastStep forecast(int step);
}

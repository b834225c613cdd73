package org.chargeproof.ocpi.model;

/** W of all phases together, or A of each phase. */
public enum ChargingRateUnit {
    W,
    A
}

package org.chargeproof.ocpi.model;

/** What a price is for. */
public enum TariffDimensionType {
    ENERGY,
    FLAT,
    PARKING_TIME,
    TIME
}

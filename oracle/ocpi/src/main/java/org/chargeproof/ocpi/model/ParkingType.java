package org.chargeproof.ocpi.model;

/** The kind of parking. */
public enum ParkingType {
    ALONG_MOTORWAY,
    PARKING_GARAGE,
    PARKING_LOT,
    ON_DRIVEWAY,
    ON_STREET,
    UNDERGROUND_GARAGE
}

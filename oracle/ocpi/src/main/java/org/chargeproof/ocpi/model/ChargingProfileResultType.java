package org.chargeproof.ocpi.model;

/** What a charge point says to a request for a profile. */
public enum ChargingProfileResultType {
    ACCEPTED,
    REJECTED,
    UNKNOWN
}

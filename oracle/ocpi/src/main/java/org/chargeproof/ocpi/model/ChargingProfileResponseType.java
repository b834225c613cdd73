package org.chargeproof.ocpi.model;

/** What an operator says to a request for a profile. */
public enum ChargingProfileResponseType {
    ACCEPTED,
    NOT_SUPPORTED,
    REJECTED,
    TOO_OFTEN,
    UNKNOWN_SESSION
}

package org.chargeproof.ocpi.model;

/** What an operator says to preferences. OCPI calls ACCEPTED no guarantee. */
public enum ChargingPreferencesResponse {
    ACCEPTED,
    DEPARTURE_REQUIRED,
    ENERGY_NEED_REQUIRED,
    NOT_POSSIBLE,
    PROFILE_TYPE_NOT_SUPPORTED
}

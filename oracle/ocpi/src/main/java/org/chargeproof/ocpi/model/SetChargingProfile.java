package org.chargeproof.ocpi.model;

import org.chargeproof.ocpi.json.Url;

/** A profile, and where its result is to be told. */
public record SetChargingProfile(
        ChargingProfile chargingProfile, @Url String responseUrl) {}

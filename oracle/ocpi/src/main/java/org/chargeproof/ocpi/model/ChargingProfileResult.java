package org.chargeproof.ocpi.model;

/** What the charge point answered to a profile. */
public record ChargingProfileResult(ChargingProfileResultType result) {}

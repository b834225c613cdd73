package org.chargeproof.ocpi.model;

/** What the charge point answered to the removal of a profile. */
public record ClearProfileResult(ChargingProfileResultType result) {}

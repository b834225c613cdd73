package org.chargeproof.ocpi.model;

/**
 * The operator's direct answer, before the charge point was asked; {@code timeout} in seconds until the result
 * counts as lost.
 */
public record ChargingProfileResponse(ChargingProfileResponseType result, int timeout) {}

package org.chargeproof.ocpi.model;

/** For which end of a reservation a price holds. */
public enum ReservationRestrictionType {
    RESERVATION,
    RESERVATION_EXPIRES
}

package org.chargeproof.ocpi.model;

/** The state of a session. */
public enum SessionStatus {
    ACTIVE,
    COMPLETED,
    INVALID,
    PENDING,
    RESERVATION
}

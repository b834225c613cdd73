package org.chargeproof.ocpi.model;

/** Whether a token may charge. */
public enum AllowedType {
    ALLOWED,
    BLOCKED,
    EXPIRED,
    NO_CREDIT,
    NOT_ALLOWED
}

package org.chargeproof.ocpi.model;

/** Whether a token may charge without asking. */
public enum WhitelistType {
    ALWAYS,
    ALLOWED,
    ALLOWED_OFFLINE,
    NEVER
}

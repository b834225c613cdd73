package org.chargeproof.ocpi.model;

/** How a token was allowed. */
public enum AuthMethod {
    AUTH_REQUEST,
    COMMAND,
    WHITELIST
}

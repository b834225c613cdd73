package org.chargeproof.ocpi.model;

/** The kind of token. */
public enum TokenType {
    AD_HOC_USER,
    APP_USER,
    OTHER,
    RFID
}

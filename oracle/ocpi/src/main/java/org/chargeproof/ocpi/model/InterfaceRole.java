package org.chargeproof.ocpi.model;

/** The side of a module: SENDER owns the data, RECEIVER hears of them. */
public enum InterfaceRole {
    SENDER,
    RECEIVER
}

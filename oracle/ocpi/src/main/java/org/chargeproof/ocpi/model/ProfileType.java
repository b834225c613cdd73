package org.chargeproof.ocpi.model;

/** What kind of charging a driver wishes. */
public enum ProfileType {
    CHEAP,
    FAST,
    GREEN,
    REGULAR
}

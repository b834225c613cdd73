package org.chargeproof.ocpi.model;

/** What a party does. */
public enum Role {
    CPO,
    EMSP,
    HUB,
    NAP,
    NSP,
    OTHER,
    SCSP
}

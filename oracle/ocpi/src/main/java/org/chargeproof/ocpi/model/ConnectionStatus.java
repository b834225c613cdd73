package org.chargeproof.ocpi.model;

/** Whether a party behind a hub can be reached. */
public enum ConnectionStatus {
    CONNECTED,
    OFFLINE,
    PLANNED,
    SUSPENDED
}

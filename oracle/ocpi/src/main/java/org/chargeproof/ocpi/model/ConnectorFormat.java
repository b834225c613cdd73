package org.chargeproof.ocpi.model;

/** Socket or cable. */
public enum ConnectorFormat {
    SOCKET,
    CABLE
}

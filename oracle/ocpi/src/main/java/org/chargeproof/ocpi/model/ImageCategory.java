package org.chargeproof.ocpi.model;

/** What a picture shows. */
public enum ImageCategory {
    CHARGER,
    ENTRANCE,
    LOCATION,
    NETWORK,
    OPERATOR,
    OTHER,
    OWNER
}

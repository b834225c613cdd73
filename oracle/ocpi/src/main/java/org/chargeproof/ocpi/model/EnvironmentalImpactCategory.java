package org.chargeproof.ocpi.model;

/** A kind of impact. */
public enum EnvironmentalImpactCategory {
    NUCLEAR_WASTE,
    CARBON_DIOXIDE
}

package org.chargeproof.ocpi.model;

import java.math.BigDecimal;

/** The share of one source in percent. */
public record EnergySource(EnergySourceCategory source, BigDecimal percentage) {}

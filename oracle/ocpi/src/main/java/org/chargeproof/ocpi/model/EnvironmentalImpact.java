package org.chargeproof.ocpi.model;

import java.math.BigDecimal;

/** Waste or emission in g/kWh. */
public record EnvironmentalImpact(EnvironmentalImpactCategory category, BigDecimal amount) {}

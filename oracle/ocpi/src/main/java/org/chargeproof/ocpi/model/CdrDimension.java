package org.chargeproof.ocpi.model;

import java.math.BigDecimal;

/** One measure of a charging period: kWh, hours, A, W or percent, by its type. */
public record CdrDimension(CdrDimensionType type, BigDecimal volume) {}

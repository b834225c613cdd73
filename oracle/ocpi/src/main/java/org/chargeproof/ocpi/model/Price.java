package org.chargeproof.ocpi.model;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** An amount in the currency of the object around it, without and with VAT. */
public record Price(BigDecimal exclVat, @Nullable BigDecimal inclVat) {}

package org.chargeproof.ocpi.model;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** A price without VAT: for a kWh, an hour, or once. {@code vat} in percent; {@code step_size} in Wh or seconds. */
public record PriceComponent(
        TariffDimensionType type,
        BigDecimal price,
        @Nullable BigDecimal vat,
        int stepSize) {}

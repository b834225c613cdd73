package org.chargeproof.ocpi.model;

import org.chargeproof.ocpi.json.Text;
import org.jspecify.annotations.Nullable;

/** A driver's own contract for energy. */
public record EnergyContract(
        @Text(64) String supplierName, @Text(64) @Nullable String contractId) {}

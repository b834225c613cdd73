package org.chargeproof.ocpi.model;

import java.util.List;
import org.chargeproof.ocpi.json.Text;
import org.jspecify.annotations.Nullable;

/** Where the energy comes from. */
public record EnergyMix(
        boolean isGreenEnergy,
        List<EnergySource> energySources,
        List<EnvironmentalImpact> environImpact,
        @Text(64) @Nullable String supplierName,
        @Text(64) @Nullable String energyProductName) {
    /** The same lists, unchangeable. */
    public EnergyMix {
        energySources = List.copyOf(energySources);
        environImpact = List.copyOf(environImpact);
    }
}

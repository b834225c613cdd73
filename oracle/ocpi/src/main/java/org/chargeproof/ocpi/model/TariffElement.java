package org.chargeproof.ocpi.model;

import java.util.List;
import org.chargeproof.ocpi.json.NonEmpty;
import org.jspecify.annotations.Nullable;

/** Price components, and when they hold. */
public record TariffElement(
        @NonEmpty List<PriceComponent> priceComponents,
        @Nullable TariffRestrictions restrictions) {
    /** The same lists, unchangeable. */
    public TariffElement {
        priceComponents = List.copyOf(priceComponents);
    }
}

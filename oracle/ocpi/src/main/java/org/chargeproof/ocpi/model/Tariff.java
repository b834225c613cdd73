package org.chargeproof.ocpi.model;

import java.time.Instant;
import java.util.List;
import org.chargeproof.ocpi.json.CiString;
import org.chargeproof.ocpi.json.NonEmpty;
import org.chargeproof.ocpi.json.OwnedObject;
import org.chargeproof.ocpi.json.Text;
import org.chargeproof.ocpi.json.Url;
import org.jspecify.annotations.Nullable;

/** Prices, as an operator publishes them. */
public record Tariff(
        @CiString(2) String countryCode,
        @CiString(3) String partyId,
        @CiString(36) String id,
        @Text(3) String currency,
        @Nullable TariffType type,
        List<DisplayText> tariffAltText,
        @Url @Nullable String tariffAltUrl,
        @Nullable Price minPrice,
        @Nullable Price maxPrice,
        @NonEmpty List<TariffElement> elements,
        @Nullable Instant startDateTime,
        @Nullable Instant endDateTime,
        @Nullable EnergyMix energyMix,
        Instant lastUpdated)
        implements OwnedObject {
    /** The same lists, unchangeable. */
    public Tariff {
        tariffAltText = List.copyOf(tariffAltText);
        elements = List.copyOf(elements);
    }
}

package org.chargeproof.ocpi.model;

import java.time.Instant;
import java.util.List;
import org.chargeproof.ocpi.json.CiString;
import org.chargeproof.ocpi.json.OwnedObject;
import org.chargeproof.ocpi.json.Text;
import org.jspecify.annotations.Nullable;

/** A place with charge points. */
public record Location(
        @CiString(2) String countryCode,
        @CiString(3) String partyId,
        @CiString(36) String id,
        boolean publish,
        List<PublishTokenType> publishAllowedTo,
        @Text(255) @Nullable String name,
        @Text(45) String address,
        @Text(45) String city,
        @Text(10) @Nullable String postalCode,
        @Text(20) @Nullable String state,
        @Text(3) String country,
        GeoLocation coordinates,
        List<AdditionalGeoLocation> relatedLocations,
        @Nullable ParkingType parkingType,
        List<Evse> evses,
        List<DisplayText> directions,
        @Nullable BusinessDetails operator,
        @Nullable BusinessDetails suboperator,
        @Nullable BusinessDetails owner,
        List<Facility> facilities,
        @Text(255) String timeZone,
        @Nullable Hours openingTimes,
        @Nullable Boolean chargingWhenClosed,
        List<Image> images,
        @Nullable EnergyMix energyMix,
        Instant lastUpdated)
        implements OwnedObject {
    /** The same lists, unchangeable. */
    public Location {
        publishAllowedTo = List.copyOf(publishAllowedTo);
        relatedLocations = List.copyOf(relatedLocations);
        evses = List.copyOf(evses);
        directions = List.copyOf(directions);
        facilities = List.copyOf(facilities);
        images = List.copyOf(images);
    }
}

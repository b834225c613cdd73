package org.chargeproof.ocpi.model;

import java.time.Instant;
import java.util.List;
import org.chargeproof.ocpi.json.CiString;
import org.chargeproof.ocpi.json.NonEmpty;
import org.chargeproof.ocpi.json.Text;
import org.jspecify.annotations.Nullable;

/** A part of a charge point that charges one car at a time. */
public record Evse(
        @CiString(36) String uid,
        @CiString(48) @Nullable String evseId,
        Status status,
        List<StatusSchedule> statusSchedule,
        List<Capability> capabilities,
        @NonEmpty List<Connector> connectors,
        @Text(4) @Nullable String floorLevel,
        @Nullable GeoLocation coordinates,
        @Text(16) @Nullable String physicalReference,
        List<DisplayText> directions,
        List<ParkingRestriction> parkingRestrictions,
        List<Image> images,
        Instant lastUpdated) {
    /** The same lists, unchangeable. */
    public Evse {
        statusSchedule = List.copyOf(statusSchedule);
        capabilities = List.copyOf(capabilities);
        connectors = List.copyOf(connectors);
        directions = List.copyOf(directions);
        parkingRestrictions = List.copyOf(parkingRestrictions);
        images = List.copyOf(images);
    }
}

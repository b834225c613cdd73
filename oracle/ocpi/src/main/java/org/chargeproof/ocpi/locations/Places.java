package org.chargeproof.ocpi.locations;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.chargeproof.ocpi.http.PartyId;
import org.chargeproof.ocpi.model.Capability;
import org.chargeproof.ocpi.model.Connector;
import org.chargeproof.ocpi.model.Evse;
import org.chargeproof.ocpi.model.GeoLocation;
import org.chargeproof.ocpi.model.Location;
import org.chargeproof.ocpi.model.Status;

/** Makes locations and EVSEs of the little that is known of them: no address, no pictures, open at all times. */
public final class Places {
    private static final String UNKNOWN = "-";

    private Places() {}

    /**
     * A location, changed last when one of its EVSEs was.
     *
     * @param operator whose it is
     * @param evses at least one
     */
    public static Location location(
            PartyId operator, String id, String name, GeoLocation coordinates, List<Evse> evses) {
        return new Location(
                operator.countryCode(),
                operator.partyId(),
                id,
                true,
                List.of(),
                name,
                UNKNOWN,
                UNKNOWN,
                null,
                null,
                operator.countryAlpha3(),
                coordinates,
                List.of(),
                null,
                evses,
                List.of(),
                null,
                null,
                null,
                List.of(),
                "UTC",
                null,
                null,
                List.of(),
                null,
                evses.stream()
                        .map(Evse::lastUpdated)
                        .max(Comparator.naturalOrder())
                        .orElseThrow());
    }

    /** An EVSE with one connector. */
    public static Evse evse(
            String uid,
            String evseId,
            Status status,
            List<Capability> capabilities,
            Connector connector,
            GeoLocation coordinates,
            Instant lastUpdated) {
        return new Evse(
                uid,
                evseId,
                status,
                List.of(),
                capabilities,
                List.of(connector),
                null,
                coordinates,
                null,
                List.of(),
                List.of(),
                List.of(),
                lastUpdated);
    }
}

package org.chargeproof.ocpi.locations;

import org.chargeproof.ocpi.http.PartyId;
import org.chargeproof.ocpi.model.Location;
import org.jspecify.annotations.Nullable;

/** Hears of locations. Ids are unique for one operator alone, and without regard to case. */
public interface LocationSink {
    /** A location as it was put last; null when it is unknown. */
    @Nullable
    Location find(String partner, PartyId operator, String id);

    /**
     * A location, or something in it, is new or changed.
     *
     * @return whether the location is new
     * @throws org.chargeproof.ocpi.http.OcpiException to refuse it
     */
    boolean put(String partner, PartyId operator, Location location);
}

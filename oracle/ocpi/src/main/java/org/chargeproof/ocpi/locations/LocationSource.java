package org.chargeproof.ocpi.locations;

import org.chargeproof.ocpi.http.ObjectList;
import org.chargeproof.ocpi.model.Location;
import org.jspecify.annotations.Nullable;

/** Has locations. */
public interface LocationSource extends ObjectList.Source<Location> {
    /** A location that a partner may know; null for none. */
    @Nullable
    Location find(String partner, String id);
}

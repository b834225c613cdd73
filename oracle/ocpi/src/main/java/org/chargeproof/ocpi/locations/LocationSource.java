package org.chargeproof.ocpi.locations;

import org.chargeproof.ocpi.http.Page;
import org.chargeproof.ocpi.model.Location;
import org.jspecify.annotations.Nullable;

/** Has locations. */
public interface LocationSource {
    /** The locations that a partner may know, oldest first. */
    Page<Location> page(String partner, Page.Filter filter);

    /** A location that a partner may know; null for none. */
    @Nullable
    Location find(String partner, String id);
}

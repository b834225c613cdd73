package org.chargeproof.ocpi.model;

import java.util.List;
import org.chargeproof.ocpi.json.CiString;

/** A location, and which of its EVSEs. */
public record LocationReferences(
        @CiString(36) String locationId, @CiString(36) List<String> evseUids) {
    /** The same lists, unchangeable. */
    public LocationReferences {
        evseUids = List.copyOf(evseUids);
    }
}

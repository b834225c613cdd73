package org.chargeproof.ocpi.model;

import java.util.List;
import org.chargeproof.ocpi.json.NonEmpty;
import org.chargeproof.ocpi.json.OpenEnum;

/** The modules that a platform has in one version of OCPI. */
public record VersionDetails(
        @OpenEnum(VersionNumber.class) String version,
        @NonEmpty List<Endpoint> endpoints) {
    /** The same lists, unchangeable. */
    public VersionDetails {
        endpoints = List.copyOf(endpoints);
    }
}

package org.chargeproof.ocpi.model;

import org.chargeproof.ocpi.json.OpenEnum;
import org.chargeproof.ocpi.json.Url;

/** One version of OCPI that a platform speaks, and where its details are. */
public record Version(
        @OpenEnum(VersionNumber.class) String version, @Url String url) {}

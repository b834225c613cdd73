package org.chargeproof.ocpi.model;

import org.chargeproof.ocpi.json.OpenEnum;
import org.chargeproof.ocpi.json.Url;

/** Where one module of a platform is, and which side of it. */
public record Endpoint(
        @OpenEnum(ModuleId.class) String identifier,
        InterfaceRole role,
        @Url String url) {}

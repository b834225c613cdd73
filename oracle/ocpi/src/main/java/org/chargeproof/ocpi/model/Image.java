package org.chargeproof.ocpi.model;

import org.chargeproof.ocpi.json.CiString;
import org.chargeproof.ocpi.json.Digits;
import org.chargeproof.ocpi.json.Url;
import org.jspecify.annotations.Nullable;

/** A picture, by its address. Width and height in pixels. */
public record Image(
        @Url String url,
        @Url @Nullable String thumbnail,
        ImageCategory category,
        @CiString(4) String type,
        @Digits(5) @Nullable Integer width,
        @Digits(5) @Nullable Integer height) {}

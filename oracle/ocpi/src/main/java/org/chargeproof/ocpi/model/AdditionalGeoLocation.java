package org.chargeproof.ocpi.model;

import org.chargeproof.ocpi.json.Text;
import org.jspecify.annotations.Nullable;

/** Another point of a location, such as its entrance, in decimal degrees (WGS 84). */
public record AdditionalGeoLocation(
        @Text(10) String latitude,
        @Text(11) String longitude,
        @Nullable DisplayText name) {}

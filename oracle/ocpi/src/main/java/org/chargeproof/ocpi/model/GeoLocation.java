package org.chargeproof.ocpi.model;

import org.chargeproof.ocpi.json.Text;

/** A point in decimal degrees (WGS 84). */
public record GeoLocation(
        @Text(10) String latitude, @Text(11) String longitude) {}

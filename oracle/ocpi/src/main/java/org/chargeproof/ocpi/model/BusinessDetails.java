package org.chargeproof.ocpi.model;

import org.chargeproof.ocpi.json.Text;
import org.chargeproof.ocpi.json.Url;
import org.jspecify.annotations.Nullable;

/** Who a party is. */
public record BusinessDetails(
        @Text(100) String name,
        @Url @Nullable String website,
        @Nullable Image logo) {}

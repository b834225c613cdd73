package org.chargeproof.ocpi.http;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Names of OCPI's headers. */
final class Headers {
    static final String REQUEST_ID = "X-Request-ID";
    static final String CORRELATION_ID = "X-Correlation-ID";
    static final String TO_PARTY = "OCPI-to-party-id";
    static final String TO_COUNTRY = "OCPI-to-country-code";
    static final String FROM_PARTY = "OCPI-from-party-id";
    static final String FROM_COUNTRY = "OCPI-from-country-code";
    static final String LINK = "Link";
    static final String TOTAL_COUNT = "X-Total-Count";
    static final String LIMIT = "X-Limit";

    private static final Pattern SAFE = Pattern.compile("[ -~]{1,128}");

    private Headers() {}

    /** A header that may be sent back. */
    static boolean isSafe(@Nullable String value) {
        return value != null && SAFE.matcher(value).matches();
    }
}

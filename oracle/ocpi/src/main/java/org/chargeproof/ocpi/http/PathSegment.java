package org.chargeproof.ocpi.http;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** A segment of the path of an address, or the value of a parameter. */
public final class PathSegment {
    private PathSegment() {}

    /** A text as it is written there: what is no letter, digit or one of {@code .-*_} in percent. */
    public static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}

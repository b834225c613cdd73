package org.chargeproof.ocpi.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An answer.
 *
 * @param httpStatus HTTP's status
 * @param ocpiStatus OCPI's status
 * @param message for people who look for an error; null for none
 * @param data in the caller's version; null for none
 * @param headers beside those that every answer has
 */
public record Answer(
        int httpStatus,
        int ocpiStatus,
        @Nullable String message,
        @Nullable JsonNode data,
        Map<String, String> headers) {
    static final int OK = 200;
    static final int CREATED = 201;
    static final int BAD_REQUEST = 400;
    static final int UNAUTHORIZED = 401;
    static final int NOT_FOUND = 404;
    static final int METHOD_NOT_ALLOWED = 405;
    static final int TOO_LARGE = 413;
    static final int UNSUPPORTED_TYPE = 415;
    static final int TOO_MANY = 429;
    static final int FAILED = 500;

    /** The same headers, unchangeable. */
    public Answer {
        headers = Map.copyOf(headers);
    }

    /** Done, and nothing to say. */
    public static Answer ok() {
        return new Answer(OK, OcpiStatus.SUCCESS, null, null, Map.of());
    }

    /** Done, with data in the caller's version: see {@link Call#tell}. */
    public static Answer ok(JsonNode data) {
        return new Answer(OK, OcpiStatus.SUCCESS, null, data, Map.of());
    }

    /** An object was pushed; it is new here or not. */
    public static Answer pushed(boolean isNew) {
        return new Answer(isNew ? CREATED : OK, OcpiStatus.SUCCESS, null, null, Map.of());
    }

    static Answer refused(int httpStatus, int ocpiStatus, String message) {
        Map<String, String> headers = httpStatus == TOO_MANY ? Map.of("Retry-After", "1") : Map.of();
        return new Answer(httpStatus, ocpiStatus, message, null, headers);
    }
}

package org.chargeproof.api;

import java.util.List;

/** A request that is not done; becomes an answer of RFC 9457. What it says is for the caller. */
final class ProblemException extends RuntimeException {
    private static final long serialVersionUID = 1;

    static final int BAD_REQUEST = 400;
    static final int UNAUTHORIZED = 401;
    static final int FORBIDDEN = 403;
    static final int NOT_FOUND = 404;
    static final int METHOD_NOT_ALLOWED = 405;
    static final int TIMEOUT = 408;
    static final int CONFLICT = 409;
    static final int TOO_LARGE = 413;
    static final int URI_TOO_LONG = 414;
    static final int UNSUPPORTED_TYPE = 415;
    static final int UNPROCESSABLE = 422;
    static final int TOO_MANY = 429;
    static final int HEADERS_TOO_LARGE = 431;
    static final int FAILED = 500;
    static final int NOT_SERVED = 501;
    static final int UNAVAILABLE = 503;

    private final int status;
    private final int retryAfterSeconds;
    private final transient List<Place> places;

    /**
     * What is wrong at one place of a body.
     *
     * @param pointer RFC 6901
     */
    record Place(String pointer, String detail) {}

    ProblemException(int status, String detail) {
        this(status, detail, 0, List.of());
    }

    ProblemException(int status, String detail, List<Place> places) {
        this(status, detail, 0, places);
    }

    private ProblemException(int status, String detail, int retryAfterSeconds, List<Place> places) {
        super(detail, null, false, false);
        this.status = status;
        this.retryAfterSeconds = retryAfterSeconds;
        this.places = List.copyOf(places);
    }

    /** One that passes. */
    static ProblemException later(int status, String detail, int retryAfterSeconds) {
        return new ProblemException(status, detail, retryAfterSeconds, List.of());
    }

    int status() {
        return status;
    }

    /** 0 when trying again does not help. */
    int retryAfterSeconds() {
        return retryAfterSeconds;
    }

    List<Place> places() {
        return places;
    }

    static String title(int status) {
        return switch (status) {
            case BAD_REQUEST -> "Bad request";
            case UNAUTHORIZED -> "Unauthorized";
            case FORBIDDEN -> "Forbidden";
            case NOT_FOUND -> "Not found";
            case METHOD_NOT_ALLOWED -> "Method not allowed";
            case TIMEOUT -> "Request timeout";
            case CONFLICT -> "Conflict";
            case TOO_LARGE -> "Content too large";
            case URI_TOO_LONG -> "URI too long";
            case UNSUPPORTED_TYPE -> "Unsupported media type";
            case UNPROCESSABLE -> "Unprocessable content";
            case TOO_MANY -> "Too many requests";
            case HEADERS_TOO_LARGE -> "Headers too large";
            case NOT_SERVED -> "Not served here";
            case UNAVAILABLE -> "Unavailable";
            default -> status < FAILED ? "Refused" : "Something went wrong here";
        };
    }
}

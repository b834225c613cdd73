package org.chargeproof.ocpi.http;

/** A request that is refused, with what the answer says. */
public final class OcpiException extends RuntimeException {
    private final int httpStatus;
    private final int ocpiStatus;

    /**
     * A refusal.
     *
     * @param httpStatus 200 when the request was understood and is refused by OCPI alone
     * @param ocpiStatus one of {@link OcpiStatus}
     * @param message what is wrong, and what would be right
     */
    public OcpiException(int httpStatus, int ocpiStatus, String message) {
        super(message);
        this.httpStatus = httpStatus;
        this.ocpiStatus = ocpiStatus;
    }

    /** Nothing is at this address, or nothing of the caller's. */
    public static OcpiException notFound(String message) {
        return new OcpiException(Answer.NOT_FOUND, OcpiStatus.INVALID_PARAMETERS, message);
    }

    /** The location is unknown. */
    public static OcpiException unknownLocation(String message) {
        return new OcpiException(Answer.NOT_FOUND, OcpiStatus.UNKNOWN_LOCATION, message);
    }

    /** Parameters are invalid or missing. */
    public static OcpiException invalid(String message) {
        return new OcpiException(Answer.OK, OcpiStatus.INVALID_PARAMETERS, message);
    }

    /** The resource does not take this method. */
    public static OcpiException methodNotAllowed(String message) {
        return new OcpiException(Answer.METHOD_NOT_ALLOWED, OcpiStatus.CLIENT_ERROR, message);
    }

    /** The caller is to come again in a second. */
    public static OcpiException tooMany(String message) {
        return new OcpiException(Answer.TOO_MANY, OcpiStatus.CLIENT_ERROR, message);
    }

    int httpStatus() {
        return httpStatus;
    }

    int ocpiStatus() {
        return ocpiStatus;
    }
}

package org.chargeproof.ocpi.http;

/** OCPI's status codes. */
public final class OcpiStatus {
    /** All is well. */
    public static final int SUCCESS = 1000;
    /** The client did something wrong. */
    public static final int CLIENT_ERROR = 2000;
    /** Parameters are invalid or missing. */
    public static final int INVALID_PARAMETERS = 2001;
    /** There is not enough information. */
    public static final int NOT_ENOUGH_INFORMATION = 2002;
    /** The location is unknown. */
    public static final int UNKNOWN_LOCATION = 2003;
    /** The token is unknown. */
    public static final int UNKNOWN_TOKEN = 2004;
    /** The server failed. */
    public static final int SERVER_ERROR = 3000;
    /** The client's API cannot be used. */
    public static final int CLIENT_API_UNUSABLE = 3001;
    /** The version is not spoken. */
    public static final int UNSUPPORTED_VERSION = 3002;
    /** Endpoints that are needed are missing. */
    public static final int MISSING_ENDPOINTS = 3003;

    private OcpiStatus() {}
}

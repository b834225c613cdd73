package org.chargeproof.ocpi.http;

/**
 * What callers may hold of a server.
 *
 * @param bodyBytes of one request, checked while it is read
 * @param requestsPerSecond of one partner, on average
 * @param burst of one partner, at once
 * @param failuresPerSecond requests without a credentials token that is known, from one address
 * @param requestsAtOnce being handled, of all
 * @param connections of all
 * @param requestSeconds until a request must have been answered
 */
public record ServerLimits(
        int bodyBytes,
        int requestsPerSecond,
        int burst,
        int failuresPerSecond,
        int requestsAtOnce,
        int connections,
        int requestSeconds) {
    /** For a platform with some thousand charge points. */
    public static ServerLimits standard() {
        return new ServerLimits(1 << 20, 100, 400, 5, 256, 1024, 60);
    }

    /** As many requests as come. */
    public ServerLimits withoutRates() {
        return new ServerLimits(
                bodyBytes,
                Integer.MAX_VALUE,
                Integer.MAX_VALUE,
                Integer.MAX_VALUE,
                requestsAtOnce,
                connections,
                requestSeconds);
    }
}

package org.chargeproof.ocpi.http;

/**
 * What callers may hold of a server.
 *
 * @param bodyBytes of one request, checked while it is read
 * @param requestsPerSecond of one partner, on average
 * @param burst of one partner, at once
 * @param failuresPerSecond requests without a credentials token that is known, from one address
 * @param requestsAtOnce being read or handled, of all; their bodies are in memory
 * @param requestsAtOncePerPartner of one partner
 * @param connections of all
 * @param connectionsPerAddress from one address; as many as of all where a proxy stands before the server
 * @param headSeconds until the first request of a connection must have come, but for its body
 * @param requestSeconds until a request must have been answered, and then until the next one of its connection must have come
 */
public record ServerLimits(
        int bodyBytes,
        int requestsPerSecond,
        int burst,
        int failuresPerSecond,
        int requestsAtOnce,
        int requestsAtOncePerPartner,
        int connections,
        int connectionsPerAddress,
        int headSeconds,
        int requestSeconds) {
    /** For a platform with some thousand charge points, behind a proxy that encrypts. */
    public static ServerLimits standard() {
        return new ServerLimits(1 << 20, 100, 400, 5, 256, 32, 1024, 1024, 10, 60);
    }

    /** As many requests as come. */
    public ServerLimits withoutRates() {
        return new ServerLimits(
                bodyBytes,
                Integer.MAX_VALUE,
                Integer.MAX_VALUE,
                Integer.MAX_VALUE,
                requestsAtOnce,
                requestsAtOncePerPartner,
                connections,
                connectionsPerAddress,
                headSeconds,
                requestSeconds);
    }
}

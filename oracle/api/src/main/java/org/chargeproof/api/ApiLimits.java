package org.chargeproof.api;

/**
 * What callers may hold of the API.
 *
 * @param bodyBytes of one request, checked while it is read
 * @param bodySeconds in which it must be there
 * @param requestsPerSecond of one key, on average
 * @param burst of one key, at once
 * @param strangersPerSecond requests without a key that counts, from one address, on average
 * @param strangersBurst the same, at once
 * @param requestsAtOnce being read or answered, of all
 * @param requestsAtOncePerCaller of one key, or of one address without
 * @param streams of events, of all
 * @param streamsPerCaller of one key, or of one address without
 * @param streamQueueBytes that a reader may leave unread before it counts as slow
 * @param slowMillis that it may stay slow before it is cut off
 * @param heartbeatMillis between two signs of life of a stream
 * @param quotesAtOnce being computed or waiting
 * @param quoteMillis in which one must have been computed
 * @param whatIfsAtOnce being computed or waiting
 * @param whatIfsPerCaller the same of one key, or of one address without
 * @param whatIfMillis in which one must have been computed
 */
public record ApiLimits(
        int bodyBytes,
        int bodySeconds,
        int requestsPerSecond,
        int burst,
        int strangersPerSecond,
        int strangersBurst,
        int requestsAtOnce,
        int requestsAtOncePerCaller,
        int streams,
        int streamsPerCaller,
        int streamQueueBytes,
        int slowMillis,
        int heartbeatMillis,
        int quotesAtOnce,
        int quoteMillis,
        int whatIfsAtOnce,
        int whatIfsPerCaller,
        int whatIfMillis) {
    /** For an oracle with some thousand charge points. */
    public static ApiLimits standard() {
        return new ApiLimits(
                256 << 10, 10, 50, 200, 50, 200, 64, 16, 500, 50, 64 << 10, 10_000, 15_000, 8, 5_000, 4, 2, 10_000);
    }

    /** As many requests as come, one after the other. */
    public ApiLimits withoutRates() {
        return new ApiLimits(
                bodyBytes,
                bodySeconds,
                Integer.MAX_VALUE,
                Integer.MAX_VALUE,
                Integer.MAX_VALUE,
                Integer.MAX_VALUE,
                requestsAtOnce,
                requestsAtOncePerCaller,
                streams,
                streamsPerCaller,
                streamQueueBytes,
                slowMillis,
                heartbeatMillis,
                quotesAtOnce,
                quoteMillis,
                whatIfsAtOnce,
                whatIfsPerCaller,
                whatIfMillis);
    }
}

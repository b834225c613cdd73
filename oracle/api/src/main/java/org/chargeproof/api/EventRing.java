package org.chargeproof.api;

import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The last events, each with its place in the order. Ids name this run of the program, so that those of another are not taken for them. */
final class EventRing {
    private static final Pattern ID = Pattern.compile("([0-9a-f]{16})-([0-9]{1,18})");

    private final String run = "%016x".formatted(ThreadLocalRandom.current().nextLong());
    private final @Nullable String[] events;
    private long next;

    EventRing(int size) {
        this.events = new String[size];
    }

    /**
     * Adds an event.
     *
     * @param data JSON in one line
     */
    synchronized void add(String event, String data) {
        events[(int) (next % events.length)] = "id: " + id(next) + "\nevent: " + event + "\ndata: " + data + "\n\n";
        next++;
    }

    /** The place behind the newest event. */
    synchronized long end() {
        return next;
    }

    /** Whether what stands at a place is there, or will be. */
    synchronized boolean holds(long place) {
        return place <= next && place >= next - events.length && place >= 0;
    }

    /** The event at a place, as it is sent; null when it has not happened yet. */
    synchronized @Nullable String get(long place) {
        return place < next && holds(place) ? events[(int) (place % events.length)] : null;
    }

    /** The place behind an event that a reader has seen; -1 when it is not known here. */
    long after(String lastEventId) {
        var parts = ID.matcher(lastEventId);
        if (!parts.matches() || !parts.group(1).equals(run)) {
            return -1;
        }
        long place = Long.parseLong(parts.group(2)) + 1;
        return holds(place) ? place : -1;
    }

    /** What tells a reader that it has missed something. */
    synchronized String reset() {
        return "id: " + id(next - 1) + "\nevent: reset\ndata: {}\n\n";
    }

    private String id(long place) {
        return run + "-" + Math.max(0, place);
    }
}

package org.chargeproof.ocpi.push;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.chargeproof.ocpi.http.CallFailedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells partners the newest state of objects, each partner one call at a time and in the order of the source. Nothing is queued: what a partner was
 * told is compared with what is, so that one that was slow or away hears the newest state alone. One that does not answer is tried again after 1 s,
 * then 2, 4 ... 128 s; so is an object that is refused, unless it changes. No partner waits for another one. What was told is forgotten with the process.
 */
public final class StatePushes implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StatePushes.class);
    private static final int MOST_DOUBLINGS = 7;
    /** So many refusals in a row are the partner's, such as of one that wants fewer calls. */
    private static final int MOST_REFUSED = 10;

    private final Source source;
    private final Map<String, Feed> feeds = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    /** Has what partners are to be told. Asked by several threads. */
    public interface Source {
        /** The partners that are told something. */
        Collection<String> partners();

        /** Equal as long as nothing has changed for anybody. */
        Object version();

        /** What a partner is to know, in the order in which it is told. */
        List<State> states(String partner);
    }

    /**
     * What an object is now.
     *
     * @param key equal for the same object
     * @param state equal as long as there is nothing to tell
     * @param push tells it. It is given the state that the partner was told before, null for none, and throws when it was not told
     */
    public record State(Object key, Object state, Consumer<@Nullable Object> push) {}

    /** What a partner knows of an object: the last state that it took, and one that it refused, which is not told again before a time. */
    private record Known(@Nullable Object state, @Nullable Object refused, int refusals, long againNanos) {
        boolean isOver(Object now) {
            return now.equals(state) || (now.equals(refused) && System.nanoTime() - againNanos < 0);
        }
    }

    /** What one partner knows. Used by one thread at a time: whoever has made it busy. */
    private final class Feed {
        private final String partner;
        private final AtomicBoolean isBusy = new AtomicBoolean();
        private final Map<Object, Known> told = new HashMap<>();
        private @Nullable Object seen;
        private int failures;
        private long againNanos = System.nanoTime();

        Feed(String partner) {
            this.partner = partner;
        }

        boolean isDue(Object version) {
            long now = System.nanoTime();
            return now - againNanos >= 0
                    && (!version.equals(seen)
                            || told.values().stream()
                                    .anyMatch(each -> each.refused() != null && now - each.againNanos() >= 0));
        }

        /** Tells everything that has changed; what changes meanwhile is told as it is then. */
        void tell() {
            Object begun = source.version();
            Object version = begun;
            Map<Object, State> now = states();
            int refused = 0;
            for (Object key : List.copyOf(now.keySet())) {
                if (threads.isShutdown()) {
                    return;
                }
                Object newest = source.version();
                if (!newest.equals(version)) {
                    version = newest;
                    now = states();
                }
                State state = now.get(key);
                if (state == null || isOver(state)) {
                    continue;
                }
                refused = tell(state) ? 0 : refused + 1;
                if (refused >= MOST_REFUSED) {
                    throw new IllegalStateException("it has refused " + refused + " in a row");
                }
            }
            told.keySet().retainAll(now.keySet());
            seen = begun;
            failures = 0;
        }

        private Map<Object, State> states() {
            var states = new LinkedHashMap<Object, State>();
            source.states(partner).forEach(state -> states.put(state.key(), state));
            return states;
        }

        private boolean isOver(State state) {
            Known before = told.get(state.key());
            return before != null && before.isOver(state.state());
        }

        /** @return false when it is refused */
        private boolean tell(State state) {
            Known before = told.get(state.key());
            // whatever goes wrong: nobody knows what the partner has of it then
            told.remove(state.key());
            try {
                state.push().accept(before == null ? null : before.state());
                told.put(state.key(), new Known(state.state(), null, 0, 0));
                return true;
            } catch (CallFailedException e) {
                if (e.kind() != CallFailedException.Kind.REFUSED) {
                    throw e;
                }
                int refusals = before == null ? 1 : before.refusals() + 1;
                told.put(state.key(), new Known(null, state.state(), refusals, after(refusals)));
                if (refusals == 1) {
                    LOG.warn(
                            "{} does not take {}: {}. It is told again, less and less often.",
                            partner,
                            state.key(),
                            e.getMessage());
                }
                return false;
            }
        }

        void failed(RuntimeException e) {
            failures++;
            againNanos = after(failures);
            if (failures == 1 && !threads.isShutdown()) {
                LOG.warn(
                        "{} cannot be told what has changed: {}. It is tried again, less and less often.",
                        partner,
                        e.getMessage());
            }
        }
    }

    /** Tells nothing yet: see {@link #look}. */
    public StatePushes(Source source) {
        this.source = source;
    }

    /** Begins to tell partners what has changed, and does not wait for them. To be called often: by a clock, or when something has changed. */
    public void look() {
        if (threads.isShutdown()) {
            return;
        }
        Collection<String> partners = source.partners();
        Object version = source.version();
        feeds.keySet().retainAll(partners);
        for (String partner : partners) {
            Feed feed = feeds.computeIfAbsent(partner, Feed::new);
            if (feed.isBusy.compareAndSet(false, true)) {
                if (feed.isDue(version)) {
                    threads.execute(() -> tell(feed));
                } else {
                    feed.isBusy.set(false);
                }
            }
        }
    }

    private void tell(Feed feed) {
        try {
            feed.tell();
        } catch (RuntimeException e) {
            feed.failed(e);
        } finally {
            feed.isBusy.set(false);
        }
    }

    /** Forgets what a partner was told: if there is one of this name again, it is told everything. */
    public void forget(String partner) {
        feeds.remove(partner);
    }

    private static long after(int failures) {
        return System.nanoTime() + TimeUnit.SECONDS.toNanos(1L << Math.min(failures - 1, MOST_DOUBLINGS));
    }

    /** Tells nothing more. A call that is under way ends by itself: whoever keeps what was told is not interrupted. */
    @Override
    public void close() {
        threads.shutdown();
    }
}

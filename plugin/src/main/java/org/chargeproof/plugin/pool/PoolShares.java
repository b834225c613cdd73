package org.chargeproof.plugin.pool;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;

/**
 * Divides this node's pool among the members: a part for the oracle and the meter of each, another for its owner and its
 * pseudonyms, and of that a little for each pseudonym. What all may fill together stays below what the pool sorts into blocks
 * (tx-pool-max-prioritized and tx-pool-layer-max-capacity in config.toml), so that nobody's transactions push out another's.
 * Counted is what waits now: when it has gone into a block there is room again.
 */
public final class PoolShares {
    /** Twice the largest that anybody has to send: a planner's part, a plan for 20,000 charge points, a batch of pseudonyms. */
    static final int MOST_BYTES = 131_072;

    static final int URGENT_OF_MEMBER = 64;
    static final int OTHERS_OF_ALL = 2_900;
    static final int OF_USER = 8;
    static final long URGENT_BYTES_OF_ALL = 20_000_000;
    static final long OTHER_BYTES_OF_ALL = 20_000_000;

    /** Begins what is said of transactions that will be taken a little later. */
    public static final String LATER = "try again in a later block: ";

    private final boolean strangers;
    private final Map<Integer, Share> urgent = new HashMap<>();
    private final Map<Integer, Share> others = new HashMap<>();
    private final Map<Bytes, Integer> users = new HashMap<>();

    /**
     * A transaction that waits.
     *
     * @param account who sent it
     * @param bytes of its data
     */
    public record Waiting(Bytes account, Sender sender, int bytes) {}

    private static final class Share {
        private int count;
        private long bytes;
    }

    /** @param strangers whether accounts that belong to no member may send too; all of them together have a member's share */
    public PoolShares(boolean strangers) {
        this.strangers = strangers;
    }

    /**
     * Whether the pool may take one more.
     *
     * @param members how many there are
     * @param isKnown whether it is certain who is a stranger now
     * @return why not; empty when it may
     */
    public synchronized Optional<String> objection(Waiting one, int members, boolean isKnown) {
        if (one.sender().kind() == Sender.Kind.STRANGER && !strangers && isKnown) {
            return Optional.of("the account " + one.account()
                    + " belongs to no member of the network, nor is it registered by one; this node takes no transactions of"
                    + " strangers (--plugin-charge-strangers)");
        }
        if (one.bytes() > MOST_BYTES) {
            return Optional.of(
                    "a transaction has " + one.bytes() + " bytes of data; this node takes at most " + MOST_BYTES);
        }
        boolean isUrgent = one.sender().isUrgent();
        int shares = members + 1;
        var share = (isUrgent ? urgent : others).getOrDefault(one.sender().operator(), new Share());
        int most = isUrgent ? URGENT_OF_MEMBER : OTHERS_OF_ALL / shares;
        long maxBytes = (isUrgent ? URGENT_BYTES_OF_ALL : OTHER_BYTES_OF_ALL) / shares;
        if (share.count >= most) {
            return Optional.of(LATER + share.count + " transactions of "
                    + (isUrgent ? "the oracle and the meter of operator " : "the owner and the users of operator ")
                    + one.sender().operator() + " wait in this node's pool; their share is " + most);
        }
        if (share.bytes > 0 && share.bytes + one.bytes() > maxBytes) {
            return Optional.of(LATER + share.bytes + " bytes of operator "
                    + one.sender().operator() + " wait in this node's pool; its share is " + maxBytes);
        }
        if (one.sender().kind() == Sender.Kind.USER && users.getOrDefault(one.account(), 0) >= OF_USER) {
            return Optional.of(LATER + OF_USER + " transactions of " + one.account()
                    + " wait in this node's pool; a user has no more");
        }
        return Optional.empty();
    }

    /** The pool has taken one. */
    public synchronized void added(Waiting one) {
        var share = (one.sender().isUrgent() ? urgent : others)
                .computeIfAbsent(one.sender().operator(), operator -> new Share());
        share.count++;
        share.bytes += one.bytes();
        if (one.sender().kind() == Sender.Kind.USER) {
            users.merge(one.account(), 1, Integer::sum);
        }
    }

    /** Counts anew what waits. */
    public synchronized void recount(Collection<Waiting> all) {
        urgent.clear();
        others.clear();
        users.clear();
        all.forEach(this::added);
    }
}

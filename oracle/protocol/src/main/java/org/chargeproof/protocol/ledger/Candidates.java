package org.chargeproof.protocol.ledger;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was said about one timestep; IBallots.
 *
 * @param <P> a post
 */
public interface Candidates<P extends Candidate> {
    /** Posts in the order of their numbers. */
    List<P> candidates();

    /** Candidate by operator that posted or attested it. */
    Map<Integer, Integer> votes();

    /** The post that became final, if one did. */
    @Nullable
    P finalPost();
}

package org.chargeproof.oracle;

import io.micrometer.core.instrument.Counter;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.chargeproof.oracle.PhaseListener.Phase;
import org.chargeproof.protocol.ledger.Candidate;
import org.chargeproof.protocol.ledger.Candidates;
import org.chargeproof.protocol.time.BlockHeader;
import org.chargeproof.protocol.verify.Difference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.web3j.protocol.core.RemoteFunctionCall;

/**
 * Speaks for one operator where candidates are posted and attested, once for each timestep: for its plans in Plans, for its bills in Settlement.
 *
 * @param <P> a post
 */
final class Speaker<P extends Candidate> {
    private static final Logger LOG = LoggerFactory.getLogger(Speaker.class);

    /**
     * What the operator stands for in one timestep.
     *
     * @param differenceTo where a post first departs from it; null when it is the same
     * @param attestation the call that attests a candidate by its number
     * @param post the call that posts it
     */
    record Statement<P>(
            Function<P, @Nullable Difference> differenceTo,
            IntFunction<RemoteFunctionCall<?>> attestation,
            Supplier<RemoteFunctionCall<?>> post) {}

    /**
     * When the operator may post.
     *
     * @param rank its place behind the leader of the timestep, 0 for the leader; negative: it is no member
     * @param fromSeconds block time, unix seconds
     */
    record Turn(int rank, long fromSeconds) {}

    private final String what;
    private final Membership membership;
    private final LedgerWriter writer;
    private final OracleMetrics metrics;
    private final Counter posts;
    private final Counter wrong;
    private final Map<Integer, Set<Integer>> judged = new HashMap<>();
    private int newestFinal;

    /**
     * @param what names what is said in logs, and in the outbox
     * @param posts counts the own posts
     * @param wrong counts posts of others that differ
     */
    Speaker(
            String what,
            Membership membership,
            LedgerWriter writer,
            OracleMetrics metrics,
            Counter posts,
            Counter wrong) {
        this.what = what;
        this.membership = membership;
        this.writer = writer;
        this.metrics = metrics;
        this.posts = posts;
        this.wrong = wrong;
    }

    /** Compares each post with what the operator has computed, once: it may be much to compare. */
    void judge(int timestep, Candidates<P> said, Function<P, @Nullable Difference> differenceTo) {
        judged.keySet().removeIf(t -> t < timestep - 1);
        var seen = judged.computeIfAbsent(timestep, t -> new HashSet<>());
        for (P post : said.candidates()) {
            var difference = seen.add(post.candidate()) ? differenceTo.apply(post) : null;
            if (difference != null) {
                wrong.increment();
                LOG.warn(
                        "operator {} posted for {} {} what differs from the own: {}",
                        post.operator(),
                        what,
                        timestep,
                        difference);
            }
        }
    }

    /** Attests the candidate that equals what the operator stands for; posts when there is none, nothing is final, and its turn has come. */
    void speak(int timestep, Candidates<P> said, Statement<P> own, Turn turn, BlockHeader head) {
        String purpose = what + " " + timestep;
        if (turn.rank() < 0 || said.votes().containsKey(membership.operator()) || writer.holds(purpose)) {
            return;
        }
        for (P post : said.candidates()) {
            if (own.differenceTo().apply(post) == null) {
                metrics.attestations.increment();
                send(purpose, own.attestation().apply(post.candidate()), timestep, head);
                return;
            }
        }
        if (head.timestampSeconds() >= turn.fromSeconds() && said.finalPost() == null) {
            posts.increment();
            if (turn.rank() > 0) {
                metrics.takeovers.increment();
                LOG.info("taking over {} at rank {}", purpose, turn.rank());
            }
            send(purpose, own.post().get(), timestep, head);
        }
    }

    /** The final post of a timestep, when it is seen for the first time; null otherwise. Timesteps become final in their order. */
    @Nullable
    P observeFinal(int timestep, Candidates<P> said, Function<P, @Nullable Difference> differenceTo) {
        P post = said.finalPost();
        if (post == null || timestep <= newestFinal) {
            return null;
        }
        newestFinal = timestep;
        var difference = differenceTo.apply(post);
        if (difference != null) {
            metrics.disagreements.increment();
            LOG.error("the final {} {} differs from the own: {}", what, timestep, difference);
        }
        return post;
    }

    /** The newest timestep that was seen to become final, 0 before the first. */
    int newestFinal() {
        return newestFinal;
    }

    private void send(String purpose, RemoteFunctionCall<?> call, int timestep, BlockHeader head) {
        writer.send(purpose, call, head.number(), timestep, Phase.VOTE_SIGNED, Phase.VOTE_SENT);
    }
}

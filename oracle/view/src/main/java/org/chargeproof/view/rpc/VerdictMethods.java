package org.chargeproof.view.rpc;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.chargeproof.view.follow.NetworkTracker.Snapshot;
import org.chargeproof.view.model.TimestepRecord;
import org.jspecify.annotations.Nullable;

/** What this node thinks of every plan that was posted. */
final class VerdictMethods {
    private static final int MOST_TIMESTEPS = 1_000;

    private final Methods methods;

    /**
     * A timestep's plan.
     *
     * @param outcome FINAL, FALLBACK, or OPEN
     * @param finalCandidate number of the post that became final; null without one
     * @param finalBlock in which it did
     */
    public record Timestep(
            int timestep,
            String outcome,
            @Nullable Integer finalCandidate,
            @Nullable Long finalBlock,
            int members,
            List<Post> posts) {}

    /**
     * A post.
     *
     * @param attestations operators that stand for it, the one that posted it included
     * @param verdict MATCH, MISMATCH, or UNVERIFIED when this node cannot compute it
     * @param difference where it first departs from what this node computed
     * @param reason why it could not be computed
     */
    public record Post(
            int candidate,
            int operator,
            String operatorName,
            long block,
            String algorithm,
            List<Integer> attestations,
            String verdict,
            @Nullable Difference difference,
            @Nullable String reason) {}

    /** Where two plans differ. */
    public record Difference(String field, String posted, String recomputed) {}

    VerdictMethods(Methods methods) {
        this.methods = methods;
    }

    void addTo(Map<String, RpcMethod> byName) {
        byName.put("verdict", this::verdict);
        byName.put("verdicts", this::verdicts);
    }

    private Timestep verdict(@Nullable Object[] values) {
        int timestep = new Params(values, "timestep").required(0, 0, Integer.MAX_VALUE);
        return methods.read(s -> {
            var record = s.view().timestepRecord(timestep);
            if (record == null) {
                throw Methods.notFound("nothing is known of a plan for timestep " + timestep
                        + ": there was none, or it is longer ago than the "
                        + s.view().historyTimesteps() + " timesteps that are remembered");
            }
            return timestep(s, record);
        });
    }

    private List<Timestep> verdicts(@Nullable Object[] values) {
        var params = new Params(values, "fromTimestep", "count");
        return methods.read(s -> {
            int count = params.optional(1, 1, MOST_TIMESTEPS, 10);
            int from = params.optional(
                    0, 0, Integer.MAX_VALUE, Math.max(0, s.view().timestep() + 2 - count));
            return IntStream.range(from, from + count)
                    .mapToObj(t -> s.view().timestepRecord(t))
                    .filter(Objects::nonNull)
                    .map(record -> timestep(s, record))
                    .toList();
        });
    }

    private static Timestep timestep(Snapshot s, TimestepRecord record) {
        boolean isFinal = record.finalCandidate() >= 0;
        return new Timestep(
                record.timestep(),
                isFinal ? "FINAL" : record.fallback() ? "FALLBACK" : "OPEN",
                isFinal ? record.finalCandidate() : null,
                isFinal ? record.finalBlock() : null,
                isFinal ? record.members() : s.state().members().size(),
                record.posts().stream().map(post -> post(s, record, post)).toList());
    }

    private static Post post(Snapshot s, TimestepRecord record, TimestepRecord.Post post) {
        var operator = s.state().operator(post.operator());
        var verdict = post.verdict();
        var difference = verdict.difference();
        return new Post(
                post.candidate(),
                post.operator(),
                operator == null ? "" : operator.name(),
                post.block(),
                post.algorithm().toHexString(),
                record.votes().entrySet().stream()
                        .filter(vote -> vote.getValue() == post.candidate())
                        .map(Map.Entry::getKey)
                        .toList(),
                verdict.result().name(),
                difference == null
                        ? null
                        : new Difference(difference.field(), difference.posted(), difference.recomputed()),
                verdict.reason());
    }
}

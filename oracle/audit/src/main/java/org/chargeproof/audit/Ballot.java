package org.chargeproof.audit;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.chargeproof.protocol.ledger.LedgerEvent.PlanAttested;
import org.chargeproof.protocol.ledger.LedgerEvent.PlanFinal;
import org.chargeproof.protocol.ledger.LedgerEvent.PlanPosted;
import org.chargeproof.protocol.time.NetworkParameters;
import org.chargeproof.protocol.verify.Difference;
import org.jspecify.annotations.Nullable;

/** What operators said about one timestep's plan, and whether a quorum of them really said it. */
final class Ballot {
    private final NetworkParameters parameters;
    private final TreeMap<Integer, PlanPosted> candidates = new TreeMap<>();
    private final Map<Integer, Integer> candidateByOperator = new HashMap<>();
    private @Nullable PlanFinal outcome;
    private @Nullable Difference quorumDifference;

    Ballot(NetworkParameters parameters) {
        this.parameters = parameters;
    }

    void add(PlanPosted post) {
        candidates.putIfAbsent(post.candidate(), post);
    }

    void add(PlanAttested attestation) {
        // each operator speaks once
        candidateByOperator.putIfAbsent(attestation.operator(), attestation.candidate());
    }

    /**
     * Takes the outcome and counts again.
     *
     * @param members at that time
     */
    void add(PlanFinal event, List<Integer> members) {
        outcome = event;
        long inFavor =
                members.stream().filter(id -> standsFor(id, event.candidate())).count();
        int needed = parameters.quorum(members.size());
        if (!candidates.containsKey(event.candidate())
                || inFavor < needed
                || inFavor != event.votes()
                || members.size() != event.members()) {
            quorumDifference = new Difference(
                    "quorum",
                    event.votes() + " of " + event.members() + " operators",
                    inFavor + " of " + members.size() + " operators stood for it then, " + needed + " are needed");
        }
    }

    /** Posts in the order of their numbers. */
    Iterable<PlanPosted> candidates() {
        return candidates.values();
    }

    boolean isEmpty() {
        return candidates.isEmpty();
    }

    boolean isFinal() {
        return outcome != null;
    }

    /** The final post; null when there is none. */
    @Nullable
    PlanPosted finalPost() {
        return outcome == null ? null : candidates.get(outcome.candidate());
    }

    /** Null when a quorum stood for the final post when it became final. */
    @Nullable
    Difference quorumDifference() {
        return quorumDifference;
    }

    /** Operators that stand for a candidate, those that attested it after it became final too. */
    int votes(int candidate) {
        return (int) candidateByOperator.values().stream()
                .filter(voted -> voted == candidate)
                .count();
    }

    /** Operators other than the poster that stand for a post, ascending. */
    List<Integer> attestedBy(PlanPosted post) {
        return candidateByOperator.entrySet().stream()
                .filter(e -> e.getValue() == post.candidate() && e.getKey() != post.operator())
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    /** The most operators that stand for one candidate. */
    int maxVotes() {
        return candidates.keySet().stream().mapToInt(this::votes).max().orElse(0);
    }

    private boolean standsFor(int operator, int candidate) {
        Integer voted = candidateByOperator.get(operator);
        return voted != null && voted == candidate;
    }
}

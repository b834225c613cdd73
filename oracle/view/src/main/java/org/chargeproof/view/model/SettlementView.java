package org.chargeproof.view.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.chargeproof.protocol.ledger.LedgerEvent.SettlementPosted;
import org.chargeproof.view.verify.OwnBills;

/** A settlement with what was said about it, and what was claimed of it. Changed by the view only. */
public final class SettlementView {
    private final OwnBills bills;
    private final int[] sessions;
    final List<SettlementPosted> posts = new ArrayList<>();
    final TreeMap<Integer, Integer> votes = new TreeMap<>();
    final BitSet tokensClaimed = new BitSet();
    final BitSet compensationsClaimed = new BitSet();
    int finalCandidate = -1;
    long finalBlock = -1;

    SettlementView(OwnBills bills) {
        this.bills = bills;
        this.sessions = bills.sessions();
    }

    /** As this view computes it. */
    public OwnBills bills() {
        return bills;
    }

    public int timestep() {
        return bills.timestep();
    }

    /** Place of a session's bill; negative when it has none here. */
    public int indexOf(int session) {
        return Arrays.binarySearch(sessions, session);
    }

    /** In the order of their numbers; of a final settlement the final one alone. */
    public List<SettlementPosted> posts() {
        return List.copyOf(posts);
    }

    /** Candidate by operator that posted or attested it. */
    public Map<Integer, Integer> votes() {
        return Map.copyOf(votes);
    }

    /** Number of the post that became final; -1 before. */
    public int finalCandidate() {
        return finalCandidate;
    }

    /** In which it did; -1 before. */
    public long finalBlock() {
        return finalBlock;
    }

    public boolean isFinal() {
        return finalCandidate >= 0;
    }

    /** Whether the tokens of a bill were claimed. */
    public boolean tokensClaimed(int index) {
        return tokensClaimed.get(index);
    }

    /** Whether its compensation was. */
    public boolean compensationClaimed(int index) {
        return compensationsClaimed.get(index);
    }
}

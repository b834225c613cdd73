package org.chargeproof.protocol.bill;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.chargeproof.protocol.ledger.Candidates;
import org.chargeproof.protocol.ledger.LedgerEvent.SettlementPosted;
import org.jspecify.annotations.Nullable;

/** What was said about one settlement. */
public final class SettlementRecord implements Candidates<SettlementPosted> {
    final List<SettlementPosted> candidates = new ArrayList<>();
    final TreeMap<Integer, Integer> votes = new TreeMap<>();
    int finalCandidate = -1;

    @Override
    public List<SettlementPosted> candidates() {
        return Collections.unmodifiableList(candidates);
    }

    @Override
    public Map<Integer, Integer> votes() {
        return Collections.unmodifiableMap(votes);
    }

    @Override
    public @Nullable SettlementPosted finalPost() {
        return candidates.stream()
                .filter(post -> post.candidate() == finalCandidate)
                .findFirst()
                .orElse(null);
    }
}

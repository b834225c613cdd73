package org.chargeproof.protocol.ledger;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.tuweni.bytes.Bytes;
import org.chargeproof.protocol.ledger.LedgerEvent.MarketLinked;
import org.chargeproof.protocol.ledger.LedgerEvent.NetworkLinked;
import org.jspecify.annotations.Nullable;

/**
 * Which network is followed: its Consortium's address, and what that said when it was linked.
 *
 * @param contract 20 bytes
 * @param market what it said of bills and payment; null in a network without, and for a reader that does not look at them
 */
public record NetworkIdentity(
        long chainId,
        Bytes contract,
        NetworkLinked linked,
        @Nullable MarketLinked market) {
    /** For a reader that does not look at bills. */
    public NetworkIdentity(long chainId, Bytes contract, NetworkLinked linked) {
        this(chainId, contract, linked, null);
    }

    /** The contracts whose logs plans are made of, and bills, for a reader that looks at them. */
    public Set<Bytes> addresses() {
        var addresses = new HashSet<>(
                List.of(contract, linked.assets(), linked.charging(), linked.plans(), linked.algorithms()));
        if (market != null) {
            // of the program that computes bills, too: its registry's logs look like those of the planner's
            addresses.addAll(List.of(market.settlement(), market.meters(), market.valuations()));
        }
        return Set.copyOf(addresses);
    }
}

package org.chargeproof.protocol.ledger;

import java.util.List;
import java.util.Set;
import org.apache.tuweni.bytes.Bytes;
import org.chargeproof.protocol.ledger.LedgerEvent.NetworkLinked;

/**
 * Which network is followed: its Consortium's address, and what that said when it was linked.
 *
 * @param contract 20 bytes
 */
public record NetworkIdentity(long chainId, Bytes contract, NetworkLinked linked) {
    /**
     * The contracts whose logs plans and views are made of. Not those that bill and pay: the program that computes bills has a registry of
     * its own, whose logs look like those of the planner's.
     */
    public Set<Bytes> addresses() {
        return Set.copyOf(List.of(contract, linked.assets(), linked.charging(), linked.plans(), linked.algorithms()));
    }
}

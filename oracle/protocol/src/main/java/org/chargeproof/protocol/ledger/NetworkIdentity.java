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
    /** The contracts whose logs count. */
    public Set<Bytes> addresses() {
        return Set.copyOf(List.of(contract, linked.assets(), linked.charging(), linked.plans(), linked.algorithms()));
    }
}

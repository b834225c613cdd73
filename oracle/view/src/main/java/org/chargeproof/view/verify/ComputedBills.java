package org.chargeproof.view.verify;

import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.protocol.bill.IssuedBill;
import org.chargeproof.protocol.bill.Settlement;
import org.chargeproof.protocol.encoding.MerkleTree;
import org.chargeproof.protocol.ledger.LedgerEvent.SettlementPosted;
import org.chargeproof.protocol.verify.Difference;
import org.jspecify.annotations.Nullable;

/** The bills of one settlement with the tree over them, kept: who asks for one of many bills makes nobody hash all of them. */
public final class ComputedBills {
    private final Settlement settlement;
    private final MerkleTree tree;

    ComputedBills(Settlement settlement) {
        this.settlement = settlement;
        this.tree = MerkleTree.of(settlement.bills());
    }

    /** Memory that so many bills take with their tree. */
    static long bytes(int bills) {
        return (long) IssuedBill.BYTES * bills + MerkleTree.bytes(bills);
    }

    public Settlement settlement() {
        return settlement;
    }

    /** As {@link Settlement#billsRoot}. */
    public Bytes32 billsRoot() {
        return tree.root();
    }

    /** The first field in which a post differs; null when it is the same. */
    public @Nullable Difference differenceTo(SettlementPosted post) {
        return settlement.differenceTo(post, tree.root());
    }

    /** Place of a session's bill, as the bills themselves say; negative when none is of it. */
    public int indexOf(int session) {
        int low = 0;
        int high = size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int found = Settlement.sessionOf(bill(middle));
            if (found == session) {
                return middle;
            }
            if (found < session) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -1;
    }

    /** How many bills there are. */
    public int size() {
        return settlement.bills().size();
    }

    /** A bill's bytes. */
    public Bytes bill(int index) {
        return settlement.bills().get(index);
    }

    /** The path from a bill's sibling up to the root. */
    public List<Bytes32> proof(int index) {
        return tree.proof(index);
    }
}

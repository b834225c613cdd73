package org.chargeproof.audit;

import org.chargeproof.ledger.BlockSource;
import org.chargeproof.protocol.time.BlockHeader;

/**
 * Finds snapshot blocks from block times, for moments in ascending order. Blocks come at a nearly steady pace, so the search
 * begins where the next snapshot is if the pace stays, and widens from there: two headers for a steady network, and never
 * more than twice a bisection's.
 */
final class SnapshotFinder {
    private final BlockSource blocks;
    private final BlockHeader head;
    private BlockHeader last;
    private BlockHeader next;
    private long blocksApart = 1;

    /**
     * @param first block whose time is before all moments
     * @param head newest block
     */
    SnapshotFinder(BlockSource blocks, BlockHeader first, BlockHeader head) {
        this.blocks = blocks;
        this.head = head;
        this.last = first;
        this.next = first;
    }

    /**
     * The last block whose time is before a moment.
     *
     * @param momentSeconds not before that of an earlier call
     */
    BlockHeader lastBefore(long momentSeconds) {
        if (head.timestampSeconds() < momentSeconds) {
            return head;
        }
        // a network that halted has many moments between two blocks
        if (next.number() == last.number() + 1 && next.timestampSeconds() >= momentSeconds) {
            return last;
        }
        long before = last.number();
        long after = head.number();
        BlockHeader behind = head;
        BlockHeader found = last;
        long probe = before + blocksApart;
        for (long stride = 1; before + 1 < after; stride *= 2) {
            BlockHeader header = blocks.header(Math.clamp(probe, before + 1, after - 1));
            if (header.timestampSeconds() < momentSeconds) {
                found = header;
                before = header.number();
                probe = before + stride;
            } else {
                behind = header;
                after = header.number();
                probe = after - stride;
            }
            if (before > last.number() && after < head.number()) {
                probe = before + (after - before) / 2;
            }
        }
        blocksApart = Math.max(1, found.number() - last.number());
        last = found;
        next = behind;
        return found;
    }
}

package org.chargeproof.protocol.time;

import org.apache.tuweni.bytes.Bytes32;

/**
 * Something that block time brought about. Every node derives the same events from the same blocks.
 *
 * @param sequence 0 for the first gate of the network, then one higher for each event, whatever blocks were skipped
 * @param timestep whose gate closed, or that started
 * @param block first block at or behind that moment
 * @param snapshotBlock last block before it; for a gate, the block whose state is planned on
 * @param missed true when the block came so late that the moment's window was over: no plan can be posted any more
 */
public record TimestepEvent(
        Kind kind,
        long sequence,
        int timestep,
        long block,
        Bytes32 blockHash,
        long blockTimestampSeconds,
        long snapshotBlock,
        boolean missed) {

    /** A timestep has two moments. */
    public enum Kind {
        /** The timestep takes no more requests; the next one is planned. */
        GATE_CLOSED,
        /** The timestep began. */
        TIMESTEP_STARTED
    }
}

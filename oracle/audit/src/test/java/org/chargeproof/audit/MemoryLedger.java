package org.chargeproof.audit;

import java.util.ArrayList;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.ledger.BlockSource;
import org.chargeproof.protocol.ledger.LedgerEvent;
import org.chargeproof.protocol.ledger.RawLog;
import org.chargeproof.protocol.time.BlockHeader;

/** Blocks and logs in memory. Counts what it is asked for. */
final class MemoryLedger implements BlockSource {
    static final long FIRST_BLOCK = 10;

    private final List<BlockHeader> headers = new ArrayList<>();
    private final List<List<RawLog>> logs = new ArrayList<>();
    int headersAsked;
    int logsAsked;

    /** Adds a block. */
    void block(long timestampSeconds) {
        long number = FIRST_BLOCK + headers.size();
        headers.add(new BlockHeader(number, Bytes32.leftPad(Bytes.ofUnsignedLong(number)), timestampSeconds));
        logs.add(new ArrayList<>());
    }

    /** Adds a log to the newest block. */
    void emit(LedgerEvent event) {
        var block = logs.getLast();
        block.add(ContractAbi.log(headers.getLast().number(), block.size(), event));
    }

    @Override
    public BlockHeader head() {
        return headers.getLast();
    }

    @Override
    public BlockHeader header(long number) {
        headersAsked++;
        return headers.get((int) (number - FIRST_BLOCK));
    }

    @Override
    public List<RawLog> logs(long fromBlock, long toBlock) {
        logsAsked++;
        return logs.subList((int) (fromBlock - FIRST_BLOCK), (int) (toBlock + 1 - FIRST_BLOCK)).stream()
                .flatMap(List::stream)
                .toList();
    }
}

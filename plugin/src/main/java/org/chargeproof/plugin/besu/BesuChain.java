package org.chargeproof.plugin.besu;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.protocol.ledger.RawLog;
import org.chargeproof.protocol.time.BlockHeader;
import org.chargeproof.view.follow.Chain;
import org.chargeproof.view.follow.ChainException;
import org.hyperledger.besu.plugin.data.BlockContext;
import org.hyperledger.besu.plugin.data.TransactionReceipt;
import org.hyperledger.besu.plugin.services.BlockchainService;

/** The chain as Besu's storage holds it. */
final class BesuChain implements Chain {
    private static final int LOOKS = 50;
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final BlockchainService blockchain;

    BesuChain(BlockchainService blockchain) {
        this.blockchain = blockchain;
    }

    @Override
    public long chainId() {
        return blockchain
                .getChainId()
                .orElseThrow(() -> new ChainException("the genesis file has no chainId"))
                .longValueExact();
    }

    @Override
    public BlockHeader head() {
        return header(blockchain.getChainHeadHeader());
    }

    @Override
    public Block block(long number) {
        var block = soon(() -> blockchain.getBlockByNumber(number))
                .orElseThrow(() -> new ChainException("the node does not have block " + number
                        + ". The plugin needs all blocks: --sync-mode=FULL, no pruning."));
        return new BesuBlock(blockchain, block);
    }

    /** While a block is being made the newest, its parts become visible one after the other. */
    private static <T> Optional<T> soon(Supplier<Optional<T>> part) {
        Optional<T> found = part.get();
        for (int i = 0; found.isEmpty() && i < LOOKS; i++) {
            LockSupport.parkNanos(LOOK_NANOS);
            found = part.get();
        }
        return found;
    }

    private static BlockHeader header(org.hyperledger.besu.plugin.data.BlockHeader header) {
        return new BlockHeader(
                header.getNumber(), Bytes32.wrap(header.getBlockHash().getBytes()), header.getTimestamp());
    }

    private record BesuBlock(BlockchainService blockchain, BlockContext context) implements Block {
        @Override
        public BlockHeader header() {
            return BesuChain.header(context.getBlockHeader());
        }

        @Override
        public List<RawLog> logs() {
            // most blocks are empty: spare the look for receipts
            if (context.getBlockBody().getTransactions().isEmpty()) {
                return List.of();
            }
            long number = context.getBlockHeader().getNumber();
            var receipts = soon(() -> blockchain.getReceiptsByBlockHash(
                            context.getBlockHeader().getBlockHash()))
                    .orElseThrow(() -> new ChainException("the node does not have the receipts of block " + number
                            + ". The plugin needs all receipts: --sync-mode=FULL, no pruning."));
            var logs = new ArrayList<RawLog>();
            for (TransactionReceipt receipt : receipts) {
                for (var log : receipt.getLogs()) {
                    logs.add(new RawLog(
                            number,
                            logs.size(),
                            log.getLogger().getBytes(),
                            log.getTopics().stream()
                                    .map(topic -> Bytes32.wrap(topic.getBytes()))
                                    .toList(),
                            log.getData()));
                }
            }
            return logs;
        }
    }
}

package org.hyperledger.besu.plugin.services;

import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import org.hyperledger.besu.datatypes.Hash;
import org.hyperledger.besu.plugin.data.BlockContext;
import org.hyperledger.besu.plugin.data.BlockHeader;
import org.hyperledger.besu.plugin.data.TransactionReceipt;

/** The node's chain. */
public interface BlockchainService extends BesuService {
    Optional<BlockContext> getBlockByNumber(long number);

    Optional<List<TransactionReceipt>> getReceiptsByBlockHash(Hash blockHash);

    BlockHeader getChainHeadHeader();

    Optional<BigInteger> getChainId();
}

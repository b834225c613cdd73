package org.chargeproof.ledger;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.protocol.ledger.LogDecoder;
import org.chargeproof.protocol.ledger.RawLog;
import org.chargeproof.protocol.time.BlockHeader;
import org.web3j.protocol.core.DefaultBlockParameter;
import org.web3j.protocol.core.methods.request.EthFilter;
import org.web3j.protocol.core.methods.response.EthLog;

/** Reads a network's headers and logs from a node; long ranges in pieces that nodes accept. */
public final class NodeBlockSource implements BlockSource {
    private static final long MOST_BLOCKS_PER_REQUEST = 5_000;

    private final Network network;

    public NodeBlockSource(Network network) {
        this.network = network;
    }

    @Override
    public BlockHeader head() {
        return network.client().head();
    }

    @Override
    public BlockHeader header(long number) {
        return network.client().header(number);
    }

    @Override
    public List<RawLog> logs(long fromBlock, long toBlock) {
        var logs = new ArrayList<RawLog>();
        for (long from = fromBlock; from <= toBlock; from += MOST_BLOCKS_PER_REQUEST) {
            read(from, Math.min(toBlock, from + MOST_BLOCKS_PER_REQUEST - 1), logs);
        }
        return logs;
    }

    /** Nodes limit blocks, logs or bytes of an answer, each in its own way: halve the range until it fits. */
    private void read(long from, long to, List<RawLog> logs) {
        EthLog answer;
        try {
            answer = network.client().ask(network.client().web3j().ethGetLogs(filter(from, to)));
        } catch (RpcErrorException e) {
            if (from == to) {
                throw e;
            }
            long middle = (from + to) / 2;
            read(from, middle, logs);
            read(middle + 1, to, logs);
            return;
        }
        for (EthLog.LogResult<?> result : answer.getLogs()) {
            var log = (EthLog.LogObject) result.get();
            logs.add(network.client()
                    .understand(
                            "a log",
                            () -> new RawLog(
                                    log.getBlockNumber().longValueExact(),
                                    log.getLogIndex().intValueExact(),
                                    Bytes.fromHexString(log.getAddress()),
                                    log.getTopics().stream()
                                            .map(Bytes32::fromHexString)
                                            .toList(),
                                    Bytes.fromHexString(log.getData()))));
        }
    }

    private EthFilter filter(long from, long to) {
        var filter = new EthFilter(
                DefaultBlockParameter.valueOf(BigInteger.valueOf(from)),
                DefaultBlockParameter.valueOf(BigInteger.valueOf(to)),
                network.addresses());
        filter.addOptionalTopics(
                LogDecoder.topics().stream().map(Bytes::toHexString).toArray(String[]::new));
        return filter;
    }
}

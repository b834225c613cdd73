package org.chargeproof.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.ledger.LedgerClient;
import org.chargeproof.protocol.ledger.RawLog;
import org.chargeproof.protocol.time.BlockHeader;
import org.chargeproof.view.follow.Chain;

/** A chain as the plugin reads its node's: every block, every receipt, every log of whoever wrote it. */
final class ReceiptsChain implements Chain {
    private final LedgerClient client;

    ReceiptsChain(LedgerClient client) {
        this.client = client;
    }

    @Override
    public long chainId() {
        return client.chainId();
    }

    @Override
    public BlockHeader head() {
        return client.head();
    }

    @Override
    public Block block(long number) {
        var header = client.header(number);
        return new Block() {
            @Override
            public BlockHeader header() {
                return header;
            }

            @Override
            public List<RawLog> logs() {
                return ReceiptsChain.this.logs(number);
            }
        };
    }

    private List<RawLog> logs(long number) {
        var logs = new ArrayList<RawLog>();
        for (JsonNode receipt : client.ask("eth_getBlockReceipts", List.of("0x" + Long.toHexString(number)))) {
            for (JsonNode log : receipt.get("logs")) {
                var topics = new ArrayList<Bytes32>();
                log.get("topics").forEach(topic -> topics.add(Bytes32.fromHexString(topic.asText())));
                logs.add(new RawLog(
                        number,
                        logs.size(),
                        Bytes.fromHexString(log.get("address").asText()),
                        topics,
                        Bytes.fromHexString(log.get("data").asText())));
            }
        }
        return logs;
    }
}

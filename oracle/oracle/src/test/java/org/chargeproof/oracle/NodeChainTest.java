package org.chargeproof.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.ledger.BlockSource;
import org.chargeproof.ledger.LedgerException;
import org.chargeproof.protocol.ledger.RawLog;
import org.chargeproof.protocol.time.BlockHeader;
import org.chargeproof.view.follow.ChainException;
import org.junit.jupiter.api.Test;

/** What the view asks of the operator's node: little, and no more than the oracle has seen. */
class NodeChainTest {
    private final List<String> asked = new ArrayList<>();
    private BlockHeader head;
    private boolean broken;
    private final NodeChain chain = new NodeChain(2018, 3, new Node(), () -> head);

    /** One log in each block, two blocks to a page. */
    private final class Node implements BlockSource {
        @Override
        public BlockHeader head() {
            throw new AssertionError("the oracle looks, nobody else");
        }

        @Override
        public BlockHeader header(long number) {
            ask("header " + number);
            return NodeChainTest.header(number);
        }

        @Override
        public List<RawLog> logs(long fromBlock, long toBlock) {
            ask("logs " + fromBlock + "-" + toBlock);
            return LongStream.rangeClosed(fromBlock, toBlock)
                    .mapToObj(n -> new RawLog(n, 7, Bytes.EMPTY, List.of(), Bytes.ofUnsignedLong(n)))
                    .toList();
        }

        @Override
        public Page page(long fromBlock, long toBlock) {
            long last = Math.min(toBlock, fromBlock + 1);
            return new Page(logs(fromBlock, last), last);
        }

        private void ask(String what) {
            if (broken) {
                throw new LedgerException("the node is away");
            }
            asked.add(what);
        }
    }

    @Test
    void knowsNoHeadBeforeTheOracleDoes() {
        assertThatThrownBy(chain::head).isInstanceOf(ChainException.class);
        head = header(5);
        assertThat(chain.head()).isEqualTo(head);
        assertThat(chain.firstBlock()).isEqualTo(3);
    }

    @Test
    void readsPagesAndTheNewestHeaderNotAtAll() {
        head = header(5);
        for (long number = 3; number <= 5; number++) {
            var block = chain.block(number);
            assertThat(block.header()).isEqualTo(header(number));
            assertThat(block.logs())
                    .singleElement()
                    .satisfies(log ->
                            assertThat(log.block()).isEqualTo(block.header().number()));
        }
        assertThat(asked).containsExactly("header 3", "logs 3-4", "header 4", "logs 5-5");
        // an old one in between takes nothing away
        assertThat(chain.block(3).logs()).hasSize(1);
        assertThat(chain.block(5).logs()).hasSize(1);
        assertThat(asked).containsExactly("header 3", "logs 3-4", "header 4", "logs 5-5", "header 3", "logs 3-3");
    }

    @Test
    void saysThatTheNodeCannotBeAskedNow() {
        head = header(5);
        broken = true;
        assertThatThrownBy(() -> chain.block(4))
                .isInstanceOf(ChainException.class)
                .hasMessage("the node is away");
        var newest = chain.block(5);
        assertThatThrownBy(newest::logs).isInstanceOf(ChainException.class);
        broken = false;
        assertThat(newest.logs()).hasSize(1);
    }

    private static BlockHeader header(long number) {
        return new BlockHeader(number, Bytes32.leftPad(Bytes.ofUnsignedLong(number)), 1_000 + number);
    }
}

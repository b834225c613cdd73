package org.chargeproof.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.chargeproof.audit.report.AuditReport;
import org.chargeproof.ledger.BlockSource;
import org.chargeproof.ledger.LedgerException;
import org.chargeproof.protocol.ledger.RawLog;
import org.chargeproof.protocol.time.BlockHeader;
import org.junit.jupiter.api.Test;

/** A node that contradicts itself is told so, whatever it does; none of it becomes a verdict. */
class CheckedBlockSourceTest {
    private final Scenario network = Scenario.deployed();

    @Test
    void honestAnswersPass() {
        network.next();
        network.run(3);
        assertThat(audit(network.ledger).allMatch()).isTrue();
    }

    @Test
    void refusesLogsThatDoNotFit() {
        network.next();
        network.run(3);
        refuse(logs -> {
            logs.add(logs.getLast());
            return logs;
        });
        refuse(List::reversed);
        refuse(logs -> {
            var l = logs.getLast();
            logs.set(
                    logs.size() - 1,
                    new RawLog(l.block(), l.logIndex(), Scenario.address(9_999), l.topics(), l.data()));
            return logs;
        });
        refuse(logs -> {
            var l = logs.getLast();
            logs.set(logs.size() - 1, new RawLog(1_000_000, l.logIndex(), l.address(), l.topics(), l.data()));
            return logs;
        });
    }

    @Test
    void refusesTimesThatCannotBe() {
        network.next();
        network.run(3);
        for (long seconds : new long[] {-1, 0, Integer.MAX_VALUE * 900L, Long.MAX_VALUE}) {
            assertThatThrownBy(() -> audit(new Lying(network.ledger) {
                        @Override
                        public BlockHeader head() {
                            var h = super.head();
                            return new BlockHeader(h.number(), h.hash(), seconds);
                        }
                    }))
                    .isInstanceOf(LedgerException.class);
        }
        assertThatThrownBy(() -> audit(new Lying(network.ledger) {
                    @Override
                    public BlockHeader header(long number) {
                        return super.header(number == 12 ? 11 : number);
                    }
                }))
                .isInstanceOf(LedgerException.class);
    }

    private interface Change {
        List<RawLog> of(List<RawLog> logs);
    }

    private void refuse(Change change) {
        assertThatThrownBy(() -> audit(new Lying(network.ledger) {
                    @Override
                    public List<RawLog> logs(long from, long to) {
                        return change.of(new ArrayList<>(super.logs(from, to)));
                    }
                }))
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining("contradicts itself");
    }

    private AuditReport audit(BlockSource node) {
        var head = network.ledger.head().number();
        Set<org.apache.tuweni.bytes.Bytes> addresses = network.ledger.logs(MemoryLedger.FIRST_BLOCK, head).stream()
                .map(RawLog::address)
                .collect(Collectors.toSet());
        return new Auditor(
                        Scenario.NETWORK,
                        new CheckedBlockSource(node, addresses, () -> {}),
                        id -> new Scenario.LocalAlgorithm(id))
                .audit(AuditRange.everything(), ProgressListener.none());
    }

    private static class Lying implements BlockSource {
        private final BlockSource node;

        Lying(BlockSource node) {
            this.node = node;
        }

        @Override
        public BlockHeader head() {
            return node.head();
        }

        @Override
        public BlockHeader header(long number) {
            return node.header(number);
        }

        @Override
        public List<RawLog> logs(long from, long to) {
            return node.logs(from, to);
        }
    }
}

package org.chargeproof.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.tuweni.bytes.Bytes;
import org.chargeproof.audit.report.AuditReport;
import org.chargeproof.ledger.BlockSource;
import org.chargeproof.ledger.SnapshotFolder;
import org.chargeproof.protocol.ledger.LedgerEvent.NetworkLinked;
import org.chargeproof.protocol.ledger.NetworkIdentity;
import org.chargeproof.protocol.ledger.RawLog;
import org.chargeproof.protocol.time.BlockHeader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An audit that begins with its own snapshot finds what one finds that reads all logs, and reads less. */
class SnapshotAuditTest {
    private static final NetworkIdentity NETWORK = new NetworkIdentity(
            2018,
            Bytes.fromHexString(Scenario.NETWORK.consortium()),
            new NetworkLinked(
                    NetworkLinked.PROTOCOL,
                    Bytes.repeat((byte) 2, 20),
                    Bytes.repeat((byte) 3, 20),
                    Bytes.repeat((byte) 4, 20),
                    Bytes.repeat((byte) 5, 20),
                    MemoryLedger.FIRST_BLOCK,
                    Scenario.DEPLOYED,
                    900,
                    60,
                    5,
                    4,
                    2,
                    3));

    private final Scenario network = Scenario.deployed();
    private final List<String> notes = new ArrayList<>();
    private final FirstAsked blocks = new FirstAsked();

    @TempDir
    private Path folder;

    /** Remembers the first block whose logs were asked for, and how many logs there were. */
    private final class FirstAsked implements BlockSource {
        private long first = Long.MAX_VALUE;
        private int logs;

        @Override
        public BlockHeader head() {
            return network.ledger.head();
        }

        @Override
        public BlockHeader header(long number) {
            return network.ledger.header(number);
        }

        @Override
        public List<RawLog> logs(long fromBlock, long toBlock) {
            first = Math.min(first, fromBlock);
            var answer = network.ledger.logs(fromBlock, toBlock);
            logs += answer.size();
            return answer;
        }
    }

    @Test
    void goesOnFromAReportWithoutTheLogsBefore() {
        live(6);
        var former = audit(null, null);
        int allLogs = blocks.logs;
        live(3);
        forgetWhatWasAsked();
        var report = audit(former.to(), null);
        assertThat(blocks.first)
                .isEqualTo(former.timesteps().getLast().snapshotBlock() + 1)
                .isGreaterThan(MemoryLedger.FIRST_BLOCK);
        assertThat(blocks.logs).isLessThan(allLogs);
        assertThat(report).isEqualTo(network.audit(new AuditRange(former.to(), null, Set.of())));
        assertThat(report.timesteps()).hasSize(7);
        assertThat(notes).isEmpty();
    }

    @Test
    void findsTheSameWhateverTimestepsAreAskedFor() {
        live(4);
        int first = Scenario.FIRST;
        for (int to = first; to <= network.current(); to++) {
            audit(null, to);
            for (int from = first; from <= network.current(); from++) {
                assertThat(auditOnly(from, null).run())
                        .as("snapshot of an audit up to %d, from %d", to, from)
                        .isEqualTo(network.audit(new AuditRange(from, null, Set.of())));
            }
        }
        assertThat(notes).isEmpty();
    }

    @Test
    void readsAllLogsWhenAskedForEverything() {
        live(4);
        audit(null, null);
        forgetWhatWasAsked();
        audit(null, null);
        assertThat(blocks.first).isEqualTo(MemoryLedger.FIRST_BLOCK);
    }

    @Test
    void readsAllLogsWhenTheSnapshotIsSpoiled() throws IOException {
        live(4);
        int last = audit(null, null).to();
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                byte[] bytes = Files.readAllBytes(file);
                bytes[bytes.length - 40] ^= 1;
                Files.write(file, bytes);
            }
        }
        forgetWhatWasAsked();
        assertThat(audit(last, null).allMatch()).isTrue();
        assertThat(blocks.first).isEqualTo(MemoryLedger.FIRST_BLOCK);
        assertThat(notes).singleElement().asString().contains("SHA-256");
    }

    private void live(int timesteps) {
        for (int i = 0; i < timesteps; i++) {
            network.next();
            network.request(i % 4, 5_000, 6);
            network.run(1);
        }
    }

    private void forgetWhatWasAsked() {
        blocks.first = Long.MAX_VALUE;
        blocks.logs = 0;
    }

    private AuditReport audit(@Nullable Integer from, @Nullable Integer to) {
        var run = auditOnly(from, to);
        var report = run.run();
        run.keepSnapshot();
        return report;
    }

    /** Writes no snapshot. */
    private AuditRun auditOnly(@Nullable Integer from, @Nullable Integer to) {
        return new Auditor(Scenario.NETWORK, blocks, Scenario.LocalAlgorithm::new)
                .begin(
                        new AuditRange(from, to, Set.of()),
                        ProgressListener.none(),
                        null,
                        new SnapshotFolder(folder, NETWORK, notes::add));
    }
}

package org.chargeproof.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.oracle.OracleStore.OutboxEntry;
import org.chargeproof.oracle.OracleStore.TransactionState;
import org.chargeproof.protocol.ledger.RawLog;
import org.chargeproof.protocol.time.BlockHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OracleStoreTest {
    private static final String NETWORK = "a network";
    private static final int CRASHES = 60;

    @TempDir
    private Path folder;

    /** What a killed process leaves is what stands in the file at that moment. */
    @Test
    void whatWasCommittedIsThereAfterACrash() throws IOException {
        var random = new Random(1);
        Path left = folder.resolve("left");
        try (var store = OracleStore.open(folder.resolve("runs"), NETWORK)) {
            for (int n = 1; n <= CRASHES; n++) {
                for (int i = random.nextInt(3); i >= 0; i--) {
                    store.append(List.of(log(n, i, random)), header(n));
                }
                var entry = new OutboxEntry(
                        "plan " + n, n, "0x" + n, "r".repeat(random.nextInt(4_000)), TransactionState.SIGNED, n);
                store.putOutbox("0x01", entry);

                Files.createDirectories(left);
                Files.copy(folder.resolve("runs/oracle.mv.db"), left.resolve("oracle.mv.db"));
                try (var found = OracleStore.open(left, NETWORK)) {
                    assertThat(found.outbox("plan " + n)).contains(entry);
                    assertThat(found.openOutbox("0x01")).hasSize(n);
                    assertThat(found.cursor()).contains(header(n));
                }
                Files.delete(left.resolve("oracle.mv.db"));
            }
        }
    }

    private static RawLog log(int block, int index, Random random) {
        var data = new byte[random.nextInt(3_000)];
        random.nextBytes(data);
        return new RawLog(block, index, Bytes.repeat((byte) 1, 20), List.of(Bytes32.ZERO), Bytes.wrap(data));
    }

    private static BlockHeader header(long number) {
        return new BlockHeader(number, Bytes32.leftPad(Bytes.ofUnsignedLong(number)), 1_000 + number);
    }
}

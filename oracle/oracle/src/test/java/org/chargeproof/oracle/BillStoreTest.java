package org.chargeproof.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.protocol.bill.Settlement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BillStoreTest {
    private static final int BILL_BYTES = 184;

    @TempDir
    private Path folder;

    @Test
    void givesBackWhatWasKept() {
        var store = new BillStore(folder);
        var settlement = settlement(1_000, 7, 9);
        store.keep(settlement);
        assertThat(store.read(1_000)).contains(settlement);
        assertThat(new BillStore(folder).read(1_000)).contains(settlement);
        assertThat(store.read(1_004)).isEmpty();
    }

    @Test
    void findsTheNewestBillOfASession() {
        var store = new BillStore(folder);
        store.keep(settlement(1_000, 7, 9));
        store.keep(settlement(1_004, 9, 12));
        assertThat(store.find(7).orElseThrow().settlement().timestep()).isEqualTo(1_000);
        // the first one found no quorum
        var nine = store.find(9).orElseThrow();
        assertThat(nine.settlement().timestep()).isEqualTo(1_004);
        assertThat(nine.index()).isZero();
        assertThat(store.find(8)).isEmpty();
        store.keep(settlement(1_008, 8));
        assertThat(store.find(8).orElseThrow().settlement().timestep()).isEqualTo(1_008);
    }

    @Test
    void leavesWhatWasChangedAside() throws IOException {
        var store = new BillStore(folder);
        store.keep(settlement(1_000, 7));
        Path file;
        try (var files = Files.list(folder)) {
            file = files.findFirst().orElseThrow();
        }
        byte[] whole = Files.readAllBytes(file);
        for (int length : new int[] {0, 31, 32, whole.length - 1}) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThat(store.read(1_000)).isEmpty();
        }
        whole[10] ^= 1;
        Files.write(file, whole);
        assertThat(store.read(1_000)).isEmpty();
        assertThat(new BillStore(folder).find(7)).isEmpty();
    }

    @Test
    void aDiskThatTakesNothingStopsNobody() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        var store = new BillStore(file);
        store.keep(settlement(1_000, 7));
        assertThat(store.read(1_000)).isEmpty();
        assertThat(store.find(7)).isEmpty();
    }

    private static Settlement settlement(int timestep, int... sessions) {
        List<Bytes> bills = Arrays.stream(sessions)
                .mapToObj(session -> Bytes.wrap(ByteBuffer.allocate(BILL_BYTES)
                        .putInt(0)
                        .putInt(session)
                        .array()))
                .toList();
        return new Settlement(timestep, 99, Bytes32.repeat((byte) 1), bills, Bytes.EMPTY, 5);
    }
}

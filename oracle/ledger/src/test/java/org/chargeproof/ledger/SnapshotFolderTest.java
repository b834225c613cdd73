package org.chargeproof.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.protocol.fold.Fold;
import org.chargeproof.protocol.ledger.LedgerEvent;
import org.chargeproof.protocol.ledger.LedgerEvent.NetworkLinked;
import org.chargeproof.protocol.ledger.LedgerState;
import org.chargeproof.protocol.ledger.NetworkIdentity;
import org.chargeproof.protocol.ledger.RawLog;
import org.chargeproof.protocol.time.BlockHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotFolderTest {
    private static final NetworkIdentity NETWORK = network(2018);

    private final List<String> notes = new ArrayList<>();

    @TempDir
    private Path temporary;

    /** A chain whose hashes follow from a number. */
    private record Chain(int id) implements BlockSource {
        @Override
        public BlockHeader head() {
            return header(1_000_000);
        }

        @Override
        public BlockHeader header(long number) {
            return new BlockHeader(
                    number,
                    Bytes32.leftPad(Bytes.concatenate(Bytes.of(id), Bytes.ofUnsignedLong(number))),
                    10 * number);
        }

        @Override
        public List<RawLog> logs(long fromBlock, long toBlock) {
            return List.of();
        }
    }

    private static final Chain CHAIN = new Chain(1);

    @Test
    void givesTheNewestThatIsNotTooNew() {
        write(100, 200);
        assertThat(newest(99)).isEqualTo(-1);
        assertThat(newest(100)).isEqualTo(100);
        assertThat(newest(199)).isEqualTo(100);
        assertThat(newest(1_000)).isEqualTo(200);
        var restored = folder().newest(1_000, CHAIN).orElseThrow();
        assertThat(restored.fold().state().groups()).hasSize(200);
        assertThat(notes).isEmpty();
    }

    @Test
    void keepsTheTwoNewestForNobodyElse() throws IOException {
        write(100, 200, 300, 250);
        try (var files = Files.list(data())) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            "block-0000000000000000250.snapshot", "block-0000000000000000300.snapshot");
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file(300))))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data())))
                .isEqualTo("rwx------");
    }

    @Test
    void setsAsideWhatWasChangedAndTakesTheOneBefore() throws IOException {
        write(100, 200);
        byte[] bytes = Files.readAllBytes(file(200));
        bytes[bytes.length / 2] ^= 1;
        Files.write(file(200), bytes);
        assertThat(newest(1_000)).isEqualTo(100);
        assertThat(notes).singleElement().asString().contains("is set aside").contains("SHA-256");
        assertThat(file(200)).doesNotExist();
        assertThat(newest(1_000)).isEqualTo(100);
        assertThat(notes).hasSize(1);
    }

    @Test
    void setsAsideWhatIsOfAnotherChainNetworkOrBlock() throws IOException {
        write(100);
        assertThat(folder(NETWORK).newest(1_000, new Chain(2))).isEmpty();
        assertThat(notes).singleElement().asString().contains("the node knows block 100 with hash");
        write(100);
        assertThat(folder(network(7)).newest(1_000, CHAIN)).isEmpty();
        assertThat(notes.getLast()).contains("it is of the network chain 2018").contains("not of chain 7");
        write(100);
        Files.move(file(100), file(101));
        assertThat(newest(1_000)).isEqualTo(-1);
        assertThat(notes.getLast()).contains("its name says block 101, its content block 100");
    }

    @Test
    void setsAsideWhatOthersMayWriteToAndWhatIsEmpty() throws IOException {
        write(100, 200);
        Files.setPosixFilePermissions(file(200), PosixFilePermissions.fromString("rw-rw----"));
        Files.write(file(100), new byte[0]);
        assertThat(newest(1_000)).isEqualTo(-1);
        assertThat(notes).hasSize(2);
        assertThat(notes.getFirst()).contains("others may write to it");
        assertThat(notes.getLast()).contains("does not begin like one");
    }

    @Test
    void whatAKilledProcessLeftIsInNobodysWay() throws IOException {
        write(100);
        Files.writeString(data().resolve("block.part"), "half");
        assertThat(newest(1_000)).isEqualTo(100);
        write(200);
        assertThat(newest(1_000)).isEqualTo(200);
        assertThat(notes).isEmpty();
    }

    @Test
    void aDiskThatTakesNoneStopsNobody() throws IOException {
        Files.writeString(data(), "a file where the folder should be");
        var folder = folder();
        assertThat(folder.write(folder.take(CHAIN.header(1), new Fold(new LedgerState()))
                        .orElseThrow()))
                .isFalse();
        assertThat(notes).singleElement().asString().contains("no snapshot of block 1");
    }

    private void write(int... blocks) {
        for (int block : blocks) {
            var state = new LedgerState();
            for (int group = 0; group < block; group++) {
                state.apply(new LedgerEvent.GroupRegistered(group, 1, 1_000, 0, 0, 0));
            }
            var folder = folder();
            assertThat(folder.write(
                            folder.take(CHAIN.header(block), new Fold(state)).orElseThrow()))
                    .isTrue();
        }
    }

    private long newest(long maxBlock) {
        return folder().newest(maxBlock, CHAIN).map(r -> r.block().number()).orElse(-1L);
    }

    private SnapshotFolder folder() {
        return folder(NETWORK);
    }

    private SnapshotFolder folder(NetworkIdentity network) {
        return new SnapshotFolder(data(), network, notes::add);
    }

    private Path data() {
        return temporary.resolve("snapshots");
    }

    private Path file(long block) {
        return data().resolve("block-%019d.snapshot".formatted(block));
    }

    private static NetworkIdentity network(long chainId) {
        var address = Bytes.repeat((byte) 1, 20);
        return new NetworkIdentity(
                chainId,
                address,
                new NetworkLinked(
                        NetworkLinked.PROTOCOL, address, address, address, address, 7, 1_000, 900, 60, 5, 4, 2, 3));
    }
}

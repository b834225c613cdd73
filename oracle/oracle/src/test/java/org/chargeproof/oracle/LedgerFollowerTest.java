package org.chargeproof.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.ledger.BlockSource;
import org.chargeproof.ledger.HeaderTimestepSource;
import org.chargeproof.ledger.LedgerException;
import org.chargeproof.ledger.SnapshotFolder;
import org.chargeproof.protocol.fold.Fold;
import org.chargeproof.protocol.ledger.LedgerEvent.NetworkLinked;
import org.chargeproof.protocol.ledger.LedgerState;
import org.chargeproof.protocol.ledger.NetworkIdentity;
import org.chargeproof.protocol.ledger.RawLog;
import org.chargeproof.protocol.time.BlockHeader;
import org.chargeproof.protocol.time.NetworkParameters;
import org.chargeproof.protocol.time.TimestepClock;
import org.chargeproof.protocol.time.TimestepEvent;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.web3j.crypto.Hash;

/** A node that fails at any request, and an oracle that ends at any moment: every event once, on exactly the right state. */
class LedgerFollowerTest {
    private static final NetworkParameters PARAMETERS = new NetworkParameters(900, 60, 6, 4, 2, 3);
    private static final int FIRST_TIMESTEP = 1_000;
    private static final int BLOCKS = 150;
    private static final int BLOCKS_PER_SNAPSHOT = 20;
    private static final NetworkIdentity NETWORK = new NetworkIdentity(
            2018,
            Bytes.repeat((byte) 1, 20),
            new NetworkLinked(
                    NetworkLinked.PROTOCOL,
                    Bytes.repeat((byte) 2, 20),
                    Bytes.repeat((byte) 3, 20),
                    Bytes.repeat((byte) 4, 20),
                    Bytes.repeat((byte) 5, 20),
                    0,
                    FIRST_TIMESTEP,
                    900,
                    60,
                    6,
                    4,
                    2,
                    3));

    private final List<String> notes = new ArrayList<>();

    @TempDir
    private Path folder;

    /** Every block registers one charge point's group, so that the state tells how far it was folded. */
    private static final class Chain implements BlockSource {
        private final List<BlockHeader> blocks = new ArrayList<>();
        private final Random random;
        private double failing;
        private UnaryOperator<RawLog> lie = UnaryOperator.identity();

        Chain(Random random) {
            this.random = random;
            grow(random.nextInt(3));
        }

        void grow(long seconds) {
            int number = blocks.size();
            long before = number == 0
                    ? PARAMETERS.startOf(FIRST_TIMESTEP)
                    : blocks.getLast().timestampSeconds();
            blocks.add(new BlockHeader(number, Bytes32.leftPad(Bytes.ofUnsignedInt(number + 1L)), before + seconds));
        }

        @Override
        public BlockHeader head() {
            failSometimes();
            return blocks.getLast();
        }

        @Override
        public BlockHeader header(long number) {
            failSometimes();
            return blocks.get((int) number);
        }

        @Override
        public List<RawLog> logs(long fromBlock, long toBlock) {
            failSometimes();
            var logs = new ArrayList<RawLog>();
            for (long block = fromBlock; block <= toBlock; block++) {
                logs.add(lie.apply(groupRegistered(block)));
            }
            return logs;
        }

        private void failSometimes() {
            if (random.nextDouble() < failing) {
                throw new LedgerException("the node did not answer");
            }
        }

        private static RawLog groupRegistered(long block) {
            var topic =
                    Bytes32.fromHexString(Hash.sha3String("GroupRegistered(uint32,uint8,uint32,uint32,uint8,uint16)"));
            var word = Bytes32.ZERO;
            return new RawLog(
                    block,
                    0,
                    Bytes.repeat((byte) 1, 20),
                    List.of(topic, Bytes32.leftPad(Bytes.ofUnsignedInt(block - 1)), Bytes32.leftPad(Bytes.of(1))),
                    Bytes.concatenate(word, word, word, word));
        }
    }

    @RepeatedTest(10)
    void handlesEveryEventOnceThoughTheNodeFails(RepetitionInfo repetition) {
        var chain = new Chain(new Random(repetition.getCurrentRepetition()));
        var handled = new ArrayList<TimestepEvent>();
        try (var store = OracleStore.open(folder.resolve("data"), "a network")) {
            var follower = follower(chain, store, 0, snapshots());
            chain.failing = 0.3;
            while (chain.blocks.size() < BLOCKS) {
                chain.grow(chain.random.nextInt(20) == 0 ? chain.random.nextInt(3_000) : chain.random.nextInt(30));
                advance(follower, handled);
            }
            chain.failing = 0;
            advance(follower, handled);
            assertThat(follower.state().groups()).hasSize(BLOCKS - 1);
        }

        var clock = new TimestepClock(
                PARAMETERS, FIRST_TIMESTEP, chain.blocks.getFirst().timestampSeconds());
        assertThat(handled.stream().map(TimestepEvent::sequence).toList())
                .isEqualTo(chain.blocks.stream()
                        .flatMap(block -> clock.onBlock(block).stream())
                        .map(TimestepEvent::sequence)
                        .toList());
    }

    @RepeatedTest(10)
    void goesOnFromTheStoreAfterAnyEnd(RepetitionInfo repetition) {
        var chain = new Chain(new Random(repetition.getCurrentRepetition()));
        while (chain.blocks.size() < BLOCKS) {
            for (int i = 0; i < 1 + chain.random.nextInt(60); i++) {
                chain.grow(chain.random.nextInt(100));
            }
            try (var store = OracleStore.open(folder.resolve("data"), "a network")) {
                long now = chain.head().timestampSeconds();
                var snapshots = repetition.getCurrentRepetition() % 2 == 0 ? null : snapshots();
                var follower = follower(chain, store, PARAMETERS.startOf(PARAMETERS.timestepAt(now)), snapshots);
                var handled = new ArrayList<TimestepEvent>();
                advance(follower, handled);
                assertThat(follower.state().groups()).hasSize(chain.blocks.size() - 1);
                // what is still to be done in the running timestep is told again
                assertThat(handled.stream()
                                .filter(event -> !event.missed())
                                .map(TimestepEvent::timestep)
                                .collect(Collectors.toSet()))
                        .isSubsetOf(PARAMETERS.timestepAt(now));
            }
        }
    }

    @RepeatedTest(5)
    void readsNoLogBeforeItsSnapshot(RepetitionInfo repetition) throws SQLException {
        var chain = new Chain(new Random(repetition.getCurrentRepetition()));
        followOn(chain, 6);
        long snapshot = newestSnapshot(chain);
        assertThat(snapshot).isGreaterThan(BLOCKS_PER_SNAPSHOT);
        grow(chain, 40);
        // what lies before it could not be folded any more
        forgetLogsUpTo(snapshot);
        try (var store = OracleStore.open(folder.resolve("data"), "a network")) {
            var follower = follower(chain, store, now(chain), snapshots());
            advance(follower, new ArrayList<>());
            assertThat(follower.state().groups()).hasSize(chain.blocks.size() - 1);
        }
        try (var store = OracleStore.open(folder.resolve("data"), "a network")) {
            var follower = follower(chain, store, now(chain));
            assertThatThrownBy(() -> follower.advance((event, fold, head) -> {}))
                    .isInstanceOf(LedgerException.class)
                    .hasMessageContaining("contradict each other");
        }
        assertThat(notes).isEmpty();
    }

    @Test
    void readsTheLogsWhenASnapshotIsSpoiled() throws IOException {
        var chain = new Chain(new Random(1));
        followOn(chain, 6);
        try (var files = Files.list(folder.resolve("data/snapshots"))) {
            for (Path file : files.toList()) {
                byte[] bytes = Files.readAllBytes(file);
                Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));
            }
        }
        try (var store = OracleStore.open(folder.resolve("data"), "a network")) {
            var follower = follower(chain, store, now(chain), snapshots());
            advance(follower, new ArrayList<>());
            assertThat(follower.state().groups()).hasSize(chain.blocks.size() - 1);
        }
        assertThat(notes).isNotEmpty().allMatch(note -> note.contains("is set aside"));
    }

    /** As a mistake of this program would write it: nothing is wrong with the file. */
    @Test
    void readsTheLogsWhenTheyDoNotGoOnFromASnapshot() {
        var chain = new Chain(new Random(1));
        followOn(chain, 6);
        long snapshot = newestSnapshot(chain);
        var wrong = snapshots()
                .take(chain.header(snapshot), new Fold(new LedgerState()))
                .orElseThrow();
        assertThat(snapshots().write(wrong)).isTrue();
        grow(chain, 40);
        try (var store = OracleStore.open(folder.resolve("data"), "a network")) {
            var follower = follower(chain, store, now(chain), snapshots());
            assertThatThrownBy(() -> follower.advance((event, fold, head) -> {}))
                    .isInstanceOf(LedgerException.class)
                    .hasMessageContaining("contradict each other");
            advance(follower, new ArrayList<>());
            assertThat(follower.state().groups()).hasSize(chain.blocks.size() - 1);
        }
    }

    /** An oracle that runs for some timesteps. */
    private void followOn(Chain chain, int timesteps) {
        try (var store = OracleStore.open(folder.resolve("data"), "a network")) {
            var follower = follower(chain, store, 0, snapshots());
            long end = chain.head().timestampSeconds() + timesteps * 900L;
            while (chain.head().timestampSeconds() < end) {
                grow(chain, 1);
                advance(follower, new ArrayList<>());
            }
        }
    }

    private void forgetLogsUpTo(long block) throws SQLException {
        try (var connection = DriverManager.getConnection(
                        "jdbc:h2:file:" + folder.toAbsolutePath().resolve("data/oracle"));
                var delete = connection.prepareStatement("delete from logs where block <= ?")) {
            delete.setLong(1, block);
            assertThat(delete.executeUpdate()).isEqualTo((int) block);
        }
    }

    @Test
    void refusesAnotherChainAndAnotherNetwork() {
        var chain = new Chain(new Random(1));
        chain.grow(10);
        try (var store = OracleStore.open(folder.resolve("data"), "a network")) {
            advance(follower(chain, store, 0), new ArrayList<>());
        }
        var another = new Chain(new Random(1));
        another.blocks.set(0, new BlockHeader(0, Bytes32.ZERO, PARAMETERS.startOf(FIRST_TIMESTEP)));
        another.blocks.add(new BlockHeader(1, Bytes32.ZERO, PARAMETERS.startOf(FIRST_TIMESTEP) + 1));
        try (var store = OracleStore.open(folder.resolve("data"), "a network")) {
            assertThatThrownBy(() -> follower(another, store, 0))
                    .isInstanceOf(LedgerException.class)
                    .hasMessageContaining("Maybe the ledger was reset");
        }
        assertThatThrownBy(() -> OracleStore.open(folder.resolve("data"), "another network"))
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining("belongs to a network, not to another network");
    }

    @Test
    void storesNothingThatDoesNotFold() {
        var chain = new Chain(new Random(1));
        chain.grow(10);
        chain.grow(10);
        try (var store = OracleStore.open(folder.resolve("data"), "a network")) {
            var follower = follower(chain, store, 0);
            advance(follower, new ArrayList<>());
            chain.grow(10);
            var good = chain.lie;
            chain.lie = log ->
                    new RawLog(log.block(), 0, log.address(), log.topics().subList(0, 1), log.data());
            assertThatThrownBy(() -> follower.advance((event, fold, head) -> {}))
                    .isInstanceOf(LedgerException.class)
                    .hasMessageContaining("contradict each other");
            chain.lie = good;
            // the same node tells the truth again, or another one does
            advance(follower, new ArrayList<>());
            assertThat(follower.state().groups()).hasSize(3);
        }
    }

    @Test
    void refusesANodeThatGoesOverToAnotherChain() {
        var chain = new Chain(new Random(1));
        chain.grow(10);
        try (var store = OracleStore.open(folder.resolve("data"), "a network")) {
            var follower = follower(chain, store, 0);
            advance(follower, new ArrayList<>());
            chain.blocks.set(
                    1, new BlockHeader(1, Bytes32.ZERO, chain.blocks.get(1).timestampSeconds()));
            chain.grow(10);
            assertThatThrownBy(() -> follower.advance((event, fold, head) -> {}))
                    .isInstanceOf(LedgerException.class)
                    .hasMessageContaining("Maybe the ledger was reset");
            assertThat(store.cursor().orElseThrow().number()).isEqualTo(1);
        }
    }

    private static LedgerFollower follower(Chain chain, OracleStore store, long moment) {
        return follower(chain, store, moment, null);
    }

    private static LedgerFollower follower(
            Chain chain, OracleStore store, long moment, @Nullable SnapshotFolder snapshots) {
        var source = HeaderTimestepSource.fromMoment(chain, PARAMETERS, FIRST_TIMESTEP, 0, moment);
        return new LedgerFollower(chain, store, source, chain.header(0), NETWORK, snapshots, BLOCKS_PER_SNAPSHOT);
    }

    private SnapshotFolder snapshots() {
        return new SnapshotFolder(folder.resolve("data/snapshots"), NETWORK, notes::add);
    }

    private long newestSnapshot(Chain chain) {
        return snapshots().newest(Long.MAX_VALUE, chain).orElseThrow().block().number();
    }

    /** The start of the timestep that the newest block lies in: an oracle begins with the gate before it. */
    private static long now(Chain chain) {
        return PARAMETERS.startOf(PARAMETERS.timestepAt(chain.head().timestampSeconds())) - PARAMETERS.gateSeconds();
    }

    private static void grow(Chain chain, int blocks) {
        for (int i = 0; i < blocks; i++) {
            chain.grow(1 + chain.random.nextInt(100));
        }
    }

    private static void advance(LedgerFollower follower, List<TimestepEvent> handled) {
        try {
            follower.advance((event, fold, head) -> {
                // block n registers the n-th group: the state is folded up to the snapshot, and no further
                assertThat(fold.state().groups()).hasSize((int) event.snapshotBlock());
                handled.add(event);
            });
        } catch (LedgerException e) {
            assertThat(e).hasMessage("the node did not answer");
        }
    }
}

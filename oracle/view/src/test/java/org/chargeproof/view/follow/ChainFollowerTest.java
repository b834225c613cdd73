package org.chargeproof.view.follow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.protocol.ledger.RawLog;
import org.chargeproof.protocol.time.TimestepEvent;
import org.chargeproof.protocol.time.TimestepEvent.Kind;
import org.chargeproof.view.verify.PlanSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.web3j.abi.datatypes.Address;

/** Every node tells the same story, whatever happens to it. */
class ChainFollowerTest {
    private static final int TIMESTEP_SECONDS = 30;
    private static final int FIRST_TIMESTEP = 1_000;
    private static final int SEEDS = Boolean.getBoolean("chargeproof.long") ? 20 : 6;
    private static final long START = (long) FIRST_TIMESTEP * TIMESTEP_SECONDS + 3;
    private static final History HISTORY = new History(100, 1_000);

    @TempDir
    private Path temporary;

    @Test
    void tellsEveryEventOnceAndInOrderOverHaltsOfTheNetwork() {
        var chain = chain(7, 300);
        var events = follow(chain, temporary, chain.head().number());
        long sequence = 0;
        for (TimestepEvent e : events) {
            assertThat(e.sequence()).isEqualTo(sequence++);
            assertThat(e.kind()).isEqualTo(e.sequence() % 2 == 0 ? Kind.GATE_CLOSED : Kind.TIMESTEP_STARTED);
            assertThat(e.timestep()).isEqualTo((int) (FIRST_TIMESTEP + (e.sequence() + 1) / 2));
            assertThat(e.snapshotBlock()).isEqualTo(e.block() - 1);
        }
        assertThat(events).anyMatch(TimestepEvent::missed).anyMatch(e -> !e.missed());
        long last = chain.head().timestampSeconds() / TIMESTEP_SECONDS;
        assertThat(events.getLast().timestep()).isGreaterThanOrEqualTo((int) last - 1);
    }

    @Test
    void writesTheSameJournalWhateverHappensToTheNode() throws IOException {
        var verdicts = new ArrayList<String>();
        for (int seed = 1; seed <= SEEDS; seed++) {
            var chain = chain(seed, 120);
            Path syncedFromGenesis = temporary.resolve("synced" + seed);
            follow(chain, syncedFromGenesis, chain.head().number());
            byte[] expected = Files.readAllBytes(Journal.in(syncedFromGenesis));

            var random = new Random(seed);
            Path restarted = temporary.resolve("restarted" + seed);
            for (long at = 5; at < chain.head().number(); at += 1 + random.nextInt(40)) {
                follow(chain.upTo(at), restarted, at);
                spoil(Journal.in(restarted), random);
            }
            follow(chain, restarted, chain.head().number());
            assertThat(Files.readString(Journal.in(restarted)))
                    .as("seed %d", seed)
                    .isEqualTo(new String(expected, StandardCharsets.UTF_8));
            verdicts.add(new String(expected, StandardCharsets.UTF_8));
        }
        assertThat(String.join("", verdicts)).contains("MISMATCH", "UNVERIFIED");
    }

    @Test
    void writesAJournalOfAnotherChainAnew() throws IOException {
        var other = chain(1, 60);
        follow(other, temporary, other.head().number());
        byte[] before = Files.readAllBytes(Journal.in(temporary));
        var chain = chain(2, 60);
        follow(chain, temporary, chain.head().number());
        Path fresh = temporary.resolve("fresh");
        follow(chain, fresh, chain.head().number());
        assertThat(Files.readAllBytes(Journal.in(temporary))).isEqualTo(Files.readAllBytes(Journal.in(fresh)));
        assertThat(Files.readAllBytes(temporary.resolve("journal.jsonl.old"))).isEqualTo(before);
    }

    @Test
    void survivesWhateverGoesWrongAndGoesOn() {
        var chain = chain(3, 50);
        chain.fail(new IllegalStateException("the disk is on fire"));
        var metrics = new CountingMetrics();
        try (var follower = new ChainFollower(
                chain, null, temporary, HISTORY, PlanSource.computingAtOnce(), LogListener::none, metrics)) {
            follower.start();
            await(() -> metrics.errors.get() > 0);
            assertThat(follower.error()).contains("disk is on fire");
            chain.fail(null);
            follower.onBlock();
            await(() -> follower.lagBlocks() == 0);
            assertThat(follower.error()).isEmpty();
            assertThat(metrics.events.get()).isPositive();
        }
    }

    @Test
    void keepsWhatItKnowsWhileANodeDoesNotAnswer() {
        var chain = chain(3, 50);
        var metrics = new CountingMetrics();
        try (var follower = new ChainFollower(
                chain, null, temporary, HISTORY, PlanSource.computingWhenAsked(), LogListener::none, metrics)) {
            follower.start();
            await(() -> follower.lagBlocks() == 0);
            var tracker = follower.tracker();
            chain.fail(new ChainException("the node restarts"));
            chain.add(chain.head().timestampSeconds() + 1);
            follower.onBlock();
            await(() -> metrics.errors.get() > 0);
            assertThat(follower.error()).isEqualTo("the node restarts");
            assertThat(follower.tracker()).isEqualTo(tracker);
            chain.fail(null);
            await(() -> follower.lagBlocks() == 0 && follower.error().isEmpty());
            assertThat(follower.tracker()).isEqualTo(tracker);
        }
    }

    @Test
    void followsTheFirstNetworkOrTheOneThatIsNamed() {
        var chain = new MemoryChain(START);
        String second = MemoryChain.address(9);
        // somebody's event with the right name but other contents stops nobody
        chain.add(START + 1, MemoryChain.log(MemoryChain.address(7), "NetworkLinked(string)", 0, "chargeproof/7"));
        chain.add(START + 1, MemoryChain.linked(MemoryChain.address(6), "chargeproof/7", 1, FIRST_TIMESTEP, 0));
        chain.add(START + 1, MemoryChain.linked(MemoryChain.address(6), "chargeproof/7", 99, FIRST_TIMESTEP, 30));
        chain.add(START + 2, MemoryChain.linked(MemoryChain.address(8), "chargeproof/99", 2, FIRST_TIMESTEP, 30));
        chain.add(START + 3, MemoryChain.linked(MemoryChain.CONSORTIUM, "chargeproof/7", 3, FIRST_TIMESTEP, 30));
        chain.add(START + 4, MemoryChain.linked(second, "chargeproof/7", 3, FIRST_TIMESTEP / 2, 60));
        assertThat(found(chain, null, "a")).isEqualTo(MemoryChain.CONSORTIUM);
        assertThat(found(chain, Bytes.fromHexString(second), "b")).isEqualTo(second);
        try (var follower = new ChainFollower(
                chain,
                Bytes.fromHexString(MemoryChain.address(8)),
                temporary.resolve("c"),
                HISTORY,
                PlanSource.computingAtOnce(),
                LogListener::none,
                new CountingMetrics())) {
            follower.start();
            await(() -> !follower.error().isEmpty());
            assertThat(follower.error()).contains("chargeproof/99");
        }
    }

    @Test
    void followsAMarketThatNamesOneAddressTwice() {
        var chain = new MemoryChain(START);
        var one = new Address(MemoryChain.address(9));
        chain.add(
                START + 1,
                MemoryChain.linked(MemoryChain.CONSORTIUM, "chargeproof/7", 1, FIRST_TIMESTEP, TIMESTEP_SECONDS),
                MemoryChain.log(
                        MemoryChain.CONSORTIUM,
                        "MarketLinked(address,address,address,address,address,address,uint16,uint16,uint32,uint32)",
                        0,
                        one,
                        one,
                        one,
                        one,
                        one,
                        one,
                        4,
                        2,
                        1_000,
                        1_000_000));
        chain.add(START + 10 * TIMESTEP_SECONDS);
        assertThat(follow(chain, temporary, 2)).isNotEmpty();
    }

    private String found(MemoryChain chain, Bytes contract, String folder) {
        try (var follower = new ChainFollower(
                chain,
                contract,
                temporary.resolve(folder),
                HISTORY,
                PlanSource.computingAtOnce(),
                LogListener::none,
                new CountingMetrics())) {
            follower.start();
            await(() -> follower.lagBlocks() == 0);
            return follower.tracker().orElseThrow().network().contract().toHexString();
        }
    }

    private static List<TimestepEvent> follow(MemoryChain chain, Path folder, long until) {
        try (var follower = new ChainFollower(
                chain, null, folder, HISTORY, PlanSource.computingAtOnce(), LogListener::none, new CountingMetrics())) {
            follower.start();
            await(() -> follower.lagBlocks() == 0 || !follower.error().isEmpty());
            assertThat(follower.error()).isEmpty();
            return follower.tracker()
                    .map(t -> t.read(s -> {
                        assertThat(s.processed().number()).isEqualTo(until);
                        return List.copyOf(s.events());
                    }))
                    .orElse(List.of());
        }
    }

    /**
     * Blocks at random times, with halts of up to five timesteps, and posts of wrong plans: an algorithm is on chain from the
     * third timestep on.
     */
    private static MemoryChain chain(int seed, int blocks) {
        var random = new Random(seed);
        var chain = new MemoryChain(START - 50 - seed);
        chain.add(START);
        chain.add(
                START + 1,
                MemoryChain.linked(MemoryChain.CONSORTIUM, "chargeproof/7", 1, FIRST_TIMESTEP, TIMESTEP_SECONDS));
        chain.add(
                START + 1,
                MemoryChain.log(
                        MemoryChain.ASSETS,
                        "GroupRegistered(uint32,uint8,uint32,uint32,uint8,uint16)",
                        2,
                        0,
                        1,
                        40_000,
                        10_000,
                        1,
                        200),
                MemoryChain.log(
                        MemoryChain.ASSETS,
                        "ChargePointRegistered(uint32,uint32,uint8,uint32,uint32,string)",
                        3,
                        0,
                        0,
                        1,
                        22_000,
                        4_140,
                        "NO*AUR*E0"));
        chain.add(START + 2, PlannerJar.logs(FIRST_TIMESTEP + 3));
        for (int i = 0; i < blocks; i++) {
            long time = chain.head().timestampSeconds()
                    + switch (random.nextInt(20)) {
                        case 0 -> random.nextInt(5 * TIMESTEP_SECONDS);
                        case 1 -> random.nextInt(TIMESTEP_SECONDS);
                        default -> 1 + random.nextInt(4);
                    };
            int timestep = (int) (time / TIMESTEP_SECONDS) + 1;
            var logs = new ArrayList<RawLog>();
            if (random.nextInt(10) == 0) {
                logs.add(post(timestep, random.nextInt(4) + 1));
            }
            if (random.nextInt(10) == 0) {
                // not of this network
                logs.add(MemoryChain.log(
                        MemoryChain.address(99), "PlanFinal(uint32,uint8,uint8,uint8)", 1, timestep, 0, 3, 4));
            }
            chain.add(time, logs.toArray(RawLog[]::new));
        }
        return chain;
    }

    private static RawLog post(int timestep, int operator) {
        return MemoryChain.log(
                MemoryChain.PLANS,
                "PlanPosted(uint32,uint8,uint8,uint64,bytes32,bytes32,bytes32,bytes32,bytes,bytes)",
                2,
                timestep,
                operator,
                0,
                5,
                Bytes32.ZERO,
                Bytes32.ZERO,
                Bytes32.ZERO,
                Bytes32.ZERO,
                Bytes.EMPTY,
                Bytes.EMPTY);
    }

    /** What a power cut leaves behind: half a line, rubbish, or less than was written. */
    private static void spoil(Path journal, Random random) throws IOException {
        if (!Files.exists(journal)) {
            return;
        }
        switch (random.nextInt(4)) {
            case 0 -> Files.writeString(journal, "{\"block\":12,\"ha", StandardOpenOption.APPEND);
            case 1 -> Files.write(journal, new byte[100], StandardOpenOption.APPEND);
            case 2 -> {
                byte[] all = Files.readAllBytes(journal);
                Files.write(journal, Arrays.copyOf(all, all.length - random.nextInt(all.length)));
            }
            default -> Files.write(journal, "not a line\n".getBytes(StandardCharsets.UTF_8), StandardOpenOption.APPEND);
        }
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + 20_000_000_000L;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("within 20 s").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }
}

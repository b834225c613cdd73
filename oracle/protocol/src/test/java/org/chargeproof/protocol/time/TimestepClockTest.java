package org.chargeproof.protocol.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.protocol.time.TimestepEvent.Kind;
import org.junit.jupiter.api.Test;

class TimestepClockTest {
    private static final NetworkParameters QUARTERS = new NetworkParameters(900, 60, 5, 4, 2, 3);
    private static final int FIRST = 2_000_000;
    private static final int CHAINS = 300;

    @Test
    void closesGateAndStartsTimestepAtTheFirstBlocksThatReachThem() {
        var clock = clock(start(FIRST) + 10);
        assertThat(clock.nextMoment()).isEqualTo(start(FIRST) + 840);
        assertThat(clock.onBlock(block(7, start(FIRST) + 839))).isEmpty();
        assertThat(clock.onBlock(block(8, start(FIRST) + 840)))
                .containsExactly(
                        new TimestepEvent(Kind.GATE_CLOSED, 0, FIRST, 8, hash(8), start(FIRST) + 840, 7, false));
        assertThat(clock.nextMoment()).isEqualTo(start(FIRST + 1));
        assertThat(clock.onBlock(block(9, start(FIRST) + 899))).isEmpty();
        assertThat(clock.onBlock(block(10, start(FIRST) + 903)))
                .containsExactly(new TimestepEvent(
                        Kind.TIMESTEP_STARTED, 1, FIRST + 1, 10, hash(10), start(FIRST) + 903, 9, false));
    }

    @Test
    void bringsSkippedTimestepsInOrderAndSaysWhichWereMissed() {
        var clock = clock(start(FIRST) + 10);
        var events = clock.onBlock(block(2, start(FIRST + 2) + 850));
        assertThat(events)
                .extracting(TimestepEvent::kind)
                .containsExactly(
                        Kind.GATE_CLOSED,
                        Kind.TIMESTEP_STARTED,
                        Kind.GATE_CLOSED,
                        Kind.TIMESTEP_STARTED,
                        Kind.GATE_CLOSED);
        assertThat(events)
                .extracting(TimestepEvent::timestep)
                .containsExactly(FIRST, FIRST + 1, FIRST + 1, FIRST + 2, FIRST + 2);
        assertThat(events).extracting(TimestepEvent::missed).containsExactly(true, true, true, false, false);
        assertThat(events).extracting(TimestepEvent::snapshotBlock).containsOnly(1L);
    }

    @Test
    void beginsWithAStartWhenDeployedBehindTheGate() {
        var events = clock(start(FIRST) + 850).onBlock(block(2, start(FIRST + 1)));
        assertThat(events).hasSize(1);
        assertThat(events.getFirst().kind()).isEqualTo(Kind.TIMESTEP_STARTED);
        assertThat(events.getFirst().sequence()).isEqualTo(1);
    }

    @Test
    void throwsWhenABlockGoesBackInTime() {
        var clock = clock(start(FIRST) + 10);
        assertThatThrownBy(() -> clock.onBlock(block(3, start(FIRST) + 9)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("block 3")
                .hasMessageContaining("must come in order");
    }

    @Test
    void sequenceHasNoGapAndNoEventComesTwice() {
        for (int seed = 0; seed < CHAINS; seed++) {
            var chain = chain(seed);
            var events = feedAll(chain, 0);
            long expected = events.isEmpty() ? 0 : events.getFirst().sequence();
            for (var event : events) {
                assertThat(event.sequence()).as("seed %d", seed).isEqualTo(expected++);
                assertThat(event.sequence() % 2 == 0).isEqualTo(event.kind() == Kind.GATE_CLOSED);
            }
        }
    }

    @Test
    void everyMomentUpToTheHeadHasItsEvent() {
        for (int seed = 0; seed < CHAINS; seed++) {
            var chain = chain(seed);
            var events = feedAll(chain, 0);
            long from = chain.getFirst().timestampSeconds();
            long to = chain.getLast().timestampSeconds();
            int expected = 0;
            for (int k = FIRST; QUARTERS.startOf(k) <= to; k++) {
                expected += from < QUARTERS.startOf(k) ? 1 : 0;
                expected += from < QUARTERS.gateOf(k) && QUARTERS.gateOf(k) <= to ? 1 : 0;
            }
            assertThat(events).as("seed %d", seed).hasSize(expected);
        }
    }

    @Test
    void snapshotIsTheLastBlockBeforeTheMoment() {
        for (int seed = 0; seed < CHAINS; seed++) {
            var chain = chain(seed);
            for (var event : feedAll(chain, 0)) {
                long moment = event.kind() == Kind.GATE_CLOSED
                        ? QUARTERS.gateOf(event.timestep())
                        : QUARTERS.startOf(event.timestep());
                assertThat(event.snapshotBlock()).isEqualTo(event.block() - 1);
                assertThat(at(chain, event.snapshotBlock()).timestampSeconds()).isLessThan(moment);
                assertThat(at(chain, event.block()).timestampSeconds()).isGreaterThanOrEqualTo(moment);
                assertThat(event.missed())
                        .isEqualTo(event.blockTimestampSeconds() >= QUARTERS.startOf(event.timestep() + 1));
            }
        }
    }

    @Test
    void feedingOnlyBlocksAtWhichAMomentCameGivesTheSameEvents() {
        for (int seed = 0; seed < CHAINS; seed++) {
            var chain = chain(seed);
            var clock = clock(chain.getFirst().timestampSeconds());
            var events = new ArrayList<TimestepEvent>();
            for (var header : chain) {
                if (header.timestampSeconds() >= clock.nextMoment()) {
                    events.addAll(clock.onBlock(header));
                }
            }
            assertThat(events).as("seed %d", seed).isEqualTo(feedAll(chain, 0));
        }
    }

    @Test
    void goesOnFromAnyBlockAsIfItHadNotStopped() {
        for (int seed = 0; seed < CHAINS; seed++) {
            var chain = chain(seed);
            var all = feedAll(chain, 0);
            int stop = new Random(seed).nextInt(chain.size());
            long seen = chain.get(stop).number();
            assertThat(feedAll(chain, stop))
                    .as("seed %d, stopped behind block %d", seed, seen)
                    .isEqualTo(all.stream().filter(e -> e.block() > seen).toList());
        }
    }

    @Test
    void quorumIsMoreThanTwoThirds() {
        for (int members = 1; members <= 31; members++) {
            int quorum = QUARTERS.quorum(members);
            assertThat(3 * quorum).isGreaterThan(2 * members);
            assertThat(3 * (quorum - 1)).isLessThanOrEqualTo(2 * members);
        }
    }

    /** Blocks at uneven distances: usual ones, some late, now and then a halt over several timesteps, some in the same second. */
    private static List<BlockHeader> chain(int seed) {
        var random = new Random(seed);
        var chain = new ArrayList<BlockHeader>();
        long seconds = start(FIRST) + random.nextInt(900);
        int blocks = 1 + random.nextInt(120);
        for (int i = 0; i < blocks; i++) {
            chain.add(block(100 + i, seconds));
            seconds += switch (random.nextInt(10)) {
                case 0 -> 0;
                case 1 -> random.nextInt(900);
                case 2 -> random.nextInt(4_000);
                case 3 -> Math.floorMod(-seconds, 60); // right on a boundary
                default -> random.nextInt(30);
            };
        }
        return chain;
    }

    private static List<TimestepEvent> feedAll(List<BlockHeader> chain, int seenIndex) {
        var clock = clock(chain.get(seenIndex).timestampSeconds());
        var events = new ArrayList<TimestepEvent>();
        for (var header : chain.subList(seenIndex + 1, chain.size())) {
            events.addAll(clock.onBlock(header));
        }
        return events;
    }

    private static TimestepClock clock(long seenSeconds) {
        return new TimestepClock(QUARTERS, FIRST, seenSeconds);
    }

    private static long start(int timestep) {
        return timestep * 900L;
    }

    private static BlockHeader at(List<BlockHeader> chain, long number) {
        return chain.get((int) (number - chain.getFirst().number()));
    }

    private static BlockHeader block(long number, long seconds) {
        return new BlockHeader(number, hash(number), seconds);
    }

    private static Bytes32 hash(long number) {
        return Bytes32.leftPad(Bytes.ofUnsignedLong(number));
    }
}

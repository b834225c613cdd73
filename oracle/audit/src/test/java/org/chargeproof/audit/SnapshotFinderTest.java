package org.chargeproof.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class SnapshotFinderTest {
    @Test
    void findsTheLastBlockBeforeEachMoment() {
        for (int seed = 0; seed < 500; seed++) {
            var random = new Random(seed);
            var ledger = new MemoryLedger();
            long seconds = 1_000;
            int blocks = 1 + random.nextInt(200);
            for (int i = 0; i < blocks; i++) {
                ledger.block(seconds);
                seconds += random.nextInt(10) == 0 ? random.nextInt(3_000) : random.nextInt(6);
            }
            var finder = new SnapshotFinder(ledger, ledger.header(MemoryLedger.FIRST_BLOCK), ledger.head());
            for (long moment = 1_001L + random.nextInt(50); moment < seconds + 2_000; moment += random.nextInt(200)) {
                long expected = MemoryLedger.FIRST_BLOCK;
                while (expected < ledger.head().number()
                        && ledger.header(expected + 1).timestampSeconds() < moment) {
                    expected++;
                }
                assertThat(finder.lastBefore(moment).number())
                        .as("seed %d, moment %d", seed, moment)
                        .isEqualTo(expected);
            }
        }
    }

    @Test
    void asksForFewHeadersWhenBlocksComeSteadily() {
        var ledger = new MemoryLedger();
        for (int i = 0; i < 180 * 96; i++) {
            ledger.block(1_000 + 5L * i);
        }
        var finder = new SnapshotFinder(ledger, ledger.header(MemoryLedger.FIRST_BLOCK), ledger.head());
        ledger.headersAsked = 0;
        for (int k = 1; k < 96; k++) {
            finder.lastBefore(1_000 + 900L * k);
        }
        assertThat(ledger.headersAsked).isLessThanOrEqualTo(2 * 95 + 20);
    }
}

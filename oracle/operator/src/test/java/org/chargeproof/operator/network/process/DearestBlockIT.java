package org.chargeproof.operator.network.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.chargeproof.ledger.GasLimits;
import org.chargeproof.ledger.LedgerException;
import org.chargeproof.ledger.Pause;
import org.chargeproof.operator.network.files.Consensus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** What a block full of one thing costs a node; where docs/decisions/0033-flooding.md has its figures from. */
@EnabledIfSystemProperty(named = "chargeproof.abuse", matches = "true", disabledReason = "-Pabuse measures this")
class DearestBlockIT {
    private static final int RUNS = 3;
    private static final int IDLE_MILLIS = 5_000;
    private static final int PRECOMPILED_SINCE = 12;
    /** After this the next validator proposes a block. */
    private static final long ROUND_MILLIS = 4_000;

    private static final String ANYWHERE = "0x00000000000000000000000000000000000000aa";

    @TempDir
    private Path folder;

    @Test
    void aBlockOfInstructionsIsExecutedWithinARound() {
        try (var network = BesuNetwork.create(folder, Consensus.QBFT, 1, BesuFixture.require())) {
            network.startAndAwaitBlocks();
            var node = network.node(1);
            long before = cpuMillis(node);
            Pause.millis(IDLE_MILLIS);
            System.out.printf("idle: %d ms in %d ms%n", cpuMillis(node) - before, IDLE_MILLIS);
            int number = 0;
            for (var load : Bytecode.all().entrySet()) {
                long least = Long.MAX_VALUE;
                for (int i = 0; i < RUNS; i++) {
                    long start = cpuMillis(node);
                    execute(node, load.getValue());
                    least = Math.min(least, cpuMillis(node) - start);
                }
                System.out.printf("%-28s %6d ms for %,d gas%n", load.getKey(), least, GasLimits.BLOCK);
                // precompiled contracts depend on what native libraries Besu finds on the machine
                if (number++ < PRECOMPILED_SINCE) {
                    assertThat(least).as(load.getKey()).isLessThan(ROUND_MILLIS);
                }
            }
        }
    }

    /** Ends without gas, or takes longer than anybody waits. */
    private static void execute(BesuNode node, Bytecode.Load load) {
        try {
            node.rpc()
                    .call(
                            "eth_call",
                            Map.of(
                                    "to",
                                    ANYWHERE,
                                    "gas",
                                    "0x" + Long.toHexString(GasLimits.BLOCK),
                                    "input",
                                    "0x" + load.input()),
                            "latest",
                            Map.of(ANYWHERE, Map.of("code", "0x" + load.runtime())));
        } catch (LedgerException e) {
            assertThat(e).hasMessageFindingMatch("Out of gas|HttpTimeoutException");
        }
    }

    private static long cpuMillis(BesuNode node) {
        return ProcessHandle.of(node.pid().orElseThrow())
                .flatMap(p -> p.info().totalCpuDuration())
                .orElseThrow()
                .toMillis();
    }
}

package org.chargeproof.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a block can cost a node at most, whatever is called in it. */
class DearestBlockIT {
    private static final int RUNS = 3;
    private static final String ANYWHERE = "0x00000000000000000000000000000000000000aa";

    @TempDir
    private Path folder;

    @Test
    void everyBlockIsExecutedWithinABlockPeriod() {
        long gas = Long.getLong("gas", 40_000_000);
        try (var network = BesuNetwork.create(folder, Consensus.QBFT, 1, BesuFixture.require())) {
            network.startAndAwaitBlocks();
            var node = network.node(1);
            long idle = cpuMillis(node);
            org.chargeproof.ledger.Pause.millis(5_000);
            double idlePerMilli = (cpuMillis(node) - idle) / 5_000.0;
            System.out.printf("idle: %.3f of a core%n", idlePerMilli);
            for (var load : Bytecode.all().entrySet()) {
                var best = Duration.ofHours(1);
                for (int i = 0; i < RUNS; i++) {
                    long cpu = cpuMillis(node);
                    long start = System.nanoTime();
                    var answer = call(node, load.getValue(), gas);
                    long wall = (System.nanoTime() - start) / 1_000_000;
                    long used = cpuMillis(node) - cpu;
                    if (i == 0) {
                        System.out.println(load.getKey() + ": " + answer);
                    }
                    System.out.printf("  %-28s cpu %6d ms, wall %6d ms%n", load.getKey(), used, wall);
                    var it = Duration.ofMillis(used);
                    best = it.compareTo(best) < 0 ? it : best;
                }
                System.out.printf("%-28s %6d ms for %,d gas%n", load.getKey(), best.toMillis(), gas);
            }
        }
    }

    private static String call(BesuNode node, Bytecode.Load load, long gas) {
        try {
            return node.rpc()
                    .call(
                            "eth_call",
                            Map.of("to", ANYWHERE, "gas", "0x" + Long.toHexString(gas), "input", "0x" + load.input()),
                            "latest",
                            Map.of(ANYWHERE, Map.of("code", "0x" + load.runtime())))
                    .toString();
        } catch (org.chargeproof.ledger.LedgerException e) {
            return e.getMessage();
        }
    }

    private static long cpuMillis(BesuNode node) {
        return ProcessHandle.of(node.pid().orElseThrow())
                .flatMap(p -> p.info().totalCpuDuration())
                .orElseThrow()
                .toMillis();
    }
}

package org.chargeproof.oracle;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.apache.tuweni.bytes.Bytes;
import org.chargeproof.ledger.Network;
import org.chargeproof.protocol.bill.Settlement;
import org.chargeproof.protocol.plan.TimestepPlan;
import org.chargeproof.protocol.time.BlockHeader;
import org.chargeproof.protocol.time.NetworkParameters;
import org.chargeproof.protocol.time.TimestepEvent;
import org.chargeproof.view.follow.ChainFollower;
import org.chargeproof.view.follow.History;
import org.chargeproof.view.follow.LogListener;
import org.chargeproof.view.follow.ViewMetrics;
import org.chargeproof.view.rpc.JsonRpc;
import org.chargeproof.view.rpc.Methods;
import org.chargeproof.view.verify.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * What app backends ask for, beside an oracle: the view that the plugin has in a node, fed by JSON-RPC, on a thread of its own. The
 * oracle leads: the view begins when the oracle has caught up and has nothing to plan, looks no further, takes the
 * oracle's own plans, and computes one that the oracle has not only when it is posted or asked for.
 */
final class OracleView implements AutoCloseable {
    /** As in the plugin, unless its options say otherwise. */
    private static final History HISTORY = new History(672, 50_000);

    /** A halted ledger may stand behind a gate for ever. */
    private static final long MOST_WAIT_NANOS = TimeUnit.SECONDS.toNanos(60);

    /** As a node's /readiness, unless it is asked for other bounds. */
    private static final long MOST_BLOCKS_BEHIND = 2;

    private final NetworkParameters parameters;
    private final ChainFollower follower;
    private final Methods methods;
    private final JsonRpc rpc;
    private final Supplier<@Nullable BlockHeader> head;
    private final long openedNanos = System.nanoTime();
    private volatile long seen = -1;

    /**
     * @param folder for the journal
     * @param head the newest block that the oracle has read; null before the first
     * @param plans what the oracle has computed, by timestep; null where it has nothing
     * @param bills the same of settlements
     */
    OracleView(
            Network network,
            Path folder,
            Supplier<@Nullable BlockHeader> head,
            IntFunction<@Nullable TimestepPlan> plans,
            IntFunction<@Nullable Settlement> bills,
            OracleMetrics metrics) {
        this.parameters = network.parameters();
        this.head = head;
        this.follower = new ChainFollower(
                new NodeChain(network, head),
                Bytes.fromHexString(network.address()),
                folder,
                HISTORY,
                plans::apply,
                bills::apply,
                LogListener::none,
                new Errors(metrics));
        this.methods = new Methods(() -> seen < 0 ? null : follower, "oracle " + version());
        this.rpc = new JsonRpc(methods);
    }

    /** What the HTTP API answers from. */
    Methods methods() {
        return methods;
    }

    /** What it answers. */
    JsonRpc rpc() {
        return rpc;
    }

    /** Why it does not answer with the ledger's newest state; empty when it does. Waits for nothing. */
    String problem() {
        if (seen < 0) {
            return "/rpc waits until the oracle has caught up and has nothing to plan";
        }
        String error = follower.error();
        if (!error.isEmpty()) {
            return "/rpc does not follow the ledger: " + error;
        }
        long behind = follower.lagBlocks();
        return follower.tracker().isPresent() && behind <= MOST_BLOCKS_BEHIND
                ? ""
                : "/rpc reads the ledger, and is " + behind + " blocks behind";
    }

    /** The oracle has looked at its node. Called by one thread. */
    void follow() {
        BlockHeader newest = head.get();
        if (newest == null || newest.number() == seen) {
            return;
        }
        if (seen < 0) {
            if (isBehindGate(newest) && System.nanoTime() - openedNanos < MOST_WAIT_NANOS) {
                return;
            }
            follower.start();
        }
        seen = newest.number();
        follower.onBlock();
    }

    @Override
    public void close() {
        follower.close();
    }

    /** Then oracles plan, post and attest, the first time with cold code. */
    private boolean isBehindGate(BlockHeader block) {
        return block.timestampSeconds() >= parameters.gateOf(parameters.timestepAt(block.timestampSeconds()));
    }

    private static String version() {
        String version = OracleView.class.getPackage().getImplementationVersion();
        return version == null ? "unpackaged" : version;
    }

    private record Errors(OracleMetrics metrics) implements ViewMetrics {
        @Override
        public void event(TimestepEvent.Kind kind, boolean missed) {
            // the oracle counts its own
        }

        @Override
        public void verdict(Verdict.Result result) {
            // the oracle counts its own
        }

        @Override
        public void replanned(long nanos) {
            // nobody asks
        }

        @Override
        public void error() {
            metrics.viewErrors.increment();
        }
    }
}

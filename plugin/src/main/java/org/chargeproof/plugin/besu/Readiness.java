package org.chargeproof.plugin.besu;

import java.util.Optional;
import java.util.function.Supplier;
import org.chargeproof.view.follow.ChainFollower;
import org.hyperledger.besu.plugin.data.SyncStatus;
import org.hyperledger.besu.plugin.services.HealthCheckService.HealthCheckProvider;
import org.hyperledger.besu.plugin.services.HealthCheckService.HealthCheckResult;
import org.hyperledger.besu.plugin.services.HealthCheckService.ParamSource;
import org.hyperledger.besu.plugin.services.p2p.P2PService;
import org.jspecify.annotations.Nullable;

/**
 * Takes the place of the node's /readiness: what that asks for (minPeers, 1 by default; maxBlocksBehind, 2 by default), and,
 * unless the plugin is switched off, that it has followed the chain as far.
 */
final class Readiness implements HealthCheckProvider {
    private static final int MIN_PEERS = 1;
    private static final int MAX_BLOCKS_BEHIND = 2;

    private final Supplier<@Nullable ChainFollower> follower;
    private volatile @Nullable P2PService peers;
    private volatile boolean follows;
    private volatile long blocksBehind;

    Readiness(Supplier<@Nullable ChainFollower> follower) {
        this.follower = follower;
    }

    /** Besu's options are known only after the check was registered. */
    void start(P2PService service, boolean following) {
        follows = following;
        peers = service;
    }

    void onSyncStatus(Optional<SyncStatus> status) {
        blocksBehind =
                status.map(s -> s.getHighestBlock() - s.getCurrentBlock()).orElse(0L);
    }

    /** What Besu calls up to 26.8. On the node's event loop: nothing here waits. */
    public boolean isHealthy(ParamSource params) {
        var service = peers;
        int minPeers = parameter(params, "minPeers", MIN_PEERS);
        int maxBehind = parameter(params, "maxBlocksBehind", MAX_BLOCKS_BEHIND);
        return service != null
                && minPeers >= 0
                && maxBehind >= 0
                && (!service.isP2pEnabled() || service.getPeerCount() >= minPeers)
                && blocksBehind <= maxBehind
                && (!follows || hasFollowed(maxBehind));
    }

    /** What Besu calls after 26.8. Others have no such result, and never look at this method. */
    public HealthCheckResult check(ParamSource params) {
        return HealthCheckResult.of(isHealthy(params));
    }

    private boolean hasFollowed(int maxBehind) {
        var current = follower.get();
        return current != null
                && current.lagBlocks() <= maxBehind
                && current.error().isEmpty();
    }

    /** -1 for what is no number: then the node is not ready, as with the node's own check. */
    private static int parameter(ParamSource params, String name, int byDefault) {
        @Nullable String text = params.getParam(name);
        if (text == null) {
            return byDefault;
        }
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}

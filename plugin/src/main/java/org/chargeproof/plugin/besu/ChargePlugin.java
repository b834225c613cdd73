package org.chargeproof.plugin.besu;

import java.util.Collection;
import org.chargeproof.view.follow.ChainFollower;
import org.chargeproof.view.follow.History;
import org.chargeproof.view.rpc.Methods;
import org.chargeproof.view.rpc.RpcException;
import org.chargeproof.view.rpc.RpcMethod;
import org.chargeproof.view.verify.PlanSource;
import org.hyperledger.besu.datatypes.PendingTransaction;
import org.hyperledger.besu.plugin.BesuPlugin;
import org.hyperledger.besu.plugin.ServiceManager;
import org.hyperledger.besu.plugin.services.BesuConfiguration;
import org.hyperledger.besu.plugin.services.BesuEvents;
import org.hyperledger.besu.plugin.services.BesuService;
import org.hyperledger.besu.plugin.services.BlockchainService;
import org.hyperledger.besu.plugin.services.HealthCheckService;
import org.hyperledger.besu.plugin.services.MetricsSystem;
import org.hyperledger.besu.plugin.services.PicoCLIOptions;
import org.hyperledger.besu.plugin.services.RpcEndpointService;
import org.hyperledger.besu.plugin.services.TransactionPoolValidatorService;
import org.hyperledger.besu.plugin.services.TransactionSelectionService;
import org.hyperledger.besu.plugin.services.exception.PluginRpcEndpointException;
import org.hyperledger.besu.plugin.services.metrics.MetricCategoryRegistry;
import org.hyperledger.besu.plugin.services.p2p.P2PService;
import org.hyperledger.besu.plugin.services.rpc.PluginRpcRequest;
import org.hyperledger.besu.plugin.services.rpc.RpcMethodError;
import org.hyperledger.besu.plugin.services.transactionpool.TransactionPoolService;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The plugin as Besu loads it: turns block time into timestep events, checks every plan, and answers {@code charge_...}. */
public final class ChargePlugin implements BesuPlugin {
    private static final Logger LOG = LoggerFactory.getLogger(ChargePlugin.class);

    private final ChargeOptions options = new ChargeOptions();
    private final Readiness readiness = new Readiness(this::follower);
    private final PoolPolicy policy = new PoolPolicy(options, this::follower, this::pending, this::onRejection);
    private @Nullable ServiceManager services;
    private volatile @Nullable ChainFollower follower;
    private volatile @Nullable BesuMetrics metrics;
    private long blockListener;
    private long syncListener;
    private long poolListener;

    /** Called by Besu. */
    public ChargePlugin() {
        // nothing yet: Besu makes one for --version too
    }

    @Override
    public void register(ServiceManager context) {
        services = context;
        requireFittingBesu();
        service(PicoCLIOptions.class).addPicoCLIOptions(ChargeOptions.NAMESPACE, options);
        service(MetricCategoryRegistry.class).addMetricCategory(BesuMetrics.Category.CHARGE);
        service(HealthCheckService.class).registerHealthCheck("/readiness", readiness);
        service(TransactionPoolValidatorService.class)
                .registerPluginTransactionValidatorFactory(
                        () -> (transaction, isLocal, hasPriority) -> policy.check(transaction));
        service(TransactionSelectionService.class)
                .registerPluginTransactionSelectorFactory(new FairBlocks(policy::accounts));
        var rpc = service(RpcEndpointService.class);
        new Methods(this::follower, version())
                .byName()
                .forEach((name, method) ->
                        rpc.registerRPCEndpoint(Methods.NAMESPACE, name, request -> answer(method, request)));
    }

    @Override
    public void start() {
        try {
            begin();
        } catch (RuntimeException e) {
            // Besu only says which plugin it was, and ends
            LOG.error("The chargeproof plugin cannot start: {}", e.getMessage());
            throw e;
        }
    }

    private void begin() {
        readiness.start(service(P2PService.class), options.enabled());
        var events = service(BesuEvents.class);
        syncListener = events.addSyncStatusListener(readiness::onSyncStatus);
        if (!options.enabled()) {
            LOG.info("The chargeproof plugin is switched off (--plugin-charge-enabled=false)");
            return;
        }
        var counting = new BesuMetrics(service(MetricsSystem.class), this::follower);
        metrics = counting;
        policy.start();
        poolListener = events.addTransactionAddedListener(policy::added);
        var chain = new BesuChain(service(BlockchainService.class));
        var following = new ChainFollower(
                chain,
                options.contract().orElse(null),
                service(BesuConfiguration.class).getDataPath().resolve("chargeproof"),
                new History(options.historyTimesteps(), options.historySessions()),
                PlanSource.computingAtOnce(),
                policy::listener,
                counting);
        follower = following;
        blockListener = events.addBlockAddedListener(block -> {
            // on the importing thread, inside the blockchain's lock
            long start = System.nanoTime();
            following.onBlock();
            counting.blockListener(System.nanoTime() - start);
        });
        following.start();
        LOG.info("chargeproof plugin {} started", version());
    }

    @Override
    public void stop() {
        var events = service(BesuEvents.class);
        events.removeSyncStatusListener(syncListener);
        var running = follower;
        if (running != null) {
            events.removeBlockAddedListener(blockListener);
            events.removeTransactionAddedListener(poolListener);
            running.close();
        }
    }

    private static void requireFittingBesu() {
        var missing = BesuApi.missing(BesuApi.used(ChargePlugin.class), ChargePlugin.class.getClassLoader());
        if (!missing.isEmpty()) {
            String message = "this Besu does not fit the chargeproof plugin " + version() + ": it lacks "
                    + String.join(", ", missing)
                    + ". Use a version of Besu that the plugin was tried on, or a later plugin.";
            LOG.error("{}", message);
            throw new IllegalStateException(message);
        }
    }

    private @Nullable ChainFollower follower() {
        return follower;
    }

    private Collection<? extends PendingTransaction> pending() {
        return service(TransactionPoolService.class).getPendingTransactions();
    }

    private void onRejection() {
        var counting = metrics;
        if (counting != null) {
            counting.poolRejection();
        }
    }

    private static @Nullable Object answer(RpcMethod method, PluginRpcRequest request) {
        try {
            return method.call(request.getParams());
        } catch (RpcException e) {
            throw new PluginRpcEndpointException(new MethodError(e.code(), String.valueOf(e.getMessage())));
        }
    }

    private record MethodError(int code, String message) implements RpcMethodError {
        @Override
        public int getCode() {
            return code;
        }

        @Override
        public String getMessage() {
            return message;
        }
    }

    private static String version() {
        String version = ChargePlugin.class.getPackage().getImplementationVersion();
        return version == null ? "unpackaged" : version;
    }

    private <T extends BesuService> T service(Class<T> type) {
        if (services == null) {
            throw new IllegalStateException("Besu starts a plugin that it has not registered");
        }
        return services.getService(type)
                .orElseThrow(() -> new IllegalStateException(
                        "this Besu has no " + type.getSimpleName() + ", which the chargeproof plugin needs."
                                + " Use the version of Besu that the plugin was made for."));
    }
}

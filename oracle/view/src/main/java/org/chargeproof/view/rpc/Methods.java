package org.chargeproof.view.rpc;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.chargeproof.view.follow.ChainFollower;
import org.chargeproof.view.follow.NetworkTracker;
import org.chargeproof.view.model.MarketView;
import org.jspecify.annotations.Nullable;

/** All methods of the namespace {@code charge}, by their names behind the underscore. */
public final class Methods {
    /** What stands before the underscore. */
    public static final String NAMESPACE = "charge";

    private final Supplier<@Nullable ChainFollower> follower;
    private final Map<String, RpcMethod> byName = new TreeMap<>();
    private final BillMethods bills = new BillMethods(this);

    /**
     * @param follower null until the node has started
     * @param version of the plugin
     */
    public Methods(Supplier<@Nullable ChainFollower> follower, String version) {
        this.follower = follower;
        new NetworkMethods(this, version).addTo(byName);
        new ChargePointMethods(this).addTo(byName);
        new GroupMethods(this).addTo(byName);
        new ProofMethods(this).addTo(byName);
        new SessionMethods(this).addTo(byName);
        new VerdictMethods(this).addTo(byName);
        bills.addTo(byName);
        new PaymentMethods(this).addTo(byName);
    }

    public Map<String, RpcMethod> byName() {
        return byName;
    }

    /**
     * A session's bill, as {@code charge_bill} tells it. Waits some seconds at most while it is computed.
     *
     * @throws RpcException with {@link RpcException#NOT_FOUND} when there is no such session, or nobody remembers it; or when the network
     *     is not there yet
     */
    public BillMethods.BillOfSession bill(int session) {
        return bills.of(session);
    }

    @Nullable
    ChainFollower follower() {
        return follower.get();
    }

    /**
     * The network as its blocks tell it.
     *
     * @throws RpcException when it is not there yet
     */
    public NetworkTracker tracker() {
        var current = follower.get();
        if (current == null) {
            throw new RpcException(RpcException.NO_NETWORK, "the node is starting; try again in a moment");
        }
        return current.tracker()
                .orElseThrow(() -> new RpcException(
                        RpcException.NO_NETWORK,
                        current.error().isEmpty()
                                ? "the network's contracts are not found on this node's chain yet"
                                        + " (--plugin-charge-contract names another Consortium than the first)"
                                : current.error()));
    }

    /**
     * Lets somebody read a consistent state.
     *
     * @throws RpcException when the network is not there yet
     */
    public <T> T read(Function<NetworkTracker.Snapshot, T> reader) {
        return tracker().read(reader);
    }

    /** Bills, channels and reputations. */
    static MarketView market(NetworkTracker.Snapshot s) {
        var market = s.market();
        if (market == null) {
            throw notFound("this network has no contracts that bill and pay");
        }
        if (!market.problem().isEmpty()) {
            throw notFound(market.problem());
        }
        return market;
    }

    static RpcException notFound(String message) {
        return new RpcException(RpcException.NOT_FOUND, message);
    }
}

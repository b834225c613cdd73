package org.chargeproof.ledger;

import java.io.IOException;
import java.math.BigInteger;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.chargeproof.contracts.AlgorithmRegistry;
import org.chargeproof.contracts.AssetRegistry;
import org.chargeproof.contracts.Channels;
import org.chargeproof.contracts.Charging;
import org.chargeproof.contracts.Consortium;
import org.chargeproof.contracts.Euro;
import org.chargeproof.contracts.FlexibilityToken;
import org.chargeproof.contracts.Meters;
import org.chargeproof.contracts.Plans;
import org.chargeproof.contracts.Settlement;
import org.chargeproof.protocol.ledger.LedgerEvent.MarketLinked;
import org.chargeproof.protocol.ledger.LedgerEvent.NetworkLinked;
import org.chargeproof.protocol.ledger.NetworkIdentity;
import org.chargeproof.protocol.time.NetworkParameters;
import org.jspecify.annotations.Nullable;
import org.web3j.tx.Contract;
import org.web3j.tx.ReadonlyTransactionManager;
import org.web3j.tx.gas.StaticGasProvider;

/** A network's contracts and parameters, found through the one address that everybody knows: the Consortium's. */
public final class Network {
    /** The same as in Consortium. */
    private static final int LEAST_TIMESTEP_SECONDS = 10;

    private static final int MOST_STEPS_PER_HOUR = 60;
    private static final int MOST_QUORUM = 255;

    private final LedgerClient client;
    private final Consortium consortium;
    private final AssetRegistry assets;
    private final Charging charging;
    private final Plans plans;
    private final AlgorithmRegistry algorithms;
    private final @Nullable Market market;
    private final @Nullable MarketLinked marketLinked;
    private final NetworkParameters parameters;
    private final long deployedAtBlock;
    private final int firstTimestep;

    /** The contracts that bill and pay. */
    public record Market(
            Euro euro,
            FlexibilityToken flexibility,
            Settlement settlement,
            Channels channels,
            Meters meters,
            AlgorithmRegistry valuations) {}

    private Network(LedgerClient client, String consortiumAddress) {
        this.client = client;
        var reader = new ReadonlyTransactionManager(client.web3j(), consortiumAddress);
        var noGas = new StaticGasProvider(BigInteger.ZERO, BigInteger.ZERO);
        this.consortium = Consortium.load(consortiumAddress, client.web3j(), reader, noGas);
        var network = client.call(consortium.network());
        this.assets = AssetRegistry.load(network.assets, client.web3j(), reader, noGas);
        this.charging = Charging.load(network.charging, client.web3j(), reader, noGas);
        this.plans = Plans.load(network.plans, client.web3j(), reader, noGas);
        this.algorithms = AlgorithmRegistry.load(network.algorithms, client.web3j(), reader, noGas);
        var m = client.call(consortium.market());
        this.market = isNone(m.euro)
                ? null
                : new Market(
                        Euro.load(m.euro, client.web3j(), reader, noGas),
                        FlexibilityToken.load(m.flexibility, client.web3j(), reader, noGas),
                        Settlement.load(m.settlement, client.web3j(), reader, noGas),
                        Channels.load(m.channels, client.web3j(), reader, noGas),
                        Meters.load(m.meters, client.web3j(), reader, noGas),
                        AlgorithmRegistry.load(m.valuations, client.web3j(), reader, noGas));
        this.marketLinked = market == null ? null : linked(market);
        this.deployedAtBlock = client.understand("a block number", network.deployedAtBlock::longValueExact);
        this.firstTimestep = client.understand("a timestep", network.firstTimestep::intValueExact);
        var p = client.call(consortium.parameters());
        this.parameters = client.understand(
                "parameters of a network",
                () -> new NetworkParameters(
                        p.timestepSeconds.intValueExact(),
                        p.gateSeconds.intValueExact(),
                        p.takeoverSeconds.intValueExact(),
                        p.stepsPerHour.intValueExact(),
                        p.quorumNumerator.intValueExact(),
                        p.quorumDenominator.intValueExact()));
        requirePossible();
    }

    private MarketLinked linked(Market m) {
        var terms = client.call(m.settlement().terms());
        return client.understand(
                "terms of bills",
                () -> new MarketLinked(
                        bytes(m.euro()),
                        bytes(m.flexibility()),
                        bytes(m.settlement()),
                        bytes(m.channels()),
                        bytes(m.meters()),
                        bytes(m.valuations()),
                        terms.settlementTimesteps.intValueExact(),
                        terms.graceTimesteps.intValueExact(),
                        terms.compensationE4.intValueExact(),
                        terms.kappaE6.longValueExact()));
    }

    /** What a Consortium makes sure of, and a node may deny. */
    private void requirePossible() {
        var p = parameters;
        if (p.timestepSeconds() < LEAST_TIMESTEP_SECONDS
                || p.gateSeconds() < 1
                || p.gateSeconds() >= p.timestepSeconds()
                || p.takeoverSeconds() < 1
                || p.takeoverSeconds() >= p.gateSeconds()
                || p.stepsPerHour() < 1
                || p.stepsPerHour() > MOST_STEPS_PER_HOUR
                || p.quorumNumerator() < 1
                || p.quorumNumerator() >= p.quorumDenominator()
                || 2 * p.quorumNumerator() < p.quorumDenominator()
                || p.quorumDenominator() > MOST_QUORUM) {
            throw new LedgerException(
                    client.url() + " says that the network at " + address() + " has " + p
                            + ", which its contract would not have taken. The node does not tell the chain's truth; ask another one.");
        }
        var head = client.head();
        int now = p.timestepAt(head.timestampSeconds());
        if (deployedAtBlock < 0 || deployedAtBlock > head.number() || firstTimestep < 0 || firstTimestep > now) {
            throw new LedgerException(client.url() + " says that the network at " + address()
                    + " was deployed in block "
                    + deployedAtBlock + " and timestep " + firstTimestep + ", but its newest block is " + head.number()
                    + " in timestep " + now + ". Maybe it has not caught up yet.");
        }
    }

    /**
     * Finds a network.
     *
     * @param consortiumAddress 0x and 40 hex digits
     * @throws LedgerException when there is no chargeproof network at that address on the client's chain
     */
    public static Network discover(LedgerClient client, String consortiumAddress) {
        if (!consortiumAddress.matches("0x[0-9a-fA-F]{40}")) {
            throw new LedgerException("'" + consortiumAddress
                    + "' is no contract address. It is 0x and 40 hex digits: the address of the network's Consortium.");
        }
        if (client.code(consortiumAddress).isEmpty()) {
            throw new LedgerException("there is no contract at " + consortiumAddress + " on chain " + client.chainId()
                    + " (" + client.url() + "). Maybe the node follows another chain, or has not caught up yet.");
        }
        String protocol;
        try {
            protocol = client.send(Consortium.load(
                            consortiumAddress,
                            client.web3j(),
                            new ReadonlyTransactionManager(client.web3j(), consortiumAddress),
                            new StaticGasProvider(BigInteger.ZERO, BigInteger.ZERO))
                    .protocol());
        } catch (IOException e) {
            throw new LedgerException(
                    client.url() + " did not answer a call to the contract at " + consortiumAddress + ": "
                            + e.getMessage() + ". Maybe the node is overloaded or has stopped.",
                    e);
        } catch (LedgerException e) {
            throw e;
        } catch (Exception e) {
            throw new LedgerException(
                    "the contract at " + consortiumAddress
                            + " is no chargeproof Consortium. Give the Consortium's address, not that of another contract.",
                    e);
        }
        if (!NetworkLinked.PROTOCOL.equals(protocol)) {
            throw new LedgerException("the network at " + consortiumAddress + " speaks '" + Shown.of(protocol)
                    + "', this program '" + NetworkLinked.PROTOCOL + "'. Use the program that goes with the network.");
        }
        var network = new Network(client, consortiumAddress);
        if (isNone(network.assets.getContractAddress())) {
            throw new LedgerException("the Consortium at " + consortiumAddress
                    + " is not linked to its other contracts yet. Finish its deployment.");
        }
        return network;
    }

    /** The node through which it was found. */
    public LedgerClient client() {
        return client;
    }

    public Consortium consortium() {
        return consortium;
    }

    public AssetRegistry assets() {
        return assets;
    }

    public Charging charging() {
        return charging;
    }

    public Plans plans() {
        return plans;
    }

    public AlgorithmRegistry algorithms() {
        return algorithms;
    }

    /** What bills and pays; null in a network without. */
    public @Nullable Market market() {
        return market;
    }

    /**
     * What bills and pays.
     *
     * @throws LedgerException in a network without
     */
    public Market requireMarket() {
        if (market == null) {
            throw new LedgerException("the network at " + address()
                    + " has no contracts that bill and pay. Maybe its deployment is not finished.");
        }
        return market;
    }

    public NetworkParameters parameters() {
        return parameters;
    }

    /** The one address to know. */
    public String address() {
        return consortium.getContractAddress();
    }

    /** First block that can hold a log. */
    public long deployedAtBlock() {
        return deployedAtBlock;
    }

    /** Timestep in which the network was deployed. */
    public int firstTimestep() {
        return firstTimestep;
    }

    /** What it says of itself, as its log says it that every network begins with. */
    public NetworkIdentity identity() {
        var p = parameters;
        return new NetworkIdentity(
                client.chainId(),
                bytes(consortium),
                new NetworkLinked(
                        NetworkLinked.PROTOCOL,
                        bytes(assets),
                        bytes(charging),
                        bytes(plans),
                        bytes(algorithms),
                        deployedAtBlock,
                        firstTimestep,
                        p.timestepSeconds(),
                        p.gateSeconds(),
                        p.takeoverSeconds(),
                        p.stepsPerHour(),
                        p.quorumNumerator(),
                        p.quorumDenominator()),
                marketLinked);
    }

    private static boolean isNone(String address) {
        return address.matches("0x0+");
    }

    private static Bytes bytes(Contract contract) {
        try {
            return Bytes.fromHexString(contract.getContractAddress());
        } catch (IllegalArgumentException e) {
            throw new LedgerException("the node names contracts that are none: " + e.getMessage(), e);
        }
    }

    /** Where the logs of plans come from. What computes bills has a registry of its own, whose logs must not be taken for those of the planner's. */
    List<String> addresses() {
        return List.of(
                consortium.getContractAddress(),
                assets.getContractAddress(),
                charging.getContractAddress(),
                plans.getContractAddress(),
                algorithms.getContractAddress());
    }
}

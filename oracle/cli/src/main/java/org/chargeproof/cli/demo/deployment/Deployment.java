package org.chargeproof.cli.demo.deployment;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.cli.demo.scenario.Scenario;
import org.chargeproof.console.output.Count;
import org.chargeproof.contracts.AssetRegistry;
import org.chargeproof.ledger.LedgerClient;
import org.chargeproof.ledger.Network;
import org.chargeproof.ledger.TransactionSigner;
import org.chargeproof.operator.consortium.algorithm.Algorithms;
import org.chargeproof.operator.consortium.algorithm.Program;
import org.chargeproof.operator.consortium.member.Contracts;
import org.chargeproof.operator.consortium.member.Founder;
import org.chargeproof.operator.owner.Transactions;
import org.chargeproof.protocol.ledger.GroupPolicy;
import org.chargeproof.protocol.ledger.MarketTerms;
import org.chargeproof.protocol.time.NetworkParameters;
import org.web3j.crypto.Credentials;

/** Puts a network's contracts, operators, assets and algorithm on a ledger. */
public final class Deployment {
    private static final int BATCH = 50;
    private static final int PREPARED_WORDS_AT_ONCE = 500;
    /** 30 cents for a kWh, without VAT of 19 %. */
    private static final int PRICE_E4 = 3_000;

    private static final int VAT_E4 = 1_900;
    private static final int MIDDLE_LATITUDE_E7 = 599_100_000;
    private static final int MIDDLE_LONGITUDE_E7 = 107_500_000;
    /** In ten-millionths of a degree of latitude: half a kilometer, and six meters. */
    private static final int GROUPS_APART_E7 = 50_000;

    private static final int POINTS_APART_E7 = 600;
    private static final int ROW = 6;
    /** Of a circle, in radians. */
    private static final double GOLDEN_ANGLE = Math.PI * (3 - Math.sqrt(5));

    private final LedgerClient client;
    private final Transactions transactions;
    private final Consumer<String> progress;

    /** @param progress is told what is being done */
    public Deployment(LedgerClient client, Transactions transactions, Consumer<String> progress) {
        this.client = client;
        this.transactions = transactions;
        this.progress = progress;
    }

    /** Deploys the contracts by a fresh account, and admits the operators as founders. */
    public Network contracts(NetworkParameters p, List<Keys.Operator> operators) {
        return contracts(Keys.fresh(), p, MarketTerms.DEFAULTS, operators);
    }

    /** The same by a certain account: with it, and a ledger of its own, the addresses are always the same. */
    Network contracts(Credentials deployer, NetworkParameters p, MarketTerms terms, List<Keys.Operator> operators) {
        progress.accept("deploying the contracts");
        return Contracts.deploy(
                client,
                transactions,
                TransactionSigner.of(deployer),
                p,
                terms,
                operators.stream()
                        .map(o -> new Founder(
                                o.name(),
                                o.owner().getAddress(),
                                o.oracle().getAddress(),
                                o.meter().getAddress()))
                        .toList());
    }

    /** Registers groups, charge points and PV, and makes the storage for setpoints ready. */
    public void assets(Network network, Scenario scenario, List<Keys.Operator> operators) {
        progress.accept("registering " + Count.of(scenario.groups().size(), "group") + " and "
                + Count.of(scenario.pointCount(), "charge point"));
        registerGroups(network.assets(), scenario, operators);
        openGroups(network.assets(), scenario, operators);
        registerPoints(network.assets(), scenario, operators);
        int words = (scenario.pointCount() + 15) / 16;
        for (int done = 0; done < words; done += PREPARED_WORDS_AT_ONCE) {
            transactions.sendLarge(
                    operators.getFirst().owner(),
                    "preparing storage",
                    network.plans().getContractAddress(),
                    network.plans().prepare(big(PREPARED_WORDS_AT_ONCE)));
            transactions.confirm();
        }
    }

    private void registerGroups(AssetRegistry assets, Scenario scenario, List<Keys.Operator> operators) {
        int before = -1;
        for (var group : scenario.groups()) {
            if (group.owner() != before) {
                // ids are given in order: of one sender's transactions, but not of several
                transactions.confirm();
                before = group.owner();
            }
            transactions.send(
                    operators.get(group.owner()).owner(),
                    "registering " + group.name(),
                    assets.getContractAddress(),
                    assets.registerGroup(
                            big(group.capacityW()),
                            big(group.otherEquipmentMaxW()),
                            big(GroupPolicy.DEFAULT.code()),
                            big(GroupPolicy.DEFAULT.percent())));
        }
        transactions.confirm();
    }

    private void openGroups(AssetRegistry assets, Scenario scenario, List<Keys.Operator> operators) {
        String to = assets.getContractAddress();
        for (int g = 0; g < scenario.groups().size(); g++) {
            var group = scenario.groups().get(g);
            Credentials owner = operators.get(group.owner()).owner();
            if (group.pvPeakW() > 0) {
                transactions.send(
                        owner,
                        "registering PV of " + group.name(),
                        to,
                        assets.registerPv(big(g), big(group.pvPeakW()), big(group.pvPeakW())));
            }
            for (int guest : group.points().stream()
                    .mapToInt(Scenario.Point::operator)
                    .filter(o -> o != group.owner())
                    .distinct()
                    .toArray()) {
                var points = group.points().stream()
                        .filter(p -> p.operator() == guest)
                        .toList();
                int ratedW =
                        points.stream().mapToInt(Scenario.Point::ratedPowerW).sum();
                transactions.send(
                        owner,
                        "opening " + group.name(),
                        to,
                        assets.openGroup(big(g), big(guest + 1), big(points.size()), big(ratedW)));
            }
        }
        transactions.confirm();
    }

    private void registerPoints(AssetRegistry assets, Scenario scenario, List<Keys.Operator> operators) {
        int operator = -1;
        var batch = new ArrayList<AssetRegistry.ChargePoint>();
        for (int g = 0; g < scenario.groups().size(); g++) {
            int number = 0;
            for (var point : scenario.groups().get(g).points()) {
                if (point.operator() != operator || batch.size() == BATCH) {
                    registerPoints(assets, batch, operators, operator);
                }
                if (point.operator() != operator) {
                    transactions.confirm();
                    operator = point.operator();
                }
                batch.add(new AssetRegistry.ChargePoint(
                        point.evseId(),
                        big(latitudeE7(g, number)),
                        big(longitudeE7(g, number++)),
                        big(point.ratedPowerW()),
                        big(point.minPowerW()),
                        big(g),
                        big(PRICE_E4),
                        big(VAT_E4),
                        big(0),
                        big(0),
                        false));
            }
        }
        registerPoints(assets, batch, operators, operator);
        transactions.confirm();
    }

    /** Groups lie around the middle of a town, each as near to its neighbors as another, and charge points of a group in rows of six. */
    private static int latitudeE7(int group, int number) {
        double spiral = Math.sqrt(group + 1) * Math.sin(group * GOLDEN_ANGLE);
        return MIDDLE_LATITUDE_E7 + (int) (GROUPS_APART_E7 * spiral) + number / ROW * POINTS_APART_E7;
    }

    private static int longitudeE7(int group, int number) {
        double spiral = Math.sqrt(group + 1) * Math.cos(group * GOLDEN_ANGLE);
        return MIDDLE_LONGITUDE_E7 + (int) (2 * GROUPS_APART_E7 * spiral) + number % ROW * 2 * POINTS_APART_E7;
    }

    /** Sends what has come together, if anything has. */
    private void registerPoints(
            AssetRegistry assets, List<AssetRegistry.ChargePoint> batch, List<Keys.Operator> operators, int operator) {
        if (!batch.isEmpty()) {
            transactions.send(
                    operators.get(operator).owner(),
                    "registering charge points",
                    assets.getContractAddress(),
                    assets.registerChargePoints(List.copyOf(batch)));
            batch.clear();
        }
    }

    /** Stores the planner's jar on chain. @return its id */
    public Bytes32 algorithm(Network network, List<Keys.Operator> operators) {
        return store(network, operators, Program.PLANNER);
    }

    /** Stores a program's jar on chain. @return its id */
    public Bytes32 store(Network network, List<Keys.Operator> operators, Program program) {
        var jar = program.jar();
        progress.accept("storing the " + program.words() + " on chain: " + jar.size() + " bytes, SHA-256\n  "
                + jar.id().toUnprefixedHexString());
        var algorithms = new Algorithms(network, program, transactions);
        var owner = TransactionSigner.of(operators.getFirst().owner());
        algorithms.announce(owner, jar);
        algorithms.store(owner, jar, 0);
        algorithms.seal(owner, jar);
        transactions.confirm();
        return jar.id();
    }

    /** Lets as many operators as are needed approve an algorithm from a timestep on. */
    public void approve(Network network, List<Keys.Operator> operators, Bytes32 algorithm, int fromTimestep) {
        approve(network, operators, Program.PLANNER, algorithm, fromTimestep);
    }

    /** The same for any program. */
    public void approve(
            Network network, List<Keys.Operator> operators, Program program, Bytes32 algorithm, int fromTimestep) {
        int needed = network.parameters().quorum(operators.size());
        var algorithms = new Algorithms(network, program, transactions);
        for (var operator : operators.subList(0, needed)) {
            algorithms.approve(TransactionSigner.of(operator.owner()), algorithm, fromTimestep);
        }
        transactions.confirm();
    }

    private static BigInteger big(long value) {
        return BigInteger.valueOf(value);
    }
}

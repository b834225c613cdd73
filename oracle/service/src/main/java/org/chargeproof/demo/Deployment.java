package org.chargeproof.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.contracts.AlgorithmRegistry;
import org.chargeproof.contracts.AssetRegistry;
import org.chargeproof.contracts.Charging;
import org.chargeproof.contracts.Consortium;
import org.chargeproof.contracts.Plans;
import org.chargeproof.input.BadInputException;
import org.chargeproof.ledger.LedgerClient;
import org.chargeproof.ledger.Network;
import org.chargeproof.planner.Planner;
import org.chargeproof.protocol.encoding.Sha256;
import org.chargeproof.protocol.time.NetworkParameters;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.DynamicArray;
import org.web3j.abi.datatypes.Type;
import org.web3j.abi.datatypes.Utf8String;
import org.web3j.crypto.Credentials;
import org.web3j.tx.ReadonlyTransactionManager;
import org.web3j.tx.gas.StaticGasProvider;

/** Puts a network's contracts, operators, assets and algorithm on a ledger. */
final class Deployment {
    private static final int BATCH = 50;
    private static final int PREPARED_WORDS_AT_ONCE = 500;

    private final LedgerClient client;
    private final Transactions transactions;
    private final Consumer<String> progress;

    Deployment(LedgerClient client, Transactions transactions, Consumer<String> progress) {
        this.client = client;
        this.transactions = transactions;
        this.progress = progress;
    }

    /** Deploys the contracts and admits the operators as founders. */
    Network contracts(NetworkParameters p, List<Keys.Operator> operators) {
        progress.accept("deploying the contracts");
        Credentials deployer = Keys.fresh();
        var parameters = new Consortium.Parameters(
                big(p.timestepSeconds()),
                big(p.gateSeconds()),
                big(p.takeoverSeconds()),
                big(p.stepsPerHour()),
                big(p.quorumNumerator()),
                big(p.quorumDenominator()));
        var names = new DynamicArray<>(
                Utf8String.class,
                operators.stream().map(o -> new Utf8String(o.name())).toList());
        var founders = new DynamicArray<>(
                Consortium.Accounts.class,
                operators.stream()
                        .map(o -> new Consortium.Accounts(
                                o.owner().getAddress(),
                                o.oracle().getAddress(),
                                o.meter().getAddress()))
                        .toList());
        String consortium = deploy(deployer, "Consortium", Consortium.BINARY, parameters, names, founders);
        String assets = deploy(deployer, "AssetRegistry", AssetRegistry.BINARY, new Address(consortium));
        String algorithms = deploy(deployer, "AlgorithmRegistry", AlgorithmRegistry.BINARY, new Address(consortium));
        String charging = deploy(deployer, "Charging", Charging.BINARY, new Address(consortium), new Address(assets));
        String plans = deploy(
                deployer,
                "Plans",
                Plans.BINARY,
                new Address(consortium),
                new Address(assets),
                new Address(charging),
                new Address(algorithms));
        transactions.send(
                deployer,
                "linking the contracts",
                consortium,
                Consortium.load(
                                consortium,
                                client.web3j(),
                                new ReadonlyTransactionManager(client.web3j(), deployer.getAddress()),
                                new StaticGasProvider(BigInteger.ZERO, BigInteger.ZERO))
                        .link(assets, charging, plans, algorithms));
        transactions.confirm();
        return Network.discover(client, consortium);
    }

    /** Registers groups, charge points and PV, and makes the storage for setpoints ready. */
    void assets(Network network, Scenario scenario, List<Keys.Operator> operators) {
        progress.accept("registering %d groups and %d charge points"
                .formatted(scenario.groups().size(), scenario.pointCount()));
        registerGroups(network.assets(), scenario, operators);
        openGroups(network.assets(), scenario, operators);
        registerPoints(network.assets(), scenario, operators);
        int words = (scenario.pointCount() + 15) / 16;
        for (int done = 0; done < words; done += PREPARED_WORDS_AT_ONCE) {
            transactions.send(
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
                    assets.registerGroup(big(group.capacityW()), big(group.otherEquipmentMaxW()), big(1), big(200)));
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
                transactions.send(owner, "opening " + group.name(), to, assets.openGroup(big(g), big(guest + 1), true));
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
                        big(599_000_000 + g),
                        big(105_000_000 + ++number),
                        big(point.ratedPowerW()),
                        big(g),
                        big(3_000),
                        big(0),
                        big(0),
                        false));
            }
        }
        registerPoints(assets, batch, operators, operator);
        transactions.confirm();
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
    Bytes32 algorithm(Network network, List<Keys.Operator> operators) {
        byte[] jar = plannerJar();
        Bytes32 id = Sha256.of(jar);
        progress.accept(
                "storing the planner on chain: %d bytes, SHA-256 %s".formatted(jar.length, id.toUnprefixedHexString()));
        var algorithms = network.algorithms();
        String to = algorithms.getContractAddress();
        Credentials owner = operators.getFirst().owner();
        transactions.send(
                owner,
                "announcing the planner",
                to,
                algorithms.start(id.toArrayUnsafe(), big(jar.length), "chargeproof planner"));
        int chunk = client.call(algorithms.chunkBytes()).intValueExact();
        for (int i = 0; i * chunk < jar.length; i++) {
            byte[] bytes = Arrays.copyOfRange(jar, i * chunk, Math.min(jar.length, (i + 1) * chunk));
            transactions.send(owner, "storing the planner", to, algorithms.store(id.toArrayUnsafe(), big(i), bytes));
        }
        transactions.send(owner, "sealing the planner", to, algorithms.seal(id.toArrayUnsafe()));
        transactions.confirm();
        return id;
    }

    /** Lets every operator approve an algorithm from a timestep on; the quorum activates it. */
    void approve(Network network, List<Keys.Operator> operators, Bytes32 algorithm, int fromTimestep) {
        int needed = network.parameters().quorum(operators.size());
        for (var operator : operators.subList(0, needed)) {
            transactions.send(
                    operator.owner(),
                    "approving the planner",
                    network.algorithms().getContractAddress(),
                    network.algorithms().approve(algorithm.toArrayUnsafe(), big(fromTimestep)));
        }
        transactions.confirm();
    }

    private String deploy(Credentials deployer, String name, String code, Type<?>... arguments) {
        return transactions.deploy(
                deployer, "deploying " + name, code + FunctionEncoder.encodeConstructor(List.of(arguments)));
    }

    /** The very jar that this program runs with. */
    private static byte[] plannerJar() {
        try {
            Path jar = Path.of(Planner.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            if (!Files.isRegularFile(jar)) {
                throw new BadInputException("the planner must be a jar to be stored on chain, but " + jar
                        + " is a folder. Build the project with 'mvn package'.");
            }
            return Files.readAllBytes(jar);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static BigInteger big(long value) {
        return BigInteger.valueOf(value);
    }
}

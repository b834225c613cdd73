package org.chargeproof.operator.consortium.member;

import java.math.BigInteger;
import java.util.List;
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
import org.chargeproof.ledger.LedgerClient;
import org.chargeproof.ledger.Network;
import org.chargeproof.ledger.TransactionSigner;
import org.chargeproof.operator.owner.Transactions;
import org.chargeproof.protocol.ledger.MarketTerms;
import org.chargeproof.protocol.time.NetworkParameters;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.DynamicArray;
import org.web3j.abi.datatypes.Type;
import org.web3j.abi.datatypes.Utf8String;
import org.web3j.tx.ReadonlyTransactionManager;
import org.web3j.tx.gas.StaticGasProvider;

/** Puts a network's contracts on a ledger. */
public final class Contracts {
    /** How many {@link #deploy} puts on a ledger: five that plan, and six that bill and pay. */
    public static final int COUNT = 11;

    private Contracts() {}

    /**
     * Deploys the contracts, those that plan first, then those that bill and pay, and links them.
     *
     * @param deployer any account; it has no say in the network afterwards
     */
    public static Network deploy(
            LedgerClient client,
            Transactions transactions,
            TransactionSigner deployer,
            NetworkParameters parameters,
            MarketTerms terms,
            List<Founder> founders) {
        String consortium = transactions.deploy(deployer, "deploying Consortium", consortiumCode(parameters, founders));
        var byConsortium = new Address(consortium);
        String assets =
                transactions.deploy(deployer, "deploying AssetRegistry", code(AssetRegistry.BINARY, byConsortium));
        String charging = transactions.deploy(
                deployer, "deploying Charging", code(Charging.BINARY, byConsortium, new Address(assets)));
        String algorithms = transactions.deploy(
                deployer, "deploying AlgorithmRegistry", code(AlgorithmRegistry.BINARY, byConsortium));
        String plans = transactions.deploy(
                deployer,
                "deploying Plans",
                code(Plans.BINARY, byConsortium, new Address(assets), new Address(charging), new Address(algorithms)));
        var market = market(transactions, deployer, byConsortium, assets, plans, terms);
        var linking = Consortium.load(
                consortium,
                client.web3j(),
                new ReadonlyTransactionManager(client.web3j(), deployer.address()),
                new StaticGasProvider(BigInteger.ZERO, BigInteger.ZERO));
        transactions.send(
                deployer,
                "linking the contracts",
                consortium,
                linking.link(assets, charging, plans, algorithms, market));
        transactions.confirm();
        return Network.discover(client, consortium);
    }

    /** Deploys what bills and pays. */
    private static Consortium.Market market(
            Transactions transactions,
            TransactionSigner deployer,
            Address consortium,
            String assets,
            String plans,
            MarketTerms terms) {
        String euro = transactions.deploy(deployer, "deploying Euro", code(Euro.BINARY, consortium));
        String flexibility =
                transactions.deploy(deployer, "deploying FlexibilityToken", code(FlexibilityToken.BINARY, consortium));
        String valuations = transactions.deploy(
                deployer, "deploying the AlgorithmRegistry of bills", code(AlgorithmRegistry.BINARY, consortium));
        String settlement = transactions.deploy(
                deployer,
                "deploying Settlement",
                code(
                        Settlement.BINARY,
                        consortium,
                        new Address(valuations),
                        new Address(euro),
                        new Address(flexibility),
                        new Settlement.Terms(
                                big(terms.settlementTimesteps()),
                                big(terms.graceTimesteps()),
                                big(terms.compensationE4()),
                                big(terms.kappaE6()))));
        String channels = transactions.deploy(
                deployer,
                "deploying Channels",
                code(Channels.BINARY, consortium, new Address(plans), new Address(settlement), new Address(euro)));
        String meters =
                transactions.deploy(deployer, "deploying Meters", code(Meters.BINARY, consortium, new Address(assets)));
        return new Consortium.Market(euro, flexibility, settlement, channels, meters, valuations);
    }

    /** What creates the Consortium: its code, and with whom it begins. */
    public static String consortiumCode(NetworkParameters p, List<Founder> founders) {
        return code(
                Consortium.BINARY,
                new Consortium.Parameters(
                        big(p.timestepSeconds()),
                        big(p.gateSeconds()),
                        big(p.takeoverSeconds()),
                        big(p.stepsPerHour()),
                        big(p.quorumNumerator()),
                        big(p.quorumDenominator())),
                new DynamicArray<>(
                        Utf8String.class,
                        founders.stream().map(f -> new Utf8String(f.name())).toList()),
                new DynamicArray<>(
                        Consortium.Accounts.class,
                        founders.stream()
                                .map(f -> new Consortium.Accounts(f.owner(), f.oracle(), f.meter()))
                                .toList()));
    }

    private static String code(String binary, Type<?>... arguments) {
        return binary + FunctionEncoder.encodeConstructor(List.of(arguments));
    }

    private static BigInteger big(long value) {
        return BigInteger.valueOf(value);
    }
}

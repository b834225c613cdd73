package org.chargeproof.operator.consortium.member;

import java.math.BigInteger;
import java.util.List;
import org.chargeproof.contracts.AlgorithmRegistry;
import org.chargeproof.contracts.AssetRegistry;
import org.chargeproof.contracts.Charging;
import org.chargeproof.contracts.Consortium;
import org.chargeproof.contracts.Plans;
import org.chargeproof.ledger.LedgerClient;
import org.chargeproof.ledger.Network;
import org.chargeproof.ledger.TransactionSigner;
import org.chargeproof.operator.owner.Transactions;
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
    private Contracts() {}

    /**
     * Deploys the five contracts and links them.
     *
     * @param deployer any account; it has no say in the network afterwards
     */
    public static Network deploy(
            LedgerClient client,
            Transactions transactions,
            TransactionSigner deployer,
            NetworkParameters parameters,
            List<Founder> founders) {
        String consortium = transactions.deploy(deployer, "deploying Consortium", consortiumCode(parameters, founders));
        var byConsortium = new Address(consortium);
        String assets =
                transactions.deploy(deployer, "deploying AssetRegistry", code(AssetRegistry.BINARY, byConsortium));
        String algorithms = transactions.deploy(
                deployer, "deploying AlgorithmRegistry", code(AlgorithmRegistry.BINARY, byConsortium));
        String charging = transactions.deploy(
                deployer, "deploying Charging", code(Charging.BINARY, byConsortium, new Address(assets)));
        String plans = transactions.deploy(
                deployer,
                "deploying Plans",
                code(Plans.BINARY, byConsortium, new Address(assets), new Address(charging), new Address(algorithms)));
        transactions.send(
                deployer,
                "linking the contracts",
                consortium,
                Consortium.load(
                                consortium,
                                client.web3j(),
                                new ReadonlyTransactionManager(client.web3j(), deployer.address()),
                                new StaticGasProvider(BigInteger.ZERO, BigInteger.ZERO))
                        .link(assets, charging, plans, algorithms));
        transactions.confirm();
        return Network.discover(client, consortium);
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

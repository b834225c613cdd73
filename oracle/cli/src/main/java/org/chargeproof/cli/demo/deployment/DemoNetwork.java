package org.chargeproof.cli.demo.deployment;

import java.util.List;
import java.util.function.Consumer;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.cli.demo.scenario.Scenario;
import org.chargeproof.ledger.LedgerClient;
import org.chargeproof.ledger.Network;
import org.chargeproof.operator.consortium.algorithm.Program;
import org.chargeproof.operator.owner.ChainTime;
import org.chargeproof.operator.owner.Transactions;
import org.chargeproof.protocol.time.NetworkParameters;
import org.web3j.crypto.Credentials;

/** A consortium on a ledger, with its operators' keys: the contracts, the assets of a scenario, and programs that are yet to be approved. */
public final class DemoNetwork {
    private final Network network;
    private final ChainTime time;
    private final Transactions transactions;
    private final List<Keys.Operator> operators;
    private final Deployment deployment;
    private final Bytes32 algorithm;
    private final Bytes32 valuation;

    private DemoNetwork(
            Network network,
            ChainTime time,
            Transactions transactions,
            List<Keys.Operator> operators,
            Deployment deployment,
            Bytes32 algorithm,
            Bytes32 valuation) {
        this.network = network;
        this.time = time;
        this.transactions = transactions;
        this.operators = operators;
        this.deployment = deployment;
        this.algorithm = algorithm;
        this.valuation = valuation;
    }

    /**
     * Sets one up.
     *
     * @param deployer any account; it has no say in the network afterwards
     * @param progress is told what is being done
     */
    public static DemoNetwork found(
            LedgerClient client,
            ChainTime time,
            Credentials deployer,
            NetworkParameters parameters,
            List<Keys.Operator> operators,
            Scenario scenario,
            Consumer<String> progress) {
        var transactions = new Transactions(client, time);
        var deployment = new Deployment(client, transactions, progress);
        var network = deployment.contracts(deployer, parameters, operators);
        deployment.assets(network, scenario, operators);
        var algorithm = deployment.algorithm(network, operators);
        var valuation = deployment.store(network, operators, Program.BILLING);
        return new DemoNetwork(network, time, transactions, operators, deployment, algorithm, valuation);
    }

    /** Lets the planner, and the program of bills, count from a timestep on. */
    public void approvePrograms(int fromTimestep) {
        deployment.approve(network, operators, algorithm, fromTimestep);
        deployment.approve(network, operators, Program.BILLING, valuation, fromTimestep);
    }

    public Network network() {
        return network;
    }

    public NetworkParameters parameters() {
        return network.parameters();
    }

    /** How its chain's time passes. */
    public ChainTime time() {
        return time;
    }

    /** What is sent on behalf of operators and drivers. */
    public Transactions transactions() {
        return transactions;
    }

    /** In the order of their ids, which count from 1. */
    public List<Keys.Operator> operators() {
        return operators;
    }
}

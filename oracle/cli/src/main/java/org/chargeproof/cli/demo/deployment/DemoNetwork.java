package org.chargeproof.cli.demo.deployment;

import java.util.List;
import java.util.function.Consumer;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.cli.demo.scenario.Scenario;
import org.chargeproof.contracts.Consortium;
import org.chargeproof.ledger.LedgerClient;
import org.chargeproof.ledger.Network;
import org.chargeproof.operator.consortium.algorithm.Program;
import org.chargeproof.operator.consortium.member.ProviderCandidate;
import org.chargeproof.operator.owner.ChainTime;
import org.chargeproof.operator.owner.Transactions;
import org.chargeproof.protocol.ledger.MarketTerms;
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
     * Sets one up, with usual terms of bills.
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
        return found(client, time, deployer, parameters, MarketTerms.DEFAULTS, operators, scenario, progress);
    }

    /** The same, with terms of one's own. */
    public static DemoNetwork found(
            LedgerClient client,
            ChainTime time,
            Credentials deployer,
            NetworkParameters parameters,
            MarketTerms terms,
            List<Keys.Operator> operators,
            Scenario scenario,
            Consumer<String> progress) {
        var transactions = new Transactions(client, time);
        var deployment = new Deployment(client, transactions, progress);
        var network = deployment.contracts(deployer, parameters, terms, operators);
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

    /** Has a majority of the operators admit a provider without charge points. @return its account that vouches for drivers */
    public Credentials admitProvider(String name) {
        Credentials owner = Keys.fresh();
        Credentials desk = Keys.fresh();
        var statement = ProviderCandidate.statement(network, name, owner.getAddress(), desk.getAddress());
        transactions.send(
                operators.getFirst().owner(),
                "proposing " + name,
                network.address(),
                network.consortium()
                        .proposeProvider(
                                name,
                                owner.getAddress(),
                                desk.getAddress(),
                                statement.sign(owner).toArray(),
                                statement.sign(desk).toArray()));
        var proposed = Consortium.getProposedEvents(transactions.confirm().getLast());
        // who proposes has voted
        for (var operator : operators.subList(1, operators.size() / 2 + 1)) {
            transactions.send(
                    operator.owner(),
                    "voting for " + name,
                    network.address(),
                    network.consortium().vote(proposed.getFirst().proposal));
        }
        transactions.confirm();
        return desk;
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

package org.chargeproof.cli.demo;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.cli.demo.deployment.Deployment;
import org.chargeproof.cli.demo.deployment.Keys;
import org.chargeproof.cli.demo.deployment.Pseudonyms;
import org.chargeproof.cli.demo.ledger.EmbeddedLedger;
import org.chargeproof.cli.demo.ledger.MovedTime;
import org.chargeproof.cli.demo.scenario.Scenario;
import org.chargeproof.contracts.Consortium;
import org.chargeproof.contracts.Plans;
import org.chargeproof.ledger.LedgerClient;
import org.chargeproof.ledger.Network;
import org.chargeproof.ledger.NodeBlockSource;
import org.chargeproof.ledger.TransactionSigner;
import org.chargeproof.operator.consortium.algorithm.Program;
import org.chargeproof.operator.owner.Transactions;
import org.chargeproof.planner.Algorithm;
import org.chargeproof.protocol.bill.Settlement;
import org.chargeproof.protocol.fold.Fold;
import org.chargeproof.protocol.ledger.LedgerState;
import org.chargeproof.protocol.ledger.LogDecoder;
import org.chargeproof.protocol.plan.InputBuilder;
import org.chargeproof.protocol.plan.InputVersion;
import org.chargeproof.protocol.plan.PlanningAlgorithm;
import org.chargeproof.protocol.plan.TimestepPlan;
import org.chargeproof.protocol.time.NetworkParameters;
import org.web3j.crypto.Credentials;

/**
 * A real ledger that holds a network of three operators and two groups, its algorithm, a driver's request, and a few timesteps whose
 * plans are final. No oracle runs: the plans are computed here, which takes seconds instead of minutes.
 */
public final class PlannedLedger implements AutoCloseable {
    private static final NetworkParameters PARAMETERS = new NetworkParameters(900, 60, 6, 4, 2, 3);
    private static final long START = 1_780_272_000;
    private static final int RATED_W = 22_080;
    private static final BigInteger EUROS = BigInteger.valueOf(5_000_000);

    private final EmbeddedLedger ledger;
    private final LedgerClient client;
    private final MovedTime time;
    private final Transactions transactions;
    private final Deployment deployment;
    private final List<Keys.Operator> operators = IntStream.rangeClosed(1, 3)
            .mapToObj(i -> Keys.operator("Operator " + i))
            .toList();
    private final Network network;
    private final Bytes32 algorithm;
    private final int first;
    private Bytes32 valuation = Bytes32.ZERO;
    private int references;

    private PlannedLedger(int timesteps) {
        ledger = EmbeddedLedger.start(START);
        client = LedgerClient.connect(ledger.url());
        time = new MovedTime(client, () -> {});
        transactions = new Transactions(client, time);
        deployment = new Deployment(client, transactions, text -> {});
        network = deployment.contracts(PARAMETERS, operators);
        deployment.assets(network, scenario(), operators);
        algorithm = deployment.algorithm(network, operators);
        first = PARAMETERS.timestepAt(time.now()) + 3;
        deployment.approve(network, operators, algorithm, first);
        request();
        for (int timestep = first; timestep < first + timesteps; timestep++) {
            plan(timestep);
        }
        // the last one has begun
        time.advanceTo(PARAMETERS.startOf(first + timesteps - 1) + 1);
    }

    /** Makes a block, a second later. */
    void mine() {
        time.advanceTo(time.now() + 1);
    }

    /** Signs for the first operator's meter. */
    TransactionSigner meter() {
        return TransactionSigner.of(operators.getFirst().meter());
    }

    /** Signs for the last operator's owner, which sends nothing here any more but {@link #openChannel}. */
    TransactionSigner provider() {
        return TransactionSigner.of(owner(3));
    }

    /** The owner of an operator, from 1 on. */
    Credentials owner(int operator) {
        return operators.get(operator - 1).owner();
    }

    /** Plans the next timestep, and goes into it. @return which */
    int planNext() {
        int next = PARAMETERS.timestepAt(time.now()) + 1;
        plan(next);
        time.advanceTo(PARAMETERS.startOf(next) + 1);
        return next;
    }

    /** Time of the newest block, unix seconds. */
    long nowSeconds() {
        return time.now();
    }

    /** Makes one. */
    public static PlannedLedger withFinalTimesteps(int timesteps) {
        return new PlannedLedger(timesteps);
    }

    /**
     * Goes on to a final settlement with the bill of session 1, which ends now, and to a channel from operator 2 to operator 1, whose
     * closing is announced.
     *
     * @return timestep of the settlement
     */
    int settle() {
        transactions.send(
                operators.getFirst().owner(),
                "an end",
                network.charging().getContractAddress(),
                network.charging().endSession(big(1)));
        transactions.confirm();
        int from = approveBilling();
        int over = reportTwice(0, 0);
        String channels = network.requireMarket().channels().getContractAddress();
        openChannel(payer(), 1, Keys.fresh().getAddress());
        transactions.send(
                payer(),
                "a closing",
                channels,
                network.requireMarket().channels().announceClosing(payer().getAddress(), big(1)));
        transactions.confirm();
        return settle(from, over);
    }

    /** The program of bills is on the ledger. @return timestep from which it counts */
    int approveBilling() {
        int from = PARAMETERS.timestepAt(time.now()) + 3;
        valuation = deployment.store(network, operators, Program.BILLING);
        deployment.approve(network, operators, Program.BILLING, valuation, from);
        return from;
    }

    /**
     * Reports 2.5 kWh of a charge point, at the ends of this timestep and of the one before.
     *
     * @param operator its index
     * @return the timestep of the first report
     */
    int reportTwice(int chargePoint, int operator) {
        String charging = network.charging().getContractAddress();
        int over = PARAMETERS.timestepAt(time.now());
        for (int i = 0; i < 2; i++) {
            time.advanceTo(PARAMETERS.startOf(over + i) + 1);
            var entry = ByteBuffer.allocate(17)
                    .putInt(chargePoint)
                    .putLong(1_000 + 2_500L * i)
                    .putInt(0)
                    .put((byte) 2);
            transactions.send(
                    operators.get(operator).meter(),
                    "a report",
                    charging,
                    network.charging().reportMeters(big(over + i - 1), entry.array()));
            transactions.confirm();
        }
        return over;
    }

    /**
     * Goes on to a final settlement.
     *
     * @param from timestep from which there are bills
     * @param over timestep of the last session's end
     * @return timestep of the settlement
     */
    int settle(int from, int over) {
        var market = network.requireMarket();
        var terms = network.identity().market().terms();
        int every = terms.settlementTimesteps();
        int settlement = Math.ceilDiv(Math.max(from, over + 1 + terms.graceTimesteps()), every) * every;
        time.advanceTo(PARAMETERS.startOf(settlement) - 1);
        long snapshot = client.head().number();
        var fold = new Fold(PARAMETERS, network.identity().market());
        NodeBlockSource.withBills(network)
                .logs(network.deployedAtBlock(), snapshot)
                .forEach(fold::apply);
        var computed = Settlement.compute(fold.billing(), settlement, snapshot, new ThisBilling(valuation));
        time.advanceTo(PARAMETERS.startOf(settlement));
        int leader = settlement / every % operators.size();
        byte[] sums = computed.sums().toArray();
        String contract = market.settlement().getContractAddress();
        transactions.send(
                operators.get(leader).oracle(),
                "a settlement",
                contract,
                market.settlement()
                        .post(
                                new org.chargeproof.contracts.Settlement.Statement(
                                        big(settlement),
                                        big(snapshot),
                                        valuation.toArray(),
                                        computed.billsRoot().toArray(),
                                        big(computed.bills().size()),
                                        big(computed.tokens())),
                                sums));
        transactions.confirm();
        for (int i = 1; i < operators.size(); i++) {
            transactions.send(
                    operators.get((leader + i) % operators.size()).oracle(),
                    "an attestation",
                    contract,
                    market.settlement()
                            .attest(big(settlement), big(0), computed.digest().toArray(), sums));
        }
        transactions.confirm();
        if (client.call(market.settlement().lastFinal()).intValueExact() != settlement) {
            throw new IllegalStateException("settlement " + settlement + " did not become final");
        }
        return settlement;
    }

    /** Opens a channel with 5 euros, which a vote lets the payer issue. */
    void openChannel(Credentials payer, int payee, String voucherSigner) {
        var market = network.requireMarket();
        String channels = market.channels().getContractAddress();
        issue(payer, channels);
        transactions.send(payer, "a channel", channels, market.channels().open(big(payee), voucherSigner, EUROS));
        transactions.confirm();
    }

    /** Puts 5 euros behind an operator's promises. */
    void addGuarantee(int operator) {
        var settlement = network.requireMarket().settlement();
        issue(owner(operator), settlement.getContractAddress());
        transactions.send(
                owner(operator),
                "a guarantee",
                settlement.getContractAddress(),
                settlement.addGuarantee(big(operator), EUROS));
        transactions.confirm();
    }

    /** Five euros for an owner, which a contract may take. */
    private void issue(Credentials owner, String contract) {
        String consortium = network.address();
        var euro = network.requireMarket().euro();
        transactions.send(
                owner, "an issuer", consortium, network.consortium().proposeIssuerCap(owner.getAddress(), EUROS));
        var proposal = Consortium.getIssuerProposedEvents(transactions.confirm().getLast())
                .getFirst()
                .proposal;
        transactions.send(
                operators.getFirst().owner(),
                "a vote",
                consortium,
                network.consortium().vote(proposal));
        transactions.confirm();
        transactions.send(
                owner,
                "euros",
                euro.getContractAddress(),
                euro.issue(
                        owner.getAddress(),
                        EUROS,
                        Bytes32.repeat((byte) ++references).toArray()));
        transactions.send(owner, "an allowance", euro.getContractAddress(), euro.approve(contract, EUROS));
        transactions.confirm();
    }

    /** Whether somebody vouches for an account. */
    boolean isVouchedFor(String account) {
        return client.call(network.assets().userOf(account)).signum() != 0;
    }

    /** Who pays operator 1. */
    Credentials payer() {
        return owner(2);
    }

    /** JSON-RPC of its node. */
    public String url() {
        return ledger.url();
    }

    /** Address of the Consortium. */
    public String consortium() {
        return network.address();
    }

    /** Its timesteps. */
    public NetworkParameters parameters() {
        return PARAMETERS;
    }

    /** The oracle account of an operator, from 1 on. */
    Credentials oracleOf(int operator) {
        return operators.get(operator - 1).oracle();
    }

    /** SHA-256 of the algorithm. */
    public Bytes32 algorithm() {
        return algorithm;
    }

    /** The first timestep with a plan. */
    public int first() {
        return first;
    }

    /** What the contract keeps of a post: its hash. */
    Bytes32 candidateOf(int timestep, int candidate) {
        return Bytes32.wrap(client.call(network.plans().candidateOf(big(timestep), big(candidate))));
    }

    @Override
    public void close() {
        client.close();
        ledger.close();
    }

    private void request() {
        Credentials driver = Keys.fresh();
        transactions.send(
                operators.getFirst().owner(),
                "a user",
                network.assets().getContractAddress(),
                Pseudonyms.register(network, 1, List.of(driver)));
        transactions.confirm();
        time.advanceTo(PARAMETERS.startOf(first - 1) + 1);
        transactions.send(
                driver,
                "a request",
                network.charging().getContractAddress(),
                network.charging()
                        .request(
                                big(0),
                                big(9_000),
                                big(9_000),
                                BigInteger.ZERO,
                                big(PARAMETERS.startOf(first + 8)),
                                true));
        transactions.confirm();
    }

    private void plan(int timestep) {
        long gateSeconds = PARAMETERS.gateOf(timestep - 1);
        time.advanceTo(gateSeconds - 1);
        long snapshot = client.head().number();
        var state = new LedgerState();
        new NodeBlockSource(network)
                .logs(network.deployedAtBlock(), snapshot)
                .forEach(log -> LogDecoder.decode(log).ifPresent(state::apply));
        var plan = TimestepPlan.compute(
                state, new InputBuilder(PARAMETERS), timestep, snapshot, new ThisPlanner(algorithm));
        time.advanceTo(gateSeconds);
        var c = plan.commitment();
        String plans = network.plans().getContractAddress();
        int leader = timestep % operators.size();
        transactions.send(
                operators.get(leader).oracle(),
                "a post",
                plans,
                network.plans()
                        .post(
                                new Plans.Commitment(
                                        big(timestep),
                                        big(snapshot),
                                        algorithm.toArray(),
                                        c.inputsRoot().toArray(),
                                        c.plansRoot().toArray(),
                                        c.setpointsRoot().toArray()),
                                plan.setpoints().toArray(),
                                plan.decisions().toArray()));
        transactions.confirm();
        for (int i = 1; i < operators.size(); i++) {
            transactions.send(
                    operators.get((leader + i) % operators.size()).oracle(),
                    "an attestation",
                    plans,
                    network.plans()
                            .attest(
                                    big(timestep),
                                    big(0),
                                    c.digest(plan.setpoints()).toArray(),
                                    plan.decisions().toArray()));
        }
        transactions.confirm();
        if (!client.call(network.plans().stateOf(big(timestep))).component3()) {
            throw new IllegalStateException("the plan of timestep " + timestep + " did not become final");
        }
    }

    private static Scenario scenario() {
        var nothing = new int[1];
        var groups = IntStream.range(0, 2)
                .mapToObj(g -> new Scenario.Group(
                        "group " + g,
                        g,
                        60_000,
                        0,
                        0,
                        List.of(
                                new Scenario.Point("XX*CP" + g + "*E1", g, RATED_W),
                                new Scenario.Point("XX*CP" + g + "*E2", g, RATED_W)),
                        nothing,
                        nothing,
                        nothing,
                        nothing,
                        nothing))
                .toList();
        return new Scenario("planned", 0, 1, groups, List.of(), List.of());
    }

    private static BigInteger big(long value) {
        return BigInteger.valueOf(value);
    }

    /** The program of bills that this program carries, which is the one on the ledger. */
    private record ThisBilling(Bytes32 id) implements PlanningAlgorithm {
        @Override
        public int inputVersion() {
            return 1;
        }

        @Override
        public List<byte[]> plan(List<byte[]> inputs) {
            return inputs.stream().map(org.chargeproof.billing.Algorithm::run).toList();
        }
    }

    /** The planner that this program carries, which is the one on the ledger. */
    private record ThisPlanner(Bytes32 id) implements PlanningAlgorithm {
        @Override
        public int inputVersion() {
            return InputVersion.LATEST;
        }

        @Override
        public List<byte[]> plan(List<byte[]> inputs) {
            return inputs.stream().map(Algorithm::run).toList();
        }
    }
}

package org.chargeproof.oracle;

import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;
import org.chargeproof.api.OperatorInputs;
import org.chargeproof.ledger.AlgorithmStore;
import org.chargeproof.ledger.LedgerAccount;
import org.chargeproof.ledger.Network;
import org.chargeproof.ledger.NodeBlockSource;
import org.chargeproof.ledger.RevertReasons;
import org.chargeproof.ledger.SnapshotFolder;
import org.chargeproof.oracle.PhaseListener.Phase;
import org.chargeproof.oracle.backend.ChargePointFeed;
import org.chargeproof.oracle.backend.SetpointBackend;
import org.chargeproof.oracle.site.BatteryReading;
import org.chargeproof.oracle.site.SitePlans;
import org.chargeproof.protocol.bill.Settlement;
import org.chargeproof.protocol.fold.Fold;
import org.chargeproof.protocol.plan.TimestepPlan;
import org.chargeproof.protocol.time.BlockHeader;
import org.chargeproof.protocol.time.NetworkParameters;
import org.chargeproof.protocol.time.TimestepEvent;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.web3j.protocol.core.DefaultBlockParameterName;

/**
 * One operator's oracle: follows the ledger, plans every group when a gate closes, posts or attests, hands setpoints over,
 * and puts missed timesteps on record.
 *
 * <p>What it does next depends on the ledger and the outbox alone, looked at anew after every block; so it can end anywhere
 * and go on from there. {@link #tick} is called by one thread.
 */
final class OracleNode implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OracleNode.class);
    /** A node that is alive answers most calls within milliseconds. */
    private static final int MOST_WAIT_SECONDS = 10;

    private final String account;
    private final Network network;
    private final NetworkParameters parameters;
    private final OracleMetrics metrics;
    private final OracleStore store;
    private final LedgerFollower follower;
    private final Outbox outbox;
    private final LedgerWriter writer;
    private final Membership membership;
    private final MemberWatch members;
    private final OwnPlans own;
    private final Voting voting;
    private final @Nullable Settling settling;
    private final @Nullable Delivery delivery;
    private final @Nullable Outbox meterOutbox;
    private final @Nullable MeterInputs inputs;
    private final @Nullable SitePlans site;
    private final @Nullable MeterReports meters;
    private volatile boolean planningSite;
    private volatile OracleStatus status;
    /** What is wrong with the node, the account and the backend, empty if nothing. */
    private volatile String nodeProblem = "";

    private volatile String accountProblem = "";
    private volatile String backendProblem = "";
    private volatile @Nullable BlockHeader head;

    OracleNode(
            OracleConfig config,
            Network network,
            @Nullable SetpointBackend backend,
            @Nullable ChargePointFeed feed,
            OracleMetrics metrics,
            Instrumentation instrumentation) {
        this.account = config.signer().address();
        this.network = network;
        this.parameters = network.parameters();
        this.metrics = metrics;
        this.store = OracleStore.open(
                config.dataFolder(),
                "chain " + network.client().chainId() + ", Consortium "
                        + network.address().toLowerCase(Locale.ROOT) + ", oracle " + account);
        try {
            var blocks = NodeBlockSource.withBills(network);
            BlockHeader head = blocks.head();
            // nothing can be posted any more for what began before; but the plan of the running timestep is still
            // handed over
            var timesteps = config.events().open(network, blocks, parameters.timestepAt(head.timestampSeconds()));
            this.follower = new LedgerFollower(
                    blocks,
                    store,
                    timesteps,
                    blocks.header(Math.max(0, network.deployedAtBlock() - 1)),
                    network.identity(),
                    new SnapshotFolder(config.dataFolder().resolve("snapshots"), network.identity(), LOG::warn),
                    LedgerFollower.BLOCKS_PER_SNAPSHOT);
            store.ownOutbox(account);
            this.outbox = new Outbox(store, new LedgerAccount(network.client(), config.signer()), network.client());
            outbox.resume(head.number());
        } catch (RuntimeException e) {
            store.close();
            throw e;
        }
        var plans = network.plans();
        this.writer = new LedgerWriter(outbox, plans.getContractAddress(), instrumentation.phases());
        this.membership = new Membership(account, follower::state);
        this.members = new MemberWatch(parameters, metrics);
        this.own = new OwnPlans(
                parameters,
                new AlgorithmStore(network, config.dataFolder().resolve("algorithms")),
                new SecondOpinions(config.secondOpinionEvery(), metrics),
                metrics,
                instrumentation.plan());
        this.voting = new Voting(plans, parameters, follower::state, membership, own, writer, metrics);
        var market = network.market();
        this.settling = market == null
                ? null
                : new Settling(
                        network,
                        follower::fold,
                        membership,
                        config.dataFolder(),
                        // phases are those of plans
                        new LedgerWriter(outbox, market.settlement().getContractAddress(), (phase, timestep) -> {}),
                        metrics,
                        instrumentation.settlement());
        this.delivery = backend == null
                ? null
                : new Delivery(
                        plans,
                        parameters,
                        follower::state,
                        membership,
                        own,
                        new SetpointHandover(backend, parameters, metrics, groupsWithPhases(config)),
                        writer);
        var meter = config.meterSigner();
        this.meterOutbox =
                meter == null ? null : new Outbox(store, new LedgerAccount(network.client(), meter), network.client());
        if (meterOutbox != null) {
            meterOutbox.resume(network.client().head().number());
        }
        this.inputs = meter == null || meterOutbox == null
                ? null
                : new MeterInputs(network.charging(), network.client(), meter.address(), meterOutbox);
        var stated = config.site();
        this.site = stated == null || inputs == null
                ? null
                : new SitePlans(
                        stated,
                        inputs,
                        parameters,
                        follower::state,
                        this::battery,
                        config.dataFolder().resolve("site"));
        this.meters = feed == null || meterOutbox == null
                ? null
                : new MeterReports(
                        network.charging(),
                        parameters,
                        follower::state,
                        membership,
                        feed,
                        store,
                        new LedgerWriter(meterOutbox, network.charging().getContractAddress(), (phase, timestep) -> {}),
                        new MeterListener());
        this.status = new OracleStatus(0, account, 0, 0, 0, 0, 0, true, Map.of(), "", "");
    }

    private static Set<Integer> groupsWithPhases(OracleConfig config) {
        var site = config.site();
        return site == null
                ? Set.of()
                : site.groups().entrySet().stream()
                        .filter(entry -> entry.getValue().phases() != null)
                        .map(Map.Entry::getKey)
                        .collect(Collectors.toSet());
    }

    /** Where operators' systems put in what they measure and expect; null without a meter account. */
    @Nullable
    OperatorInputs inputs() {
        return site == null ? inputs : site;
    }

    /** What the ledger holds of a battery. */
    private BatteryReading battery(int battery) {
        var call = network.charging().batteryLiveOf(BigInteger.valueOf(battery));
        var refusal = network.client()
                .refusal(
                        account,
                        network.charging().getContractAddress(),
                        call.encodeFunctionCall(),
                        DefaultBlockParameterName.LATEST);
        if (refusal.isPresent()) {
            LOG.warn(
                    "the ledger knows no battery {}: {}",
                    battery,
                    RevertReasons.explain(refusal.get().data()).orElse("its node does not tell why"));
            return new BatteryReading(0, 0);
        }
        var live = network.client().call(call);
        return new BatteryReading((int) Math.min(Integer.MAX_VALUE, live.reportedTimestep.longValue()), (int)
                Math.min(Integer.MAX_VALUE, live.storedWh.longValue()));
    }

    OracleStatus status() {
        var s = status;
        boolean busy = (meters != null && meters.isBusy())
                || (delivery != null && delivery.isBusy())
                || (site != null && (site.hasNews() || planningSite));
        return s.busy() == busy || !busy ? s : s.busyNow();
    }

    /** The newest block that it has read; null before the first. */
    @Nullable
    BlockHeader head() {
        return head;
    }

    /** The plan that it has computed for a timestep; null when it has none. */
    @Nullable
    TimestepPlan computed(int timestep) {
        return own.computed(timestep);
    }

    /** The settlement that it has computed for a timestep; null when it has none. Reads files. */
    @Nullable
    Settlement computedBills(int timestep) {
        return settling == null ? null : settling.computed(timestep);
    }

    /** The newest bill that it has computed for a session. Reads files. */
    Optional<BillStore.Place> bill(int session) {
        return settling == null ? Optional.empty() : settling.bill(session);
    }

    /** Reads what is new on the ledger and does what follows from it. */
    void tick() {
        BlockHeader newest = follower.advance(this::onEvent);
        if (newest.number() != status.block() || (delivery != null && delivery.hasAnswers())) {
            act(newest);
        } else if (meters != null && meters.hasNews()) {
            meters.act(newest);
        }
        if (inputs != null) {
            putIn(inputs, newest);
        }
        accountProblem = membership.problem();
        backendProblem = delivery == null ? "" : delivery.problem();
        nodeProblem = "";
        status = new OracleStatus(
                membership.operator(),
                account,
                newest.number(),
                newest.timestampSeconds(),
                parameters.timestepAt(newest.timestampSeconds()),
                own.newest(),
                voting.newestFinal(),
                delivery != null && delivery.isBusy(),
                delivery == null ? Map.of() : delivery.handedOver(),
                members.warning(),
                accountProblem.isEmpty() ? backendProblem : accountProblem);
        metrics.block.set(newest.number());
        metrics.timestep.set(status.timestep());
        metrics.members.set(follower.state().members().size());
        head = newest;
    }

    /** Sends what was put in, and what batteries and phases make of it. */
    private void putIn(MeterInputs waiting, BlockHeader newest) {
        planningSite = true;
        try {
            planAndSend(waiting, newest);
        } finally {
            planningSite = false;
        }
    }

    private void planAndSend(MeterInputs waiting, BlockHeader newest) {
        if (site != null && (newest.number() != status.block() || site.hasNews())) {
            site.act(newest);
        }
        if (waiting.hasNews()) {
            waiting.act(newest);
        }
        if (site != null && site.hasNews()) {
            // what a battery told is on its way: plan with it at once, the gate may be near
            site.act(newest);
            waiting.act(newest);
        }
    }

    /** Tells people and health checks that the last look failed. */
    void report(RuntimeException problem) {
        metrics.ledgerErrors.increment();
        nodeProblem = String.valueOf(problem.getMessage());
        var s = status;
        status = new OracleStatus(
                s.operator(),
                s.account(),
                s.block(),
                s.blockTimestampSeconds(),
                s.timestep(),
                s.plannedTimestep(),
                s.finalTimestep(),
                s.busy(),
                s.handedOver(),
                s.warning(),
                nodeProblem);
    }

    /** What keeps it from its work, by the part that is to blame, and what to do; empty when nothing does. Waits for nothing. */
    SequencedMap<String, String> problems() {
        var problems = new LinkedHashMap<String, String>();
        long waitedSeconds = network.client().waitedSeconds();
        problems.put(
                "node",
                !nodeProblem.isEmpty() || waitedSeconds < MOST_WAIT_SECONDS
                        ? nodeProblem
                        : network.client().url() + " has not answered for " + waitedSeconds
                                + " s. Maybe the node hangs: look at it, or start it anew.");
        problems.put("account", accountProblem);
        problems.put("backend", backendProblem);
        problems.values().removeIf(String::isEmpty);
        return problems;
    }

    @Override
    public void close() {
        own.close();
        if (delivery != null) {
            delivery.close();
        }
        store.close();
    }

    private void onEvent(TimestepEvent event, Fold fold, BlockHeader head) {
        var state = fold.state();
        switch (event.kind()) {
            case GATE_CLOSED -> {
                int timestep = event.timestep() + 1;
                writer.enter(Phase.GATE_CLOSED, timestep);
                if (site != null) {
                    site.gateClosed(timestep);
                }
                boolean over = head.timestampSeconds() >= parameters.startOf(timestep);
                if (event.missed() || (over && !isFinalAndRuns(timestep, head))) {
                    LOG.warn("the gate before timestep {} is over: no plan is possible any more", timestep);
                } else if (own.compute(state, timestep, event.snapshotBlock())) {
                    writer.enter(Phase.PLANNED, timestep);
                }
            }
            case TIMESTEP_STARTED -> {
                writer.enter(Phase.STARTED, event.timestep());
                members.begin(event.timestep(), state);
                if (settling != null && !event.missed()) {
                    settling.begin(event.timestep(), fold, event.block() - 1);
                }
                if (delivery != null) {
                    delivery.begin(event.timestep(), state, head);
                }
            }
        }
    }

    private final class MeterListener implements MeterReports.Listener {
        @Override
        public void metered(int timestep, Map<Integer, Long> energyWh, BlockHeader newest) {
            if (delivery != null) {
                delivery.metered(timestep, energyWh, parameters.timestepAt(newest.timestampSeconds()), newest);
                metrics.disobedient.set(delivery.disobedient());
            }
        }

        @Override
        public void applied(int timestep, Set<Integer> chargePoints, BlockHeader newest) {
            if (delivery != null) {
                delivery.applied(timestep, chargePoints, parameters.timestepAt(newest.timestampSeconds()), newest);
            }
        }
    }

    /** Whether it is too late to post, but not to know what the final plan is made of, as after a restart. */
    private boolean isFinalAndRuns(int timestep, BlockHeader head) {
        return timestep == parameters.timestepAt(head.timestampSeconds())
                && network.client()
                        .call(network.plans().stateOf(BigInteger.valueOf(timestep)))
                        .component3();
    }

    private void act(BlockHeader head) {
        var settled = outbox.settle(head.number());
        metrics.lateTransactions.increment(settled.late());
        metrics.failedTransactions.increment(settled.failed());
        int now = parameters.timestepAt(head.timestampSeconds());
        if (meters != null) {
            meters.follow(head);
        }
        for (int timestep : List.of(now, now + 1)) {
            voting.act(timestep, head);
            if (delivery != null) {
                delivery.handOver(timestep, head);
            }
        }
        if (delivery != null) {
            delivery.recordApplied(now, head);
        }
        if (meterOutbox != null) {
            metrics.failedTransactions.increment(
                    meterOutbox.settle(head.number()).failed());
        }
        if (meters != null) {
            meters.act(head);
        }
        voting.declareFallbacks(now, head);
        if (settling != null) {
            settling.act(head);
        }
    }
}

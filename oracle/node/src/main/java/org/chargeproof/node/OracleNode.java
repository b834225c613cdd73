package org.chargeproof.node;

import java.math.BigInteger;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongFunction;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.contracts.Plans;
import org.chargeproof.ledger.AlgorithmStore;
import org.chargeproof.ledger.HeaderTimestepSource;
import org.chargeproof.ledger.LedgerAccount;
import org.chargeproof.ledger.LedgerException;
import org.chargeproof.ledger.Network;
import org.chargeproof.ledger.NodeBlockSource;
import org.chargeproof.ledger.PluginTimestepSource;
import org.chargeproof.ledger.RpcErrorException;
import org.chargeproof.ledger.TimestepSource;
import org.chargeproof.node.PhaseListener.Phase;
import org.chargeproof.node.SetpointBackend.TimestepSetpoints;
import org.chargeproof.protocol.algorithm.JarAlgorithm;
import org.chargeproof.protocol.encoding.Commitment;
import org.chargeproof.protocol.ledger.LedgerEvent.PlanPosted;
import org.chargeproof.protocol.ledger.LedgerState;
import org.chargeproof.protocol.plan.InputBuilder;
import org.chargeproof.protocol.plan.PlanningAlgorithm;
import org.chargeproof.protocol.plan.TimestepPlan;
import org.chargeproof.protocol.time.BlockHeader;
import org.chargeproof.protocol.time.NetworkParameters;
import org.chargeproof.protocol.time.TimestepClock;
import org.chargeproof.protocol.time.TimestepEvent;
import org.chargeproof.protocol.verify.Difference;
import org.chargeproof.protocol.verify.PostComparison;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.web3j.protocol.core.RemoteFunctionCall;

/**
 * One operator's oracle: follows the ledger, plans every group when a gate closes, posts or attests, hands setpoints over,
 * and puts missed timesteps on record.
 *
 * <p>What it does next depends on the ledger and the outbox alone, looked at anew after every block; so it can end anywhere
 * and go on from there. {@link #tick} is called by one thread.
 */
final class OracleNode implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OracleNode.class);
    private static final int MOST_FALLBACKS_AT_ONCE = 16;
    private static final int THREADS = Runtime.getRuntime().availableProcessors();

    private final OracleConfig config;
    private final Network network;
    private final NetworkParameters parameters;
    private final OracleStore store;
    private final Outbox outbox;
    private final LedgerFollower follower;
    private final InputBuilder inputs;
    private final AlgorithmStore algorithms;
    private final @Nullable SetpointHandover handover;
    private final SecondOpinions secondOpinions;
    private final OracleMetrics metrics;
    private final Instrumentation instrumentation;
    private final Map<Bytes32, PlanningAlgorithm> loaded = new HashMap<>();
    private final Map<Integer, TimestepPlan> own = new HashMap<>();
    private final Set<Integer> seenFinal = new HashSet<>();
    private final Map<Integer, Set<Integer>> judged = new HashMap<>();
    /** What the running timestep gives when it began without a final plan; null when it has one, or is not known. */
    private @Nullable TimestepSetpoints fallback;

    private int lastPlanned;
    private int lastFinal;
    private volatile OracleStatus status;
    private volatile @Nullable BlockHeader head;

    OracleNode(
            OracleConfig config,
            Network network,
            @Nullable SetpointBackend backend,
            OracleMetrics metrics,
            Instrumentation instrumentation) {
        this.config = config;
        this.network = network;
        this.parameters = network.parameters();
        this.handover = backend == null ? null : new SetpointHandover(backend, parameters, metrics);
        this.secondOpinions = new SecondOpinions(config.secondOpinionEvery(), metrics);
        this.metrics = metrics;
        this.instrumentation = instrumentation;
        this.inputs = new InputBuilder(parameters);
        this.algorithms = new AlgorithmStore(network, config.dataFolder().resolve("algorithms"));
        this.store = OracleStore.open(
                config.dataFolder(),
                "chain " + network.client().chainId() + ", Consortium "
                        + network.address().toLowerCase(Locale.ROOT) + ", oracle " + account());
        try {
            var blocks = new NodeBlockSource(network);
            BlockHeader head = blocks.head();
            // nothing can be posted any more for what began before; but the plan of the running timestep is still
            // handed over
            var timesteps = timesteps(config.events(), network, blocks, parameters.timestepAt(head.timestampSeconds()));
            this.follower = new LedgerFollower(
                    blocks, store, timesteps, blocks.header(Math.max(0, network.deployedAtBlock() - 1)));
            this.outbox = new Outbox(store, new LedgerAccount(network.client(), config.signer()), network.client());
            outbox.resume(head.number());
        } catch (RuntimeException e) {
            store.close();
            throw e;
        }
        this.status = new OracleStatus(0, account(), 0, 0, 0, 0, 0, true, "");
    }

    /** From the plugin where there is one: it has seen every block, and tells what the whole network sees. */
    private static TimestepSource timesteps(
            EventSource wanted, Network network, NodeBlockSource blocks, int currentTimestep) {
        var parameters = network.parameters();
        LongFunction<TimestepSource> headersFrom = sequence -> HeaderTimestepSource.fromMoment(
                blocks,
                parameters,
                network.firstTimestep(),
                network.deployedAtBlock(),
                TimestepClock.momentOf(sequence, parameters, network.firstTimestep()));
        // from the gate before the current timestep
        long from = Math.max(0, TimestepClock.sequenceAtStart(currentTimestep, network.firstTimestep()) - 1);
        if (wanted != EventSource.HEADERS) {
            var problem = PluginTimestepSource.unusable(network.client(), network.address());
            if (problem.isEmpty()) {
                LOG.info("timestep events come from the plugin in the node");
                return new PluginTimestepSource(network.client(), network.address(), from, headersFrom);
            }
            if (wanted == EventSource.PLUGIN) {
                throw new LedgerException(
                        problem.get() + ". Install it, enable it, or use --events auto to derive events from headers.");
            }
            LOG.info("timestep events are derived from headers: {}", problem.get());
        }
        return headersFrom.apply(from);
    }

    OracleStatus status() {
        return status;
    }

    /** The newest block that it has read; null before the first. */
    @Nullable
    BlockHeader head() {
        return head;
    }

    /** Reads what is new on the ledger and does what follows from it. */
    void tick() {
        BlockHeader newest = follower.advance(this::onEvent);
        if (newest.number() != status.block() || (handover != null && handover.hasAnswers())) {
            act(newest);
        }
        status = new OracleStatus(
                operator(),
                account(),
                newest.number(),
                newest.timestampSeconds(),
                parameters.timestepAt(newest.timestampSeconds()),
                lastPlanned,
                lastFinal,
                handover != null && handover.isBusy(),
                membership());
        metrics.block.set(newest.number());
        metrics.timestep.set(status.timestep());
        metrics.members.set(follower.state().members().size());
        head = newest;
    }

    /** Tells people and health checks that the last look failed. */
    void report(RuntimeException problem) {
        metrics.ledgerErrors.increment();
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
                String.valueOf(problem.getMessage()));
    }

    @Override
    public void close() {
        secondOpinions.close();
        if (handover != null) {
            handover.close();
        }
        store.close();
    }

    private void onEvent(TimestepEvent event, LedgerState state, BlockHeader head) {
        switch (event.kind()) {
            case GATE_CLOSED -> {
                int timestep = event.timestep() + 1;
                enter(Phase.GATE_CLOSED, timestep);
                boolean over = head.timestampSeconds() >= parameters.startOf(timestep);
                if (event.missed() || (over && !isFinalAndRuns(timestep, head))) {
                    LOG.warn("the gate before timestep {} is over: no plan is possible any more", timestep);
                } else {
                    plan(state, timestep, event.snapshotBlock());
                }
            }
            case TIMESTEP_STARTED -> {
                enter(Phase.STARTED, event.timestep());
                rememberFallback(event.timestep(), state, head);
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

    /** A plan that is not final before its timestep can never become final: see Plans.attest. */
    private void rememberFallback(int timestep, LedgerState stateAtStart, BlockHeader head) {
        boolean isOver = timestep != parameters.timestepAt(head.timestampSeconds());
        boolean isPlanned = stateAtStart.planRecord(timestep).finalPost() != null;
        fallback = handover == null || isOver || isPlanned || operator() == 0
                ? null
                : handover.ofFallback(timestep, stateAtStart, operator());
    }

    private void plan(LedgerState state, int timestep, long snapshotBlock) {
        Bytes32 id = state.algorithmAt(timestep);
        if (id == null) {
            LOG.info("no algorithm counts for timestep {} yet", timestep);
            return;
        }
        TimestepPlan plan;
        try {
            plan = Objects.requireNonNull(metrics.planning.record(
                    () -> TimestepPlan.compute(state, inputs, timestep, snapshotBlock, algorithm(id))));
        } catch (LedgerException | RpcErrorException e) {
            // the node did not give the algorithm: tried again
            throw e;
        } catch (RuntimeException e) {
            // the same for everybody, and the same again: no plan, and the timestep falls back
            metrics.planFailures.increment();
            LOG.error("timestep {} cannot be planned", timestep, e);
            return;
        }
        own.put(timestep, instrumentation.plan().apply(plan));
        own.keySet().removeIf(t -> t < timestep - 1);
        judged.keySet().removeIf(t -> t < timestep - 1);
        lastPlanned = timestep;
        metrics.plans.increment(plan.groups().size());
        enter(Phase.PLANNED, timestep);
        secondOpinions.sample(plan);
    }

    private PlanningAlgorithm algorithm(Bytes32 id) {
        return loaded.computeIfAbsent(id, i -> JarAlgorithm.load(i, algorithms.bytes(i), THREADS));
    }

    private void act(BlockHeader head) {
        metrics.failedTransactions.increment(outbox.settle(head.number()));
        int now = parameters.timestepAt(head.timestampSeconds());
        for (int timestep : List.of(now, now + 1)) {
            var plan = own.get(timestep);
            if (plan != null) {
                judge(plan);
                speak(plan, head);
            }
            observeFinal(timestep);
            handOver(timestep, head);
        }
        recordApplied(now, head);
        declareFallbacks(now, head);
    }

    /** Compares others' posts with the own plan. */
    private void judge(TimestepPlan plan) {
        int timestep = plan.commitment().timestep();
        for (PlanPosted post : follower.state().planRecord(timestep).candidates()) {
            if (judged.computeIfAbsent(timestep, t -> new HashSet<>()).add(post.candidate()) && !agrees(post, plan)) {
                metrics.wrongPosts.increment();
                LOG.warn(
                        "operator {} posted a plan for timestep {} that differs from the own: {}",
                        post.operator(),
                        timestep,
                        difference(post, plan));
            }
        }
    }

    /** Attests the candidate that equals the own plan; posts when there is none and it is this operator's turn. */
    private void speak(TimestepPlan plan, BlockHeader head) {
        int timestep = plan.commitment().timestep();
        var record = follower.state().planRecord(timestep);
        String key = "plan " + timestep;
        int rank = follower.state().rank(operator(), timestep);
        if (rank < 0 || record.votes().containsKey(operator()) || outbox.holds(key)) {
            return;
        }
        boolean begun = head.timestampSeconds() >= parameters.startOf(timestep);
        if (begun && record.finalPost() == null) {
            return;
        }
        for (PlanPosted post : record.candidates()) {
            if (agrees(post, plan)) {
                metrics.attestations.increment();
                send(
                        key,
                        network.plans()
                                .attest(
                                        BigInteger.valueOf(timestep),
                                        BigInteger.valueOf(post.candidate()),
                                        plan.digest().toArrayUnsafe(),
                                        plan.decisions().toArrayUnsafe()),
                        head,
                        Phase.VOTE_SIGNED,
                        Phase.VOTE_SENT,
                        timestep);
                return;
            }
        }
        boolean turn = head.timestampSeconds() >= parameters.turnOf(timestep, rank);
        if (turn && record.finalPost() == null) {
            metrics.posts.increment();
            if (rank > 0) {
                metrics.takeovers.increment();
                LOG.info("taking over timestep {} at rank {}", timestep, rank);
            }
            send(
                    key,
                    network.plans()
                            .post(
                                    onChain(plan.commitment()),
                                    plan.setpoints().toArrayUnsafe(),
                                    plan.decisions().toArrayUnsafe()),
                    head,
                    Phase.VOTE_SIGNED,
                    Phase.VOTE_SENT,
                    timestep);
        }
    }

    private void observeFinal(int timestep) {
        PlanPosted post = follower.state().planRecord(timestep).finalPost();
        if (post == null || !seenFinal.add(timestep)) {
            return;
        }
        seenFinal.removeIf(t -> t < timestep - 1);
        lastFinal = Math.max(lastFinal, timestep);
        var plan = own.get(timestep);
        if (plan != null && !agrees(post, plan)) {
            metrics.disagreements.increment();
            LOG.error("the final plan of timestep {} differs from the own: {}", timestep, difference(post, plan));
        }
        LOG.info("timestep {} is final: candidate {} by operator {}", timestep, post.candidate(), post.operator());
        enter(Phase.FINAL, timestep);
    }

    private void handOver(int timestep, BlockHeader head) {
        if (handover == null || operator() == 0 || outbox.knows(appliedKey(timestep))) {
            return;
        }
        PlanPosted post = follower.state().planRecord(timestep).finalPost();
        var withoutPlan = fallback;
        if (post != null) {
            var plan = own.get(timestep);
            // periods stand in the groups' plans, whose root the quorum attested
            var posted = plan != null && plan.commitment().plansRoot().equals(post.plansRoot()) ? plan : null;
            handover.start(timestep, head.number(), () -> handover.ofPlan(post, posted, follower.state(), operator()));
        } else if (withoutPlan != null && withoutPlan.timestep() == timestep) {
            handover.start(timestep, head.number(), () -> withoutPlan);
        }
    }

    /** Puts on record what the backend took over; what it did not answer is handed over again with the next block. */
    private void recordApplied(int now, BlockHeader head) {
        if (handover == null) {
            return;
        }
        for (var answer = handover.poll(); answer.isPresent(); answer = handover.poll()) {
            int timestep = answer.get().timestep();
            // a timestep that is over takes no record any more
            answer.get().applied().filter(applied -> timestep >= now).ifPresent(chargePoints -> {
                enter(Phase.HANDED_OVER, timestep);
                send(
                        appliedKey(timestep),
                        network.plans().recordApplied(BigInteger.valueOf(timestep), bitmap(chargePoints)),
                        head,
                        Phase.APPLIED_SIGNED,
                        Phase.APPLIED_SENT,
                        timestep);
            });
        }
    }

    /** One bit for each charge point, lowest bit of the first byte first: see IPlans.recordApplied. */
    private static byte[] bitmap(Set<Integer> chargePoints) {
        var bits = new BitSet();
        chargePoints.forEach(bits::set);
        return bits.toByteArray();
    }

    /** Puts timesteps that began without a final plan on record: the leader of the current one first, others later. */
    private void declareFallbacks(int now, BlockHeader head) {
        var open = follower.state().openTimesteps(now);
        int rank = follower.state().rank(operator(), now);
        long turn = parameters.startOf(now) + (long) rank * parameters.takeoverSeconds();
        if (open.isEmpty() || rank < 0 || head.timestampSeconds() < turn) {
            return;
        }
        for (int timestep : open.subList(0, Math.min(open.size(), MOST_FALLBACKS_AT_ONCE))) {
            String key = "fallback " + timestep;
            if (!outbox.holds(key)) {
                LOG.warn("timestep {} began without a final plan: fallback", timestep);
                metrics.fallbacks.increment();
                outbox.sign(key, network.plans().getContractAddress(), declareFallback(timestep), head.number())
                        .ifPresent(outbox::transmit);
            }
        }
    }

    private String declareFallback(int timestep) {
        return network.plans().declareFallback(BigInteger.valueOf(timestep)).encodeFunctionCall();
    }

    private void send(
            String key, RemoteFunctionCall<?> call, BlockHeader head, Phase signed, Phase sent, int timestep) {
        outbox.sign(key, network.plans().getContractAddress(), call.encodeFunctionCall(), head.number())
                .ifPresent(entry -> {
                    enter(signed, timestep);
                    outbox.transmit(entry);
                    enter(sent, timestep);
                });
    }

    private void enter(Phase phase, int timestep) {
        LOG.debug("timestep {}: {}", timestep, phase);
        instrumentation.phases().entered(phase, timestep);
    }

    private static String appliedKey(int timestep) {
        return "applied " + timestep;
    }

    private boolean agrees(PlanPosted post, TimestepPlan plan) {
        return difference(post, plan) == null;
    }

    private @Nullable Difference difference(PlanPosted post, TimestepPlan plan) {
        return new PostComparison(post, plan, parameters.stepsPerHour()).ofAll();
    }

    private static Plans.Commitment onChain(Commitment c) {
        return new Plans.Commitment(
                BigInteger.valueOf(c.timestep()),
                BigInteger.valueOf(c.snapshotBlock()),
                c.algorithm().toArrayUnsafe(),
                c.inputsRoot().toArrayUnsafe(),
                c.plansRoot().toArrayUnsafe(),
                c.setpointsRoot().toArrayUnsafe());
    }

    private String account() {
        return config.signer().address();
    }

    /** What is wrong with the account, empty if nothing; said once when it changes. */
    private String membership() {
        String problem = operator() != 0
                ? ""
                : "account " + account()
                        + " is not the oracle of any member: it follows and plans, but cannot post. Ask an owner to"
                        + " propose it (Consortium.proposeAdmission), or to name it with changeAccounts.";
        if (!problem.equals(status.error()) && !problem.isEmpty()) {
            LOG.warn("{}", problem);
        }
        return problem;
    }

    /** This operator's id, 0 while its account is not that of a member's oracle. */
    private int operator() {
        Bytes account = Bytes.fromHexString(account());
        for (int id : follower.state().members()) {
            var member = follower.state().operator(id);
            if (member != null && member.oracle().equals(account)) {
                return id;
            }
        }
        return 0;
    }
}

package org.chargeproof.view.follow;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.tuweni.bytes.Bytes;
import org.chargeproof.protocol.ledger.LedgerEvent;
import org.chargeproof.protocol.ledger.LedgerState;
import org.chargeproof.protocol.ledger.LogDecoder;
import org.chargeproof.protocol.ledger.NetworkIdentity;
import org.chargeproof.protocol.ledger.RawLog;
import org.chargeproof.protocol.plan.TimestepPlan;
import org.chargeproof.protocol.plan.TimestepPlan.GroupPlan;
import org.chargeproof.protocol.time.BlockHeader;
import org.chargeproof.protocol.time.NetworkParameters;
import org.chargeproof.protocol.time.TimestepClock;
import org.chargeproof.protocol.time.TimestepEvent;
import org.chargeproof.view.model.GreenShare;
import org.chargeproof.view.model.MarketView;
import org.chargeproof.view.model.NetworkView;
import org.chargeproof.view.verify.BillSource;
import org.chargeproof.view.verify.BillVerifier;
import org.chargeproof.view.verify.GroupReasons;
import org.chargeproof.view.verify.OwnBills;
import org.chargeproof.view.verify.PlanSource;
import org.chargeproof.view.verify.PlanVerifier;
import org.chargeproof.view.verify.PowerReasons;
import org.chargeproof.view.verify.Verdict;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One network as its blocks tell it: its state, its timestep events, verdicts on its plans. Written by one thread, read by
 * any. All of it depends on the chain alone, so it is the same on every node.
 */
public final class NetworkTracker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NetworkTracker.class);

    private final NetworkIdentity network;
    private final NetworkParameters parameters;
    /** Of the contracts that plans are made of. */
    private final Set<Bytes> planning;
    /** Of those that bills, channels and reputations are made of beside these. */
    private final Set<Bytes> paying;

    private final Chain chain;
    private final PlanSource plans;
    private final LogListener listener;
    private final ViewMetrics metrics;
    private final TimestepClock clock;
    private final LedgerState state = new LedgerState();
    private final NetworkView view;
    private final PlanVerifier verifier;
    /** Null in a network that does not bill. */
    private final @Nullable MarketView market;

    private final BillVerifier bills;
    private final List<TimestepEvent> events = new ArrayList<>();
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private final BlockHeader deployed;
    private @Nullable Journal journal;
    /** Time of the last block in the journal: plans that could still be posted then must be computed again. */
    private long journalEndSeconds;

    private volatile BlockHeader processed;
    private boolean torn;

    /** What readers see; valid only while they read. */
    public record Snapshot(
            NetworkIdentity network,
            NetworkParameters parameters,
            LedgerState state,
            NetworkView view,
            @Nullable MarketView market,
            List<TimestepEvent> events,
            BlockHeader processed) {
        /**
         * Number of the first event that is there; all up to the newest follow. It is 1 when the network was deployed behind
         * the gate of its first timestep.
         */
        public long firstSequence() {
            return events.isEmpty() ? 0 : events.getFirst().sequence();
        }

        /** Number that the next event will have, if none has come yet at least so much. */
        public long nextSequence() {
            return events.isEmpty() ? 0 : events.getLast().sequence() + 1;
        }
    }

    /** Which contract wrote a log: two of them are of one kind. */
    private enum Origin {
        /** One that plans are made of. */
        PLANS,
        /** One that bills or pays. */
        MARKET,
        /** The registry of the programs that compute bills, whose logs look like those of the planner's. */
        VALUATIONS
    }

    /** An event, and where on the chain it stands. */
    private record Logged(LedgerEvent event, Origin origin, long block, int logIndex) {}

    private record Judged(
            LedgerEvent event, Origin origin, @Nullable Verdict verdict) {}

    private NetworkTracker(
            NetworkIdentity network,
            Chain chain,
            History history,
            PlanSource plans,
            BillSource ownBills,
            LogListener listener,
            ViewMetrics metrics) {
        this.network = network;
        this.parameters = network.linked().parameters();
        this.planning = new NetworkIdentity(network.chainId(), network.contract(), network.linked()).addresses();
        var linked = network.market();
        // a market may name one address twice
        this.paying = linked == null
                ? Set.of()
                : Set.copyOf(List.of(linked.settlement(), linked.meters(), linked.valuations(), linked.channels()));
        this.chain = chain;
        this.plans = plans;
        this.listener = listener;
        this.metrics = metrics;
        this.deployed = chain.block(network.linked().deployedAtBlock()).header();
        this.clock = new TimestepClock(parameters, network.linked().firstTimestep(), deployed.timestampSeconds());
        this.processed = deployed.number() == 0
                ? deployed
                : chain.block(deployed.number() - 1).header();
        this.view = new NetworkView(parameters, state, history.timesteps(), history.sessions(), processed);
        this.market = linked == null ? null : new MarketView(parameters, linked, history.timesteps());
        this.verifier = new PlanVerifier(parameters, plans, metrics::replanned);
        this.bills = new BillVerifier(ownBills);
    }

    /** Takes up a network where its journal ends, or from the block in which it was deployed. */
    static NetworkTracker open(
            NetworkIdentity network,
            Chain chain,
            Path folder,
            History history,
            PlanSource plans,
            BillSource ownBills,
            LogListener listener,
            ViewMetrics metrics) {
        var tracker = new NetworkTracker(network, chain, history, plans, ownBills, listener, metrics);
        try {
            tracker.journalEndSeconds = journalEnd(Journal.lastLines(Journal.in(folder), 2));
            tracker.journal =
                    Journal.open(Journal.in(folder), JournalFormat.header(network, tracker.deployed), tracker::replay);
        } catch (RuntimeException e) {
            tracker.verifier.close();
            tracker.bills.close();
            throw e;
        }
        LOG.info(
                "Following the network at {}: {} timestep events up to block {}",
                network.contract(),
                tracker.events.size(),
                tracker.processed.number());
        return tracker;
    }

    /** Follows the next block. */
    void advance() {
        var block = chain.block(processed.number() + 1);
        BlockHeader header = block.header();
        // a node that cannot be asked now changes nothing
        var logs = block.logs();
        long headSeconds = chain.head().timestampSeconds();
        torn = true;
        var newEvents = clock.onBlock(header);
        newEvents.forEach(e -> onGate(e, header.timestampSeconds(), true));
        var settlement = settlement(header, headSeconds);
        var decoded = decode(logs);
        var judged = new ArrayList<Judged>();
        var verdicts = new ArrayList<Verdict>();
        var green = new ArrayList<GreenShare>();
        var reasons = new ArrayList<GroupReasons>();
        for (Logged log : decoded) {
            LedgerEvent event = log.event();
            Verdict verdict = null;
            onProgram(log);
            switch (event) {
                case LedgerEvent.PlanPosted e -> {
                    verdict = verifier.judge(e);
                    verdicts.add(verdict);
                }
                case LedgerEvent.PlanFinal e -> {
                    var groups = groups(e, verdicts);
                    green.addAll(green(e.timestep(), groups));
                    groups.forEach(group -> reasons(group, reasons));
                }
                default -> {
                    // the state's business
                }
            }
            judged.add(new Judged(event, log.origin(), verdict));
        }
        var users = ofUsers(logs);
        if (!newEvents.isEmpty() || !decoded.isEmpty() || !users.isEmpty()) {
            Objects.requireNonNull(journal)
                    .append(JournalFormat.line(new JournalEntry(header, newEvents, verdicts, green, reasons)));
        }
        users.forEach(listener::onUsers);
        publish(header, newEvents, settlement, judged, green, reasons);
        newEvents.forEach(e -> metrics.event(e.kind(), e.missed()));
        verdicts.forEach(this::tell);
        torn = false;
    }

    /** Whether a block was begun and not ended: then only the journal knows what was done with. */
    boolean isTorn() {
        return torn;
    }

    /** The newest block that was followed. */
    BlockHeader processed() {
        return processed;
    }

    /** Lets somebody read a consistent state. */
    public <T> T read(Function<Snapshot, T> reader) {
        lock.readLock().lock();
        try {
            return reader.apply(new Snapshot(network, parameters, state, view, market, events, processed));
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Computes plans again. */
    public PlanVerifier verifier() {
        return verifier;
    }

    public NetworkIdentity network() {
        return network;
    }

    @Override
    public void close() {
        verifier.close();
        bills.close();
        if (journal != null) {
            journal.close();
        }
    }

    /** 0 when it cannot be told, which makes more be computed than need be. */
    private static long journalEnd(List<String> newestFirst) {
        for (String line : newestFirst) {
            try {
                return JournalFormat.entry(line).header().timestampSeconds();
            } catch (IllegalArgumentException e) {
                // a power cut may have spoiled the last one
            }
        }
        return 0;
    }

    /** Takes a block from the journal; false when the chain tells another story, or this version does. */
    private boolean replay(String line) {
        JournalEntry entry;
        try {
            entry = JournalFormat.entry(line);
        } catch (IllegalArgumentException e) {
            LOG.warn("The journal ends with something that is no line of it; it is written anew from there");
            return false;
        }
        BlockHeader header = entry.header();
        if (header.number() > chain.head().number()) {
            // the node lost its last blocks, and will get the same again
            return false;
        }
        var block = chain.block(header.number());
        if (!block.header().equals(header) || header.number() <= processed.number()) {
            LOG.warn("The journal knows another block {}; it is written anew from there", header.number());
            return false;
        }
        if (!clock.onBlock(header).equals(entry.events())) {
            throw new ChainException("the journal tells other events for block " + header.number()
                    + " than this version of the plugin. Delete it to have it written anew.");
        }
        entry.events().forEach(e -> onGate(e, journalEndSeconds, false));
        var settlement = settlement(header, chain.head().timestampSeconds());
        var verdicts = entry.verdicts().iterator();
        var judged = new ArrayList<Judged>();
        for (Logged log : decode(block.logs())) {
            onProgram(log);
            boolean post = log.event() instanceof LedgerEvent.PlanPosted;
            judged.add(new Judged(log.event(), log.origin(), post && verdicts.hasNext() ? verdicts.next() : null));
        }
        ofUsers(block.logs()).forEach(listener::onUsers);
        publish(header, entry.events(), settlement, judged, entry.green(), entry.reasons());
        return true;
    }

    /** What is computed depends on the chain alone; when it is computed, on whether a plan can still be posted. */
    private void onGate(TimestepEvent event, long nowSeconds, boolean anyway) {
        int timestep = event.timestep() + 1;
        boolean open = nowSeconds < parameters.startOf(timestep + 1);
        if (event.kind() == TimestepEvent.Kind.GATE_CLOSED && !event.missed() && (anyway || open)) {
            boolean atOnce = plans.atOnce() && chain.head().timestampSeconds() < parameters.startOf(timestep);
            verifier.onGate(state, timestep, event.snapshotBlock(), atOnce);
        }
    }

    /** The settlement that a block begins, before its events; null when it begins none, or one that would be forgotten by now. */
    private @Nullable OwnBills settlement(BlockHeader header, long headSeconds) {
        var billing = market;
        if (billing == null || !billing.problem().isEmpty()) {
            return null;
        }
        int timestep = parameters.timestepAt(header.timestampSeconds());
        int start = timestep - timestep % billing.terms().settlementTimesteps();
        int now = parameters.timestepAt(headSeconds);
        if (start <= parameters.timestepAt(processed.timestampSeconds())
                || start <= network.linked().firstTimestep()
                || start < now - billing.historyTimesteps()) {
            return null;
        }
        try {
            return bills.begin(billing.billing(), start, header.number() - 1);
        } catch (RuntimeException e) {
            giveUp(billing, e);
            return null;
        }
    }

    private void giveUp(MarketView billing, RuntimeException e) {
        lock.writeLock().lock();
        try {
            billing.giveUp(e);
        } finally {
            lock.writeLock().unlock();
        }
    }

    private List<Logged> decode(List<RawLog> logs) {
        var decoded = new ArrayList<Logged>();
        for (RawLog log : logs) {
            if (planning.contains(log.address())) {
                LogDecoder.decode(log)
                        .ifPresent(e -> decoded.add(new Logged(e, Origin.PLANS, log.block(), log.logIndex())));
            } else if (paying.contains(log.address())) {
                decodePaying(log).ifPresent(decoded::add);
            }
        }
        return decoded;
    }

    /** What cannot be read here stops no plan. */
    private Optional<Logged> decodePaying(RawLog log) {
        var billing = Objects.requireNonNull(market);
        boolean program =
                log.address().equals(Objects.requireNonNull(network.market()).valuations());
        try {
            return LogDecoder.decode(log)
                    .map(e -> new Logged(e, program ? Origin.VALUATIONS : Origin.MARKET, log.block(), log.logIndex()));
        } catch (IllegalArgumentException e) {
            giveUp(billing, e);
            return Optional.empty();
        }
    }

    private List<RawLog> ofUsers(List<RawLog> logs) {
        return logs.stream()
                .filter(log -> log.address().equals(network.linked().assets()) && UserLogs.contain(log))
                .toList();
    }

    /** Of the programs that plan, and of those that compute bills. */
    private void onProgram(Logged log) {
        boolean plans = log.origin() == Origin.PLANS;
        if (log.event() instanceof LedgerEvent.ChunkStored e) {
            // not the log itself: it holds the bytes
            long block = log.block();
            int logIndex = log.logIndex();
            Supplier<Bytes> chunk = () -> chunkAt(block, logIndex);
            if (plans) {
                verifier.onChunk(e.algorithm(), e.operator(), e.index(), chunk);
            } else {
                bills.onChunk(e.algorithm(), e.operator(), e.index(), chunk);
            }
        } else if (log.event() instanceof LedgerEvent.AlgorithmActivated e) {
            if (plans) {
                verifier.onActivated(e.algorithm());
            } else {
                bills.onActivated(e.algorithm());
            }
        }
    }

    private Bytes chunkAt(long block, int logIndex) {
        return chain.block(block).logs().stream()
                .filter(log -> log.logIndex() == logIndex)
                .flatMap(log -> LogDecoder.decode(log).stream())
                .filter(LedgerEvent.ChunkStored.class::isInstance)
                .map(e -> ((LedgerEvent.ChunkStored) e).chunk())
                .findFirst()
                .orElseThrow(
                        () -> new ChainException("log " + logIndex + " of block " + block + " is not there any more"));
    }

    /** Only the plan that everybody can compute again settles anything, and says why. */
    private List<GroupPlan> groups(LedgerEvent.PlanFinal event, List<Verdict> ofThisBlock) {
        return matches(event, ofThisBlock)
                ? verifier.plan(event.timestep()).map(TimestepPlan::groups).orElse(List.of())
                : List.of();
    }

    private static List<GreenShare> green(int timestep, List<GroupPlan> groups) {
        var shares = new ArrayList<GreenShare>();
        for (var group : groups) {
            for (var green : group.decodedPlan().green()) {
                if (green.greenWh() > 0) {
                    shares.add(new GreenShare(green.sessionId(), timestep - 2, green.greenWh()));
                }
            }
        }
        return shares;
    }

    private static void reasons(GroupPlan group, List<GroupReasons> all) {
        try {
            var reasons = PowerReasons.of(group.decodedInput(), group.decodedPlan());
            if (!reasons.sessions().isEmpty()) {
                all.add(reasons);
            }
        } catch (RuntimeException e) {
            // an algorithm of one's own may plan in another way; whatever it does, the chain is followed
            LOG.warn("Why power is cut cannot be told of group {}: {}", group.group(), e.getMessage());
        }
    }

    private boolean matches(LedgerEvent.PlanFinal event, List<Verdict> ofThisBlock) {
        Map<Integer, Verdict.Result> results = new HashMap<>();
        var record = view.timestepRecord(event.timestep());
        if (record != null) {
            record.posts().forEach(p -> results.put(p.candidate(), p.verdict().result()));
        }
        ofThisBlock.stream()
                .filter(v -> v.timestep() == event.timestep())
                .forEach(v -> results.put(v.candidate(), v.result()));
        return results.get(event.candidate()) == Verdict.Result.MATCH;
    }

    private void publish(
            BlockHeader header,
            List<TimestepEvent> newEvents,
            @Nullable OwnBills settlement,
            List<Judged> judged,
            List<GreenShare> green,
            List<GroupReasons> reasons) {
        lock.writeLock().lock();
        try {
            view.beginBlock(header);
            var billing = market;
            if (billing != null && settlement != null) {
                billing.begin(settlement);
            }
            for (Judged j : judged) {
                List<LedgerEvent.PowerGranted> following = List.of();
                if (j.origin() == Origin.PLANS) {
                    following = state.apply(j.event());
                    listener.onEvent(j.event());
                    view.apply(j.event(), header, j.verdict());
                    for (var granted : following) {
                        listener.onEvent(granted);
                        view.apply(granted, header, null);
                    }
                }
                if (billing == null) {
                    continue;
                }
                if (j.origin() != Origin.VALUATIONS) {
                    billing.apply(j.event(), header);
                    following.forEach(granted -> billing.apply(granted, header));
                } else if (j.event() instanceof LedgerEvent.AlgorithmActivated e) {
                    billing.applyValuation(e);
                }
            }
            green.forEach(view::apply);
            reasons.forEach(view::apply);
            view.endBlock(header);
            events.addAll(newEvents);
            processed = header;
        } finally {
            lock.writeLock().unlock();
        }
    }

    private void tell(Verdict verdict) {
        metrics.verdict(verdict.result());
        switch (verdict.result()) {
            case MATCH ->
                LOG.info("MATCH: timestep {}, plan posted by operator {}", verdict.timestep(), verdict.operator());
            case MISMATCH ->
                LOG.warn(
                        "MISMATCH: timestep {}, plan posted by operator {}: {}",
                        verdict.timestep(),
                        verdict.operator(),
                        verdict.difference());
            case UNVERIFIED ->
                LOG.warn(
                        "UNVERIFIED: timestep {}, plan posted by operator {}: {}",
                        verdict.timestep(),
                        verdict.operator(),
                        verdict.reason());
        }
    }
}

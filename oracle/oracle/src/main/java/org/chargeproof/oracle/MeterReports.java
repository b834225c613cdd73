package org.chargeproof.oracle;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.chargeproof.contracts.Charging;
import org.chargeproof.oracle.OracleStore.Register;
import org.chargeproof.oracle.backend.ChargePointFeed;
import org.chargeproof.oracle.backend.ChargePointFeed.News;
import org.chargeproof.oracle.backend.ChargePointFeed.Point;
import org.chargeproof.oracle.backend.ChargePointFeed.Told;
import org.chargeproof.protocol.ledger.ChargePoint;
import org.chargeproof.protocol.ledger.LedgerState;
import org.chargeproof.protocol.ledger.Session;
import org.chargeproof.protocol.time.BlockHeader;
import org.chargeproof.protocol.time.NetworkParameters;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.web3j.protocol.core.RemoteFunctionCall;

/**
 * Puts on chain what the operator's charge points tell: their registers when a timestep is over, and that a car is gone. As soon as all
 * sessions have told of the timestep's end, and no later than a moment after it: the next gate does not wait.
 */
final class MeterReports {
    private static final Logger LOG = LoggerFactory.getLogger(MeterReports.class);
    private static final int ENTRY_BYTES = 17;
    private static final int ENTRIES_AT_ONCE = 1_000;
    private static final int MOST_WAIT_SECONDS = 20;
    private static final int MIN_WAIT_SECONDS = 3;
    private static final int WAIT_PART_OF_TIMESTEP = 6;
    private static final int TOLERATED_WH = 1_000;

    private final Charging contract;
    private final NetworkParameters parameters;
    private final Supplier<LedgerState> state;
    private final Membership membership;
    private final ChargePointFeed feed;
    private final OracleStore store;
    private final Writer writer;
    private final Listener listener;
    /** Sessions of the ledger, by the charge point's session that they are charged in. */
    private final Map<Integer, Bound> bound = new HashMap<>();

    /** Sessions of which it was said that they were told wrongly. */
    private final Set<String> impossible = new HashSet<>();

    private final Map<Integer, Entry> reported = new HashMap<>();
    private int reportedTimestep;
    private volatile boolean acting;

    private record Bound(String told, int session) {}

    private record Entry(int chargePoint, long registerWh, long livePowerW, int status) {}

    /** Sends each thing once. */
    interface Writer {
        /** Whether something was sent for this purpose, whatever became of it. */
        boolean knows(String purpose);

        /** Sends a call, unless one for this purpose is held. */
        void send(String purpose, RemoteFunctionCall<?> call, long headBlock);
    }

    /** Hears what was metered. */
    interface Listener {
        /**
         * A timestep is over.
         *
         * @param energyWh by charge point; those that told nothing are not in it
         * @param head the newest block
         */
        void metered(int timestep, Map<Integer, Long> energyWh, BlockHeader head);

        /** Charge points have taken setpoints over beside the handover. */
        void applied(int timestep, Set<Integer> chargePoints, BlockHeader head);
    }

    MeterReports(
            Charging contract,
            NetworkParameters parameters,
            Supplier<LedgerState> state,
            Membership membership,
            ChargePointFeed feed,
            OracleStore store,
            Writer writer,
            Listener listener) {
        this.contract = contract;
        this.parameters = parameters;
        this.state = state;
        this.membership = membership;
        this.feed = feed;
        this.store = store;
        this.writer = writer;
        this.listener = listener;
    }

    /** Whether something was told that is not dealt with. */
    boolean hasNews() {
        return feed.hasNews();
    }

    /** The same for other threads, also while it is being dealt with. */
    boolean isBusy() {
        // in this order: what is being dealt with is no news any more
        return feed.hasNews() || acting;
    }

    /** Lets the operator's system know which charge points there are, and what time it is: once for a block, before it is handed anything. */
    void follow(BlockHeader head) {
        int operator = membership.operator();
        if (operator != 0) {
            feed.follow(points(operator), head.timestampSeconds());
        }
    }

    /** Writes what is to be written at a block. */
    void act(BlockHeader head) {
        acting = true;
        try {
            write(head);
        } finally {
            acting = false;
        }
    }

    private void write(BlockHeader head) {
        if (membership.operator() == 0) {
            return;
        }
        List<News> news = feed.news();
        feed.appliedSince().forEach((timestep, points) -> listener.applied(timestep, points, head));
        int now = parameters.timestepAt(head.timestampSeconds());
        for (News each : news) {
            bind(each, now);
        }
        int over = now - 1;
        if (!news.isEmpty() && feed.isReady() && reportedTimestep != over && isTold(news, head, now)) {
            report(news, over, head);
        }
        for (News each : news) {
            endThoseThatAreOver(each, head);
        }
    }

    private List<Point> points(int operator) {
        var points = new ArrayList<Point>();
        for (ChargePoint point : state.get().chargePoints()) {
            if (point.operator() == operator && !point.removed()) {
                points.add(new Point(point.id(), point.evseId(), point.ratedPowerW(), point.minPowerW()));
            }
        }
        return points;
    }

    /**
     * A car is charged for the request that is open at its charge point, and not for one of a car that is yet to come. Once its session is over,
     * only for one that could charge before that: what was asked for later is the next driver's.
     */
    private void bind(News news, int now) {
        Session open = state.get().chargePoints().get(news.chargePoint()).session();
        if (open == null || (open.isReservation() && open.arrivalTimestep() > now + 1)) {
            return;
        }
        Bound known = bound.get(news.chargePoint());
        for (Told told : news.sessions()) {
            if (known != null
                    && known.told().equals(told.session())
                    && known.session() == open.id()
                    && mayBeOf(told, open)) {
                return;
            }
        }
        // the oldest: after a start, the car of the one before may be gone already, and the next one be there
        for (Told told : news.sessions()) {
            boolean isAnothers =
                    known != null && known.told().equals(told.session()) && known.session() != open.id() && told.over();
            if (mayBeOf(told, open) && !isAnothers) {
                bound.put(news.chargePoint(), new Bound(told.session(), open.id()));
                return;
            }
        }
    }

    private boolean mayBeOf(Told told, Session open) {
        return !told.over() || parameters.startOf(open.arrivalTimestep()) <= told.toldSeconds();
    }

    private void endThoseThatAreOver(News news, BlockHeader head) {
        Session open = state.get().chargePoints().get(news.chargePoint()).session();
        Bound known = bound.get(news.chargePoint());
        Register register = store.register(news.chargePoint()).orElse(null);
        for (Told told : news.sessions()) {
            if (!told.over()) {
                continue;
            }
            if (open != null
                    && known != null
                    && known.told().equals(told.session())
                    && known.session() == open.id()
                    && (!open.isReservation() || mayBeOf(told, open))) {
                writer.send("end " + open.id(), contract.endSession(big(open.id())), head.number());
            }
            boolean isRegistered = register != null
                    && (register.startedSeconds() > told.startedSeconds()
                            || (register.startedSeconds() == told.startedSeconds()
                                    && register.energyWh() >= told.energyWh())
                            || (register.session().equals(told.session()) && register.energyWh() >= told.energyWh()));
            boolean isReported = reported.containsKey(news.chargePoint())
                    && register != null
                    && reported.get(news.chargePoint()).registerWh() >= register.registerWh();
            if (isRegistered && isReported) {
                feed.settled(news.chargePoint(), told.session());
            }
        }
    }

    private boolean isTold(List<News> news, BlockHeader head, int now) {
        long startSeconds = parameters.startOf(now);
        int waitSeconds =
                Math.clamp(parameters.timestepSeconds() / WAIT_PART_OF_TIMESTEP, MIN_WAIT_SECONDS, MOST_WAIT_SECONDS);
        if (head.timestampSeconds() >= startSeconds + waitSeconds) {
            return true;
        }
        for (News each : news) {
            Session open = state.get().chargePoints().get(each.chargePoint()).session();
            // whoever was to take nothing need not say that it did
            if (open != null
                    && open.awaitsReading()
                    && each.sessions().stream().anyMatch(told -> !told.over() && told.toldSeconds() < startSeconds)) {
                return false;
            }
        }
        return true;
    }

    private void report(List<News> news, int timestep, BlockHeader head) {
        var energyWh = new HashMap<Integer, Long>();
        var entries = new ArrayList<Entry>();
        for (News each : news) {
            ChargePoint point = state.get().chargePoints().get(each.chargePoint());
            Entry before = reported.get(point.id());
            long beforeWh = before == null ? point.registerWh() : before.registerWh();
            long registerWh = Math.max(beforeWh, registerWh(point, each.sessions(), timestep));
            long takenWh = registerWh - beforeWh;
            var entry = new Entry(
                    point.id(),
                    registerWh,
                    Math.min(Integer.MAX_VALUE, takenWh * parameters.stepsPerHour()),
                    each.status());
            // all, each time: who is left out for a timestep is credited by what was expected
            entries.add(entry);
            reported.put(point.id(), entry);
            energyWh.put(point.id(), takenWh);
        }
        // a charge point is always in the same part: what was sent of a report before a restart is not sent again
        entries.stream()
                .collect(Collectors.groupingBy(
                        entry -> entry.chargePoint() / ENTRIES_AT_ONCE, TreeMap::new, Collectors.toList()))
                .forEach((part, some) -> {
                    String purpose = purpose(timestep, part);
                    if (!writer.knows(purpose)) {
                        writer.send(purpose, contract.reportMeters(big(timestep), encode(some)), head.number());
                    }
                });
        // after a gap nobody knows when it was taken
        if (reportedTimestep == timestep - 1) {
            listener.metered(timestep, energyWh, head);
        }
        reportedTimestep = timestep;
    }

    /** Sessions count from 0 each; the register goes on. */
    private long registerWh(ChargePoint point, List<Told> sessions, int timestep) {
        Register register = store.register(point.id()).orElse(null);
        Register kept = register;
        for (Told told : sessions) {
            // a clock that is ahead must not keep later sessions out
            long startedSeconds = Math.min(told.startedSeconds(), parameters.startOf(timestep + 1));
            // one that begins with another one is the same by another name: no energy counts twice
            Register same = register != null
                            && (register.session().equals(told.session())
                                    || register.startedSeconds() == startedSeconds)
                    ? register
                    : null;
            long knownWh = same == null ? 0 : same.energyWh();
            int since = same == null ? parameters.timestepAt(startedSeconds) - 1 : same.raisedTimestep();
            if (!isPossible(point, told, knownWh, timestep - since + 1)) {
                continue;
            }
            if (same != null) {
                register = new Register(
                        told.session(),
                        same.startedSeconds(),
                        same.baseWh(),
                        Math.max(knownWh, told.energyWh()),
                        told.energyWh() > knownWh ? timestep : same.raisedTimestep());
            } else if (register == null || startedSeconds > register.startedSeconds()) {
                long baseWh = register == null ? firstBaseWh(point, told, timestep) : register.registerWh();
                register = new Register(told.session(), startedSeconds, baseWh, told.energyWh(), timestep);
            }
        }
        if (register == null) {
            return point.registerWh();
        }
        if (!register.equals(kept)) {
            store.putRegister(point.id(), register);
        }
        return register.registerWh();
    }

    /** A store that was lost does not know how much of a session was reported: what is not surely new is not reported again. */
    private long firstBaseWh(ChargePoint point, Told told, int timestep) {
        boolean isNew = told.startedSeconds() >= parameters.startOf(timestep);
        return isNew ? point.registerWh() : point.registerWh() - told.energyWh();
    }

    /** A system that tells of more than twice what its charge point can give has made a mistake: a register never goes back. */
    private boolean isPossible(ChargePoint point, Told told, long knownWh, int timesteps) {
        long mostWh = 2L * point.ratedPowerW() / parameters.stepsPerHour() * Math.max(1, timesteps) + TOLERATED_WH;
        boolean isPossible = told.energyWh() - knownWh <= mostWh;
        if (!isPossible && impossible.add(told.session())) {
            LOG.warn(
                    "session {} at charge point {} is said to have taken {} Wh, {} Wh more than before; that is more than {} Wh,"
                            + " twice what the charge point gives in {} timesteps: it is not reported",
                    told.session(),
                    point.id(),
                    told.energyWh(),
                    told.energyWh() - knownWh,
                    mostWh,
                    Math.max(1, timesteps));
        }
        return isPossible;
    }

    private static byte[] encode(List<Entry> entries) {
        var bytes = ByteBuffer.allocate(entries.size() * ENTRY_BYTES);
        for (Entry entry : entries) {
            bytes.putInt(entry.chargePoint()).putLong(entry.registerWh()).putInt((int) entry.livePowerW());
            bytes.put((byte) entry.status());
        }
        return bytes.array();
    }

    private static String purpose(int timestep, int part) {
        return "meters " + timestep + (part == 0 ? "" : " " + part);
    }

    private static BigInteger big(long value) {
        return BigInteger.valueOf(value);
    }
}

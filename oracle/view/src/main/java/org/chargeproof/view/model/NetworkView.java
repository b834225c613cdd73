package org.chargeproof.view.model;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.tuweni.bytes.Bytes;
import org.chargeproof.protocol.encoding.Setpoints;
import org.chargeproof.protocol.ledger.ChargePoint;
import org.chargeproof.protocol.ledger.LedgerEvent;
import org.chargeproof.protocol.ledger.LedgerEvent.MarketLinked;
import org.chargeproof.protocol.ledger.LedgerState;
import org.chargeproof.protocol.ledger.Tariffs;
import org.chargeproof.protocol.plan.Fallback;
import org.chargeproof.protocol.time.BlockHeader;
import org.chargeproof.protocol.time.NetworkParameters;
import org.chargeproof.view.verify.GroupReasons;
import org.chargeproof.view.verify.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * What people ask for, folded from the same logs as the state: history of sessions, setpoints and plans of the last
 * timesteps. No plan depends on it. Not thread-safe.
 */
public final class NetworkView {
    /** A request that was withdrawn before a plan decided it is nobody's receipt. */
    private static final int WITHDRAWN_TIMESTEPS = 2;

    private final NetworkParameters parameters;
    private final LedgerState state;
    private final int historyTimesteps;
    private final int historySessions;
    private final Tariffs tariffs = new Tariffs();
    private final List<ChargePointRecord> chargePoints = new ArrayList<>();
    /** By the ids of groups; null for one that was removed. */
    private final List<@Nullable GroupHistory> groups = new ArrayList<>();

    private final TreeMap<Integer, Provider> providers = new TreeMap<>();
    private @Nullable MarketLinked market;
    private final TreeMap<Integer, SessionRecord> sessions = new TreeMap<>();
    /** Sessions that are over, in the order in which they were: those that a plan decided, and those that none did. */
    private final ArrayDeque<SessionRecord> over = new ArrayDeque<>();

    private final ArrayDeque<SessionRecord> withdrawn = new ArrayDeque<>();
    private final TreeMap<Integer, TimestepRecord> timesteps = new TreeMap<>();
    private final Map<Verdict.Result, Long> verdictCounts = new EnumMap<>(Verdict.Result.class);
    private BlockHeader head;
    /** Fallbacks of the timestep that runs, W by charge point as they were at its start; empty when there is a final plan. */
    private int[] fallbackW = {};

    /**
     * A provider without charge points.
     *
     * @param owner 20 bytes; so is {@code desk}
     */
    public record Provider(int id, String name, Bytes owner, Bytes desk) {}

    /** What counts in a timestep for a charge point. */
    public enum Source {
        /** A final plan. */
        PLAN,
        /** None became final: the share of what is always free. */
        FALLBACK,
        /** Nothing yet, or not known any more. */
        NONE
    }

    /**
     * @param state kept by somebody else, who applies each event to it before this view is told
     * @param historyTimesteps how long what is over is remembered
     * @param historySessions how many sessions that are over are remembered, and how many requests that were withdrawn
     */
    public NetworkView(
            NetworkParameters parameters,
            LedgerState state,
            int historyTimesteps,
            int historySessions,
            BlockHeader head) {
        this.parameters = parameters;
        this.state = state;
        this.historyTimesteps = historyTimesteps;
        this.historySessions = historySessions;
        this.head = head;
    }

    /**
     * A block follows, before the state applies its events. When it begins a timestep, fallbacks are those of the state before it:
     * nobody changes them while the timestep runs.
     */
    public void beginBlock(BlockHeader header) {
        int timestep = parameters.timestepAt(header.timestampSeconds());
        if (timestep > timestep()) {
            var record = timesteps.get(timestep);
            fallbackW = record != null && record.setpoints != null ? new int[0] : Fallback.of(state);
            beginGroups(timestep);
        }
    }

    /** As the state before the block has them: what changes in it counts from the next timestep on. */
    private void beginGroups(int timestep) {
        for (var group : state.groups()) {
            var history = group.id() < groups.size() ? groups.get(group.id()) : null;
            if (history != null) {
                history.limit(timestep, group.limitW());
                var forecast = group.forecast(timestep);
                if (forecast != null) {
                    history.forecast(timestep, forecast);
                }
                if (fallbackW.length > 0) {
                    history.setpoints(
                            timestep,
                            group.chargePoints().stream()
                                    .mapToLong(this::fallbackW)
                                    .sum());
                }
            }
        }
    }

    /**
     * Follows one event that the state has applied.
     *
     * @param verdict on the plan, for a post
     */
    public void apply(LedgerEvent event, BlockHeader header, @Nullable Verdict verdict) {
        tariffs.apply(event);
        switch (event) {
            case MarketLinked e -> market = e;
            case LedgerEvent.ProviderAdmitted e ->
                providers.put(e.provider(), new Provider(e.provider(), e.name(), e.owner(), e.desk()));
            case LedgerEvent.ProviderExcluded e -> providers.remove(e.provider());
            case LedgerEvent.DeskChanged e ->
                providers.computeIfPresent(e.provider(), (id, p) -> new Provider(id, p.name(), p.owner(), e.desk()));
            case LedgerEvent.GroupRegistered e -> {
                if (e.group() < groups.size()) {
                    // its id was another one's before
                    groups.set(e.group(), new GroupHistory());
                } else {
                    groups.add(new GroupHistory());
                }
            }
            case LedgerEvent.GroupRemoved e -> groups.set(e.group(), null);
            case LedgerEvent.GroupReported e -> {
                var history = groups.get(e.group());
                if (history != null) {
                    history.reported(e.timestep(), e.loadWh(), e.pvWh(), e.firmPvWh());
                }
            }
            case LedgerEvent.ChargePointRegistered e -> {
                var record = new ChargePointRecord(state.chargePoints().get(e.chargePoint()));
                if (e.chargePoint() < chargePoints.size()) {
                    // its id was another one's before
                    chargePoints.set(e.chargePoint(), record);
                } else {
                    chargePoints.add(record);
                }
            }
            case LedgerEvent.ChargePointLocated e -> {
                var record = chargePoints.get(e.chargePoint());
                record.latitudeE7 = e.latitudeE7();
                record.longitudeE7 = e.longitudeE7();
                record.connector = e.connector();
            }
            case LedgerEvent.ChargingRequested e -> {
                var session = state.session(e.session());
                if (session != null) {
                    var terms = tariffs.termsOf(e);
                    sessions.put(e.session(), new SessionRecord(session, terms, header.timestampSeconds()));
                }
            }
            case LedgerEvent.RequestDecided e -> {
                var record = sessions.get(e.session());
                if (record != null) {
                    record.decision = e;
                    if (!e.accepted()) {
                        end(record, e.timestep());
                    }
                }
            }
            case LedgerEvent.SessionEnded e -> {
                var record = sessions.get(e.session());
                if (record != null) {
                    end(record, e.timestep());
                }
            }
            case LedgerEvent.MetersReported e -> e.entries().forEach(entry -> meter(e.timestep(), entry));
            case LedgerEvent.PlanPosted e -> {
                if (verdict != null) {
                    verdictCounts.merge(verdict.result(), 1L, Long::sum);
                    timestepOf(e.timestep())
                            .posts
                            .add(new TimestepRecord.Post(
                                    e.candidate(), e.operator(), header.number(), e.algorithm(), verdict));
                }
            }
            case LedgerEvent.PlanAttested e -> timestepOf(e.timestep()).votes.put(e.operator(), e.candidate());
            case LedgerEvent.PlanFinal e -> {
                var record = timestepOf(e.timestep());
                record.finalCandidate = e.candidate();
                record.finalBlock = header.number();
                record.members = e.members();
                var post = state.planRecord(e.timestep()).finalPost();
                record.setpoints = post == null ? null : post.setpoints();
                sumSetpoints(record);
            }
            case LedgerEvent.FallbackDeclared e -> timestepOf(e.timestep()).fallback = true;
            case LedgerEvent.PowerGranted e -> grant(e);
            case LedgerEvent.SetpointsApplied e -> {
                var record = timesteps.get(e.timestep());
                if (record != null) {
                    // bits of charge points that are not there say nothing
                    int bytes = Math.min(e.chargePoints().size(), Math.ceilDiv(chargePoints.size(), Byte.SIZE));
                    record.applied.put(
                            e.operator(), e.chargePoints().slice(0, bytes).copy());
                }
            }
            default -> {
                // nothing that people ask for here
            }
        }
    }

    /** Attributes green energy. */
    public void apply(GreenShare share) {
        var record = sessions.get(share.session());
        if (record != null && share.energyWh() > 0) {
            record.greenWh.put(share.timestep(), share.energyWh());
            var history = groups.get(record.session().chargePoint().group().id());
            if (history != null) {
                history.green(share.timestep(), share.energyWh());
            }
        }
    }

    private void grant(LedgerEvent.PowerGranted e) {
        int chargePoint = e.chargePoint();
        var record = timestepOf(e.timestep());
        var session = sessions.get(e.session());
        if (session != null) {
            session.interimW.put(e.timestep(), e.powerW());
            var history = groups.get(session.session().chargePoint().group().id());
            if (history != null) {
                history.moreSetpoints(e.timestep(), e.powerW() - record.powerW(chargePoint, parameters.stepsPerHour()));
            }
        }
        record.interimW.put(chargePoint, e.powerW());
    }

    /** Tells sessions why they get what the final plan of a timestep gives them. */
    public void apply(GroupReasons reasons) {
        for (var reason : reasons.sessions()) {
            var record = sessions.get(reason.session());
            if (record != null) {
                record.power.add(reasons.timestep(), reasons.figures(), reason, historyTimesteps);
            }
        }
    }

    private void sumSetpoints(TimestepRecord record) {
        if (record.setpoints == null) {
            return;
        }
        for (var group : state.groups()) {
            var history = groups.get(group.id());
            if (history != null) {
                long sumWh = 0;
                for (var chargePoint : group.chargePoints()) {
                    sumWh += Setpoints.read(record.setpoints, chargePoint.id());
                }
                history.setpoints(record.timestep(), sumWh * parameters.stepsPerHour());
            }
        }
    }

    /** A block is done; what is too old is forgotten when a timestep begins. */
    public void endBlock(BlockHeader header) {
        int before = timestep();
        head = header;
        int oldest = timestep() - historyTimesteps;
        if (timestep() > before) {
            timesteps.headMap(oldest).clear();
            forget(over, oldest);
            forget(withdrawn, timestep() - WITHDRAWN_TIMESTEPS);
        }
    }

    /** Over now. Requests that are made and withdrawn cost nearly nothing, so they never displace what was charged. */
    private void end(SessionRecord record, int timestep) {
        if (record.isOver()) {
            return;
        }
        record.overTimestep = timestep;
        var ended = record.decision == null && record.interimW.isEmpty() ? withdrawn : over;
        ended.add(record);
        if (ended.size() > historySessions) {
            forget(ended.remove());
        }
    }

    private void forget(SessionRecord record) {
        sessions.remove(record.session().id(), record);
    }

    private void forget(ArrayDeque<SessionRecord> ended, int oldestTimestep) {
        while (!ended.isEmpty() && ended.getFirst().overTimestep < oldestTimestep) {
            forget(ended.remove());
        }
    }

    /** How many timesteps what is over is remembered. */
    public int historyTimesteps() {
        return historyTimesteps;
    }

    /** How many sessions that are over are remembered. */
    public int historySessions() {
        return historySessions;
    }

    /** The newest block that was followed. */
    public BlockHeader head() {
        return head;
    }

    /** The timestep of that block. */
    public int timestep() {
        return parameters.timestepAt(head.timestampSeconds());
    }

    /** All charge points, removed ones too, by their ids. */
    public List<ChargePointRecord> chargePoints() {
        return Collections.unmodifiableList(chargePoints);
    }

    /** What a group's timesteps came to; null for a group that never was, or was removed. */
    public @Nullable GroupHistory group(int id) {
        return id < groups.size() ? groups.get(id) : null;
    }

    /** What energy costs, and what is announced. */
    public Tariffs tariffs() {
        return tariffs;
    }

    /** Providers without charge points, by their ids; not those that were excluded. */
    public Collection<Provider> providers() {
        return Collections.unmodifiableCollection(providers.values());
    }

    /** The contracts that bill and pay, and their terms; null before they are linked. */
    public @Nullable MarketLinked market() {
        return market;
    }

    /** Sessions that are open, or were not long ago. */
    public Collection<SessionRecord> sessions() {
        return Collections.unmodifiableCollection(sessions.values());
    }

    /** A session; null when there never was one, or it is too long ago. */
    public @Nullable SessionRecord session(int id) {
        return sessions.get(id);
    }

    /** What is known of a timestep's plan; null when nothing is. */
    public @Nullable TimestepRecord timestepRecord(int timestep) {
        return timesteps.get(timestep);
    }

    /** Posts judged since the network was deployed, by outcome. */
    public long verdicts(Verdict.Result result) {
        return verdictCounts.getOrDefault(result, 0L);
    }

    /** Where a charge point's setpoint of a timestep comes from. */
    public Source source(int timestep) {
        var record = timesteps.get(timestep);
        if (record != null && record.setpoints != null) {
            return Source.PLAN;
        }
        return timestep == timestep() ? Source.FALLBACK : Source.NONE;
    }

    /** A charge point's setpoint in a timestep, as Plans.setpoints tells it, or interim power above it; 0 where there is none. */
    public int setpointW(int timestep, ChargePoint chargePoint) {
        var record = timesteps.get(timestep);
        if (record != null && record.setpoints != null) {
            return record.powerW(chargePoint.id(), parameters.stepsPerHour());
        }
        return source(timestep) == Source.FALLBACK ? fallbackW(chargePoint) : 0;
    }

    /** Whether a charge point may draw more than the plan of a timestep told it. */
    public boolean isInterim(int timestep, ChargePoint chargePoint) {
        var record = timesteps.get(timestep);
        return record != null && record.interimW.containsKey(chargePoint.id());
    }

    /** AssetRegistry.fallbackPowerW. */
    private int fallbackW(ChargePoint chargePoint) {
        return chargePoint.removed() || chargePoint.id() >= fallbackW.length ? 0 : fallbackW[chargePoint.id()];
    }

    private TimestepRecord timestepOf(int timestep) {
        return timesteps.computeIfAbsent(timestep, TimestepRecord::new);
    }

    private void meter(int timestep, LedgerEvent.MeterEntry entry) {
        var record = chargePoints.get(entry.chargePoint());
        record.livePowerW = entry.livePowerW();
        record.status = entry.status();
        // the first reading tells where the register stands, not what was taken
        if (record.reportedTimestep >= 0) {
            var history = groups.get(record.chargePoint().group().id());
            if (history != null) {
                history.metered(record.reportedTimestep, timestep, entry.registerWh() - record.registerWh);
            }
        }
        record.reportedTimestep = timestep;
        record.registerWh = entry.registerWh();
        var metered = record.chargePoint().metered(timestep);
        if (metered != null) {
            var session = sessions.get(metered.session());
            if (session != null) {
                session.meteredWh.put(timestep, metered.energyWh());
            }
        }
    }
}

package org.chargeproof.protocol.bill;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.protocol.encoding.Setpoints;
import org.chargeproof.protocol.ledger.ByteReader;
import org.chargeproof.protocol.ledger.ByteWriter;
import org.chargeproof.protocol.ledger.LedgerEvent;
import org.chargeproof.protocol.ledger.MarketTerms;
import org.chargeproof.protocol.ledger.Tariffs;
import org.chargeproof.protocol.time.NetworkParameters;
import org.jspecify.annotations.Nullable;

/**
 * What bills depend on, as a fold over the logs beside {@link org.chargeproof.protocol.ledger.LedgerState}: two readers that applied the same
 * logs bill the same. Rules in docs/reference/settlements.md. Not thread-safe.
 */
public final class BillingState {
    /** OCPI 2.2.1, Status: the charge point is in use. */
    private static final int OCPI_CHARGING = 2;

    /** So far before its own beginning a stay looks back at who was at the plug. */
    static final int LOOK_BACK_TIMESTEPS = 768;
    /** The same as in Settlement. */
    static final int MOST_PAIRS = 512;

    private static final int FORGETS_EVERY = 16;
    private static final int MARGIN_TIMESTEPS = 2;
    private static final int RECORDS_KEPT = 4;
    private static final int POSTS_KEPT = 8;
    private static final SortedMap<Integer, Bytes> NOTHING = new TreeMap<>();

    final NetworkParameters parameters;
    final Tariffs tariffs;
    final List<BillingGroup> groups = new ArrayList<>();
    final List<Plug> plugs = new ArrayList<>();
    /** Requests that may be billed one day, ascending. */
    final TreeMap<Integer, BilledSession> sessions = new TreeMap<>();
    /** Packed setpoints of final plans. */
    final TreeMap<Integer, Bytes> setpoints = new TreeMap<>();
    /** Packed setpoints of posts that are not final, by timestep and candidate. */
    final TreeMap<Integer, SortedMap<Integer, Bytes>> posted = new TreeMap<>();
    /** Which charge points followed their setpoints, by timestep and operator: a bit for each. */
    final TreeMap<Integer, SortedMap<Integer, Bytes>> applied = new TreeMap<>();

    final TreeMap<Integer, Bytes32> valuations = new TreeMap<>();
    final TreeMap<Integer, SettlementRecord> settlements = new TreeMap<>();
    /** 0 before the first. */
    int lastFinal;
    /** Null in a network that does not bill, and before it is known to. */
    @Nullable
    MarketTerms terms;

    public BillingState(NetworkParameters parameters) {
        this(parameters, new Tariffs());
    }

    BillingState(NetworkParameters parameters, Tariffs tariffs) {
        this.parameters = parameters;
        this.tariffs = tariffs;
    }

    /**
     * All that is remembered, as bytes: a state that was read goes on exactly as the one that was written.
     *
     * @throws IllegalStateException when there would be more than {@code maxBytes}
     */
    public byte[] encode(int maxBytes) {
        var out = new ByteWriter(maxBytes);
        BillingEncoding.write(this, out);
        return out.toArray();
    }

    /**
     * Reads a state.
     *
     * @throws IllegalArgumentException for bytes that {@link #encode} would not have written
     */
    public static BillingState decode(byte[] bytes, NetworkParameters parameters) {
        var in = new ByteReader(ByteBuffer.wrap(bytes));
        var state = BillingEncoding.read(parameters, in);
        in.end();
        if (!Arrays.equals(state.encode(bytes.length), bytes)) {
            throw in.wrong("these bytes would not be written for the state that they hold");
        }
        return state;
    }

    /** By what bills are computed; null in a network that does not bill. */
    public @Nullable MarketTerms terms() {
        return terms;
    }

    /** The program that computes bills in a timestep, if one does. */
    public @Nullable Bytes32 valuationAt(int timestep) {
        var entry = valuations.floorEntry(timestep);
        return entry == null ? null : entry.getValue();
    }

    /** What was said about one of the newest settlements; empty when nothing was. */
    public SettlementRecord settlement(int timestep) {
        return settlements.getOrDefault(timestep, new SettlementRecord());
    }

    /** The newest settlement that is final; 0 before the first. */
    public int lastFinal() {
        return lastFinal;
    }

    /**
     * Whose a session is, of those that may be billed one day.
     *
     * @param provider who vouched for its account
     * @param operator of its charge point
     * @param departureTimestep as it was asked for
     * @param overTimestep the timestep after the last that can be billed, as far as is known; its bill may be due from then on
     * @param accepted whether a plan accepted it
     * @param charged whether one did, or it had interim power
     * @param ended whether it was ended; one that was not is over with its departure
     * @param recorded whether the hash of what its meter signed is on chain
     */
    public record Party(
            int session,
            Bytes account,
            int chargePoint,
            int provider,
            int operator,
            int departureTimestep,
            int overTimestep,
            boolean accepted,
            boolean charged,
            boolean ended,
            boolean recorded) {
        static Party of(BilledSession s) {
            return new Party(
                    s.id,
                    s.account,
                    s.plug.id,
                    s.terms.provider(),
                    s.plug.operator,
                    s.departureTimestep,
                    s.overTimestep(),
                    s.isAccepted(),
                    s.couldCharge(),
                    s.isEnded(),
                    !s.records.isZero());
        }
    }

    /** A session that may be billed one day; null for one that is billed, refused, or ended before it could charge. */
    public @Nullable Party session(int id) {
        var session = sessions.get(id);
        return session == null ? null : Party.of(session);
    }

    /** The sessions that a settlement has, or would have if it were to come now, ascending. */
    public List<Party> toBill(int settlement) {
        return billable(settlement).stream().map(Party::of).toList();
    }

    /** An approved program that computes bills: logs of its registry look like those of the planner's. */
    public void applyValuation(LedgerEvent.AlgorithmActivated event) {
        valuations.put(event.fromTimestep(), event.algorithm());
    }

    /**
     * Applies one event; events come in the order of the ledger.
     *
     * @throws RuntimeException for an event that no contract could emit after those before: some are missing
     */
    public void apply(LedgerEvent event) {
        tariffs.apply(event);
        switch (event) {
            case LedgerEvent.MarketLinked e -> terms = e.terms();
            case LedgerEvent.GroupRegistered e ->
                put(groups, e.group(), new BillingGroup(e.group(), e.operator(), e.capacityW()));
            case LedgerEvent.GroupLimitChanged e -> limit(groups.get(e.group()), e.limitW());
            case LedgerEvent.ChargePointRegistered e -> {
                var plug = new Plug(
                        e.chargePoint(),
                        e.operator(),
                        groups.get(e.group()),
                        e.ratedPowerW() / parameters.stepsPerHour());
                put(plugs, e.chargePoint(), plug);
                plug.group.plugs.add(plug);
            }
            case LedgerEvent.ChargePointRemoved e -> plugs.get(e.chargePoint()).removed = true;
            case LedgerEvent.ChargingRequested e ->
                sessions.put(
                        e.session(),
                        new BilledSession(
                                e.session(),
                                e.account(),
                                plugs.get(e.chargePoint()),
                                tariffs.termsOf(e),
                                e.energyWh(),
                                e.departureTimestep(),
                                e.joins()));
            case LedgerEvent.PowerGranted e -> grant(e);
            case LedgerEvent.RequestDecided e -> decide(e);
            case LedgerEvent.SessionEnded e -> end(e);
            case LedgerEvent.MetersReported e ->
                e.entries()
                        .forEach(entry -> plugs.get(entry.chargePoint())
                                .readings
                                .put(
                                        e.timestep(),
                                        new Plug.Reading(entry.registerWh(), entry.status() == OCPI_CHARGING)));
            case LedgerEvent.GroupReported e ->
                groups.get(e.group()).reports.put(e.timestep(), new BillingGroup.Report(e.loadWh(), e.pvWh()));
            case LedgerEvent.SessionsRecorded e -> e.entries().forEach(entry -> record(e.operator(), entry));
            case LedgerEvent.PlanPosted e -> {
                posted.headMap(e.timestep() - POSTS_KEPT).clear();
                posted.computeIfAbsent(e.timestep(), t -> new TreeMap<>()).put(e.candidate(), e.setpoints());
            }
            case LedgerEvent.PlanFinal e -> {
                var posts = posted.getOrDefault(e.timestep(), NOTHING);
                setpoints.put(e.timestep(), Objects.requireNonNull(posts.get(e.candidate())));
                forget(e.timestep());
            }
            case LedgerEvent.FallbackDeclared e -> forget(e.timestep());
            case LedgerEvent.SetpointsApplied e ->
                applied.computeIfAbsent(e.timestep(), t -> new TreeMap<>()).put(e.operator(), e.chargePoints());
            case LedgerEvent.SettlementPosted e ->
                recordOf(e.timestep()).candidates.add(e);
            case LedgerEvent.SettlementAttested e ->
                recordOf(e.timestep()).votes.put(e.operator(), e.candidate());
            case LedgerEvent.SettlementFinal e -> {
                recordOf(e.timestep()).finalCandidate = e.candidate();
                lastFinal = e.timestep();
                for (var session : billable(e.timestep())) {
                    session.billed = true;
                    sessions.remove(session.id);
                }
            }
            default -> {
                // no bill depends on it
            }
        }
    }

    /**
     * The sessions of a settlement, ascending: all that can be billed at its start, and are in no final one before. What it is does not
     * change with what is learned later, so that who reads that the settlement is final knows what was billed.
     */
    List<BilledSession> billable(int settlement) {
        int grace = terms == null ? 0 : terms.graceTimesteps();
        Set<Integer> pairs = new HashSet<>();
        List<BilledSession> billable = new ArrayList<>();
        for (var session : sessions.values()) {
            if (!session.couldCharge() || session.overTimestep() + grace > settlement) {
                continue;
            }
            int pair = session.terms.provider() << Byte.SIZE | session.plug.operator;
            if (pairs.contains(pair) || pairs.size() < MOST_PAIRS) {
                pairs.add(pair);
                billable.add(session);
            }
        }
        return billable;
    }

    /** What a final plan told a charge point, in Wh; null when no plan of the timestep was final. */
    @Nullable
    Integer toldWh(Plug plug, int timestep) {
        var all = setpoints.get(timestep);
        return all == null ? null : (Integer) Setpoints.read(all, plug.id);
    }

    /** Whether its operator reported that a charge point did not follow a setpoint. */
    boolean wasDropped(Plug plug, int timestep) {
        var all = applied.getOrDefault(timestep, NOTHING).get(plug.operator);
        return all != null && !Setpoints.isApplied(all, plug.id);
    }

    private static <T> void put(List<T> all, int id, T added) {
        if (id < all.size()) {
            all.set(id, added);
        } else {
            all.add(added);
        }
    }

    private SettlementRecord recordOf(int timestep) {
        var record = settlements.computeIfAbsent(timestep, t -> new SettlementRecord());
        while (settlements.size() > RECORDS_KEPT) {
            settlements.pollFirstEntry();
        }
        return record;
    }

    /** A limit that was lowered for charge points of another operator: what it cannot deliver any more is not its fault. */
    private void limit(BillingGroup group, int limitW) {
        if (limitW < group.limitW) {
            for (var session : sessions.values()) {
                session.disturbed |= session.plug.group == group && session.plug.operator != group.operator;
            }
        }
        group.limitW = limitW;
    }

    private void grant(LedgerEvent.PowerGranted e) {
        var session = sessions.get(e.session());
        if (session == null) {
            return;
        }
        if (!session.couldCharge()) {
            session.plug.sessions.add(session);
        }
        if (!session.isAccepted() && session.interimFrom < 0) {
            session.interimFrom = e.timestep();
        }
        session.interimTo = e.timestep() + 1;
    }

    private void decide(LedgerEvent.RequestDecided e) {
        var session = sessions.get(e.session());
        if (session == null || session.isEnded()) {
            return;
        }
        if (e.accepted() && e.timestep() < session.departureTimestep) {
            if (!session.couldCharge()) {
                session.plug.sessions.add(session);
            }
            session.acceptedTimestep = e.timestep();
            session.promisedWh =
                    e.offerEnergyWh() == 0 ? session.energyWh : Math.min(e.offerEnergyWh(), session.energyWh);
        } else if (!session.couldCharge()) {
            // refused, or accepted when it could not charge any more
            sessions.remove(e.session());
        } else if (!e.accepted()) {
            // what it drew before is billed; a wrong plan may refuse for a timestep that has been granted
            session.endedTimestep = Math.max(e.timestep(), session.interimTo) - 1;
        }
    }

    private void end(LedgerEvent.SessionEnded e) {
        var session = sessions.get(e.session());
        if (session == null) {
            // billed at its departure, and ended later
            return;
        }
        session.endedTimestep = e.timestep();
        session.endedBy = e.by();
        // it could not charge
        if (!session.couldCharge() || session.toTimestep() <= session.firstTimestep()) {
            sessions.remove(e.session());
            session.plug.sessions.remove(session);
        }
    }

    private void record(int operator, LedgerEvent.SessionRecord entry) {
        var session = sessions.get(entry.session());
        if (session != null && session.isEnded() && session.plug.operator == operator && session.records.isZero()) {
            session.records = entry.recordsHash();
        }
    }

    /** Forgets what no bill depends on any more, now and then. */
    private void forget(int timestep) {
        if (timestep % FORGETS_EVERY != 0) {
            return;
        }
        IdentityHashMap<BillingGroup, Integer> needed = new IdentityHashMap<>();
        for (var session : sessions.values()) {
            if (session.couldCharge()) {
                needed.merge(session.plug.group, session.plug.takenSince(session.firstTimestep()), Math::min);
            }
        }
        int oldest = timestep;
        for (var group : groups) {
            int from = needed.getOrDefault(group, timestep);
            for (var plug : group.plugs) {
                // who comes next may have to look back
                from = Math.min(from, plug.takenSince(timestep));
            }
            // a report may still be late, and a reading tells of the one before
            group.forgetBefore(from - MARGIN_TIMESTEPS);
            oldest = Math.min(oldest, from);
        }
        setpoints.headMap(oldest - MARGIN_TIMESTEPS).clear();
        applied.headMap(oldest - MARGIN_TIMESTEPS).clear();
    }
}

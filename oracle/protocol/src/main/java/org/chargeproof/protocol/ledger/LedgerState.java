package org.chargeproof.protocol.ledger;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.protocol.encoding.Setpoints;
import org.chargeproof.protocol.ledger.LedgerEvent.ForecastStep;
import org.chargeproof.protocol.ledger.LedgerEvent.MeterEntry;
import org.chargeproof.protocol.ledger.LedgerEvent.PlanPosted;
import org.chargeproof.protocol.ledger.LedgerEvent.PowerGranted;
import org.jspecify.annotations.Nullable;

/**
 * The state of the network as a fold over its logs: two readers that applied the same logs have the same state, and so
 * the same inputs. Not thread-safe.
 */
public final class LedgerState {
    /** Reports, forecasts and plans older than this are no input of any plan any more. */
    private static final int TIMESTEPS_KEPT = 8;
    /** Cars keep a bit below what they are told, and charge points round to whole amperes: one of 16 A is no limit. */
    private static final int MARGIN = 16;

    /** OCPI 2.2.1, Status: the charge point is in use. */
    private static final int OCPI_CHARGING = 2;

    /** A member of the consortium. */
    public record Operator(int id, String name, Bytes owner, Bytes oracle, Bytes meter) {}

    /** What was said about one timestep's plan. */
    public static final class PlanRecord implements Candidates<PlanPosted> {
        final List<PlanPosted> candidates = new ArrayList<>();
        final TreeMap<Integer, Integer> votes = new TreeMap<>();
        int finalCandidate = -1;
        boolean fallbackDeclared;

        @Override
        public List<PlanPosted> candidates() {
            return candidates;
        }

        @Override
        public Map<Integer, Integer> votes() {
            return votes;
        }

        @Override
        public @Nullable PlanPosted finalPost() {
            return candidates.stream()
                    .filter(post -> post.candidate() == finalCandidate)
                    .findFirst()
                    .orElse(null);
        }

        public boolean fallbackDeclared() {
            return fallbackDeclared;
        }
    }

    final Map<Integer, Operator> operators = new HashMap<>();
    final List<Integer> members = new ArrayList<>();
    final List<Group> groups = new ArrayList<>();
    final List<ChargePoint> chargePoints = new ArrayList<>();
    final TreeMap<Integer, Session> sessions = new TreeMap<>();
    final TreeMap<Integer, PlanRecord> plans = new TreeMap<>();
    final TreeMap<Integer, Bytes32> algorithms = new TreeMap<>();
    final TreeSet<Integer> closed = new TreeSet<>();
    int closedBelow;
    /** 0 before the network is linked: then there is no interim power. */
    int stepsPerHour;

    /**
     * Applies one event; events come in the order of the ledger.
     *
     * @return what follows from it that no log says, in order: interim power. It has been applied
     * @throws IllegalArgumentException for an event that no contract could emit after those before: some are missing
     */
    public List<PowerGranted> apply(LedgerEvent event) {
        change(event);
        return switch (event) {
            case LedgerEvent.ChargingRequested e ->
                InterimPower.atRequest(this, Objects.requireNonNull(sessions.get(e.session())), e.timestep());
            case LedgerEvent.PlanFinal e -> InterimPower.atPlan(this, e.timestep());
            default -> List.of();
        };
    }

    private void change(LedgerEvent event) {
        switch (event) {
            case LedgerEvent.OperatorAdmitted e -> {
                operators.put(e.operator(), new Operator(e.operator(), e.name(), e.owner(), e.oracle(), e.meter()));
                members.add(e.operator());
            }
            case LedgerEvent.OperatorExcluded e -> members.removeIf(id -> id == e.operator());
            case LedgerEvent.AccountsChanged e ->
                operators.computeIfPresent(
                        e.operator(), (id, o) -> new Operator(id, o.name(), o.owner(), e.oracle(), e.meter()));
            case LedgerEvent.GroupRegistered e -> put(groups, e.group(), new Group(e));
            case LedgerEvent.GroupRemoved e -> group(e.group()).remove();
            case LedgerEvent.GroupLimitChanged e -> group(e.group()).limitW = e.limitW();
            case LedgerEvent.GroupPolicyChanged e ->
                group(e.group()).policy = GroupPolicy.of(e.policyKind(), e.policyPercent());
            case LedgerEvent.ChargePointRegistered e -> {
                var chargePoint = new ChargePoint(e, group(e.group()));
                put(chargePoints, e.chargePoint(), chargePoint);
                chargePoint.group().add(chargePoint);
            }
            case LedgerEvent.ChargePointRemoved e -> {
                var chargePoint = chargePoint(e.chargePoint());
                chargePoint.removed = true;
                chargePoint.group().chargePoints.remove(chargePoint);
            }
            case LedgerEvent.ChargingRequested e -> {
                var session = new Session(e, chargePoint(e.chargePoint()));
                sessions.put(e.session(), session);
                session.chargePoint().session = session;
            }
            case LedgerEvent.RequestDecided e -> decide(e);
            case LedgerEvent.SessionEnded e -> {
                var session = sessions.get(e.session());
                if (session != null) {
                    session.endedTimestep = e.timestep();
                    session.chargePoint().group().stays.add(session);
                    close(session, Session.Status.ENDED);
                }
            }
            case LedgerEvent.MetersReported e -> e.entries().forEach(entry -> meter(e.timestep(), entry));
            case LedgerEvent.GroupReported e -> {
                var group = group(e.group());
                group.reports.put(e.timestep(), e);
                group.reports.headMap(e.timestep() - TIMESTEPS_KEPT).clear();
                // by what is over, never by what is announced: a forecast far ahead leaves the nearer ones alone
                group.forecast.headMap(e.timestep() - TIMESTEPS_KEPT).clear();
            }
            case LedgerEvent.ForecastPublished e -> forecast(e);
            case LedgerEvent.PlanPosted e -> plan(e.timestep()).candidates.add(e);
            case LedgerEvent.PlanAttested e -> plan(e.timestep()).votes.put(e.operator(), e.candidate());
            case LedgerEvent.PlanFinal e -> makeFinal(e);
            case LedgerEvent.FallbackDeclared e -> {
                plan(e.timestep()).fallbackDeclared = true;
                close(e.timestep());
            }
            case LedgerEvent.AlgorithmActivated e -> {
                if (algorithms.isEmpty()) {
                    closedBelow = e.fromTimestep();
                    closed.headSet(closedBelow).clear();
                }
                algorithms.put(e.fromTimestep(), e.algorithm());
            }
            case LedgerEvent.NetworkLinked e -> stepsPerHour = e.stepsPerHour();
            case PowerGranted e -> {
                // it follows from the others
            }
            case LedgerEvent.MarketLinked e -> {
                // no plan depends on bills and payment, nor on who vouches for a user
            }
            case LedgerEvent.ProviderAdmitted e -> {
                // the same
            }
            case LedgerEvent.ProviderExcluded e -> {
                // the same
            }
            case LedgerEvent.DeskChanged e -> {
                // the same
            }
            case LedgerEvent.MarginChanged e -> {
                // a tariff: see Tariffs
            }
            case LedgerEvent.ChunkStored e -> {
                // whoever runs the algorithm collects it
            }
            case LedgerEvent.ChargePointLocated e -> {
                // for people; no plan depends on it
            }
            case LedgerEvent.ChargePointPriced e -> {
                // a tariff: see Tariffs
            }
            case LedgerEvent.SetpointsApplied e -> {
                // the same
            }
            case LedgerEvent.SettlementPosted e -> {
                // a bill: see BillingState
            }
            case LedgerEvent.SettlementAttested e -> {
                // the same
            }
            case LedgerEvent.SettlementFinal e -> {
                // the same
            }
            case LedgerEvent.SessionsRecorded e -> {
                // the same
            }
            case LedgerEvent.TokensClaimed e -> {
                // a claim opens a bill; no plan depends on it
            }
            case LedgerEvent.CompensationClaimed e -> {
                // the same
            }
            case LedgerEvent.ChannelOpened e -> {
                // payment: see Channels
            }
            case LedgerEvent.Deposited e -> {
                // the same
            }
            case LedgerEvent.VoucherAccepted e -> {
                // the same
            }
            case LedgerEvent.Paid e -> {
                // the same
            }
            case LedgerEvent.ClosingAnnounced e -> {
                // the same
            }
            case LedgerEvent.ChannelClosed e -> {
                // the same
            }
        }
    }

    /** Ids of the members in rotation order. */
    public List<Integer> members() {
        return Collections.unmodifiableList(members);
    }

    /** An operator, also one that was excluded; null if there never was one of that id. */
    public @Nullable Operator operator(int id) {
        return operators.get(id);
    }

    /**
     * Place of an operator behind the leader of a timestep: 0 leads.
     *
     * @return -1 for an operator that is no member
     */
    public int rank(int operator, int timestep) {
        int position = members.indexOf(operator);
        int n = members.size();
        return position < 0 ? -1 : (position + n - timestep % n) % n;
    }

    /** All groups, removed ones too, in ascending order of their ids, which count from 0. */
    public List<Group> groups() {
        return Collections.unmodifiableList(groups);
    }

    /** All charge points, removed ones too, in ascending order of their ids, which count from 0. */
    public List<ChargePoint> chargePoints() {
        return Collections.unmodifiableList(chargePoints);
    }

    /** The open requests and sessions, ascending. Those that have ended are forgotten, or memory would grow for ever. */
    public Collection<Session> sessions() {
        return Collections.unmodifiableCollection(sessions.values());
    }

    /** An open request or session; null when there is none of that id. */
    public @Nullable Session session(int id) {
        return sessions.get(id);
    }

    /** What was said about the plan of one of the newest timesteps; empty when nothing was. */
    public PlanRecord planRecord(int timestep) {
        return plans.getOrDefault(timestep, new PlanRecord());
    }

    /** The algorithm that counts for a timestep, if one does. */
    public @Nullable Bytes32 algorithmAt(int timestep) {
        var entry = algorithms.floorEntry(timestep);
        return entry == null ? null : entry.getValue();
    }

    /**
     * Timesteps up to the given one that have neither a final plan nor a fallback on record, ascending. Timesteps before the first algorithm
     * counted have no plan and do not count.
     */
    public List<Integer> openTimesteps(int until) {
        var open = new ArrayList<Integer>();
        for (int t = closedBelow; t <= until && !algorithms.isEmpty(); t++) {
            if (!closed.contains(t)) {
                open.add(t);
            }
        }
        return open;
    }

    /** Puts what is new behind the others, or in the place of what was removed. */
    private static <T> void put(List<T> all, int id, T added) {
        if (id < all.size()) {
            all.set(id, added);
        } else if (id == all.size()) {
            all.add(added);
        } else {
            throw new IllegalArgumentException(
                    "a log registers id " + id + ", but logs before it " + all.size() + ". Maybe some are missing.");
        }
    }

    private Group group(int id) {
        if (id >= groups.size()) {
            throw unknown("group", id, groups.size());
        }
        return groups.get(id);
    }

    private ChargePoint chargePoint(int id) {
        if (id >= chargePoints.size()) {
            throw unknown("charge point", id, chargePoints.size());
        }
        return chargePoints.get(id);
    }

    private static IllegalArgumentException unknown(String what, int id, int count) {
        return new IllegalArgumentException("a log is about " + what + " " + id + ", but logs before it register "
                + count + ". Maybe some are missing.");
    }

    private void close(int timestep) {
        if (timestep < closedBelow) {
            return;
        }
        closed.add(timestep);
        while (closed.remove(closedBelow)) {
            closedBelow++;
        }
    }

    private PlanRecord plan(int timestep) {
        plans.headMap(timestep - TIMESTEPS_KEPT).clear();
        return plans.computeIfAbsent(timestep, t -> new PlanRecord());
    }

    private void decide(LedgerEvent.RequestDecided e) {
        var session = sessions.get(e.session());
        if (session == null) {
            return;
        }
        if (e.accepted()) {
            // what other plans told it before was no part of a promise; only a wrong plan does that
            session.expectedWh.keySet().retainAll(Set.of(e.timestep()));
            session.status = Session.Status.ACCEPTED;
            session.accepted = true;
            session.promisedWh =
                    e.offerEnergyWh() == 0 ? session.wantedWh() : Math.min(e.offerEnergyWh(), session.wantedWh());
            session.acceptedTimestep = e.timestep();
            var recent = session.chargePoint().recentlyAccepted;
            recent.addFirst(session);
            if (recent.size() > TIMESTEPS_KEPT) {
                recent.removeLast();
            }
        } else {
            close(session, Session.Status.REFUSED);
        }
    }

    private void close(Session session, Session.Status status) {
        session.status = status;
        sessions.remove(session.id());
        if (session.chargePoint().session == session) {
            session.chargePoint().session = null;
        }
    }

    private void makeFinal(LedgerEvent.PlanFinal e) {
        var record = plan(e.timestep());
        record.finalCandidate = e.candidate();
        close(e.timestep());
        var post = record.finalPost();
        if (post == null) {
            throw new IllegalArgumentException("candidate " + e.candidate() + " of timestep " + e.timestep()
                    + " is final, but no log before it is its post. Maybe some are missing.");
        }
        for (var chargePoint : chargePoints) {
            var session = chargePoint.session;
            if (session == null || session.firstTimestep() > e.timestep()) {
                continue;
            }
            int energyWh = Setpoints.read(post.setpoints(), chargePoint.id());
            if (energyWh > 0) {
                session.expectedWh.put(e.timestep(), energyWh);
            }
        }
    }

    private void meter(int timestep, MeterEntry entry) {
        var chargePoint = chargePoint(entry.chargePoint());
        long takenWh = entry.registerWh() - chargePoint.registerWh;
        int reportedBefore = chargePoint.reportedTimestep;
        boolean first = reportedBefore < 0;
        chargePoint.reportedTimestep = timestep;
        chargePoint.registerWh = entry.registerWh();
        boolean occupiedBefore = chargePoint.occupied;
        chargePoint.occupied = entry.status() == OCPI_CHARGING;
        var session = chargingIn(timestep, chargePoint);
        // the first reading tells where the register stands, not what was delivered
        if (first || session == null) {
            return;
        }
        if (!session.accepted) {
            // what a wrong plan told a request that it left undecided is no setpoint of its
            session.expectedWh.headMap(timestep, true).clear();
        }
        if (reportedBefore == timestep - 1) {
            learn(session, timestep, takenWh, occupiedBefore);
        }
        var read = session.expectedWh.headMap(timestep, true);
        long toldWh = read.values().stream().mapToLong(Integer::longValue).sum();
        // where a report is missing, some of it may be what the car before took
        long energyWh = reportedBefore >= firstTimestepOf(session, chargePoint) - 1
                ? takenWh
                : Math.min(takenWh, toldWh + grantedWh(session, reportedBefore, timestep));
        session.behind |= energyWh < toldWh;
        session.deliveredWh += energyWh;
        read.clear();
        if (energyWh > 0) {
            var metered = chargePoint.metered;
            metered.put(timestep, new ChargePoint.Metered(session.id(), (int) Math.min(energyWh, Setpoints.MOST_WH)));
            metered.headMap(timestep - TIMESTEPS_KEPT).clear();
        }
    }

    /**
     * What a reading of one whole timestep tells about the car. It must have been there from the start of the timestep, by its meter or
     * by the charge point's status (which for a reservation may be another car's), and only a car that wants more than its setpoint could have taken all of it.
     */
    private static void learn(Session session, int timestep, long takenWh, boolean occupiedBefore) {
        if (takenWh > session.learnedLimitWh) {
            session.learnedLimitWh = 0;
        }
        Integer setpointWh = session.expectedWh.get(timestep);
        if (setpointWh != null
                && takenWh * MARGIN < setpointWh * (MARGIN - 1L)
                && (session.deliveredWh > 0 || (occupiedBefore && !session.isReservation()))
                && session.energyWh() - session.deliveredWh >= setpointWh
                && timestep < session.endedTimestep) {
            session.learnedLimitWh = (int) Math.max(1, takenWh);
        }
    }

    /** The first timestep in which a session could charge. */
    private static int firstTimestepOf(Session session, ChargePoint chargePoint) {
        for (var granted : chargePoint.interim.entrySet()) {
            if (granted.getValue().session() == session) {
                return session.accepted ? Math.min(granted.getKey(), session.acceptedTimestep) : granted.getKey();
            }
        }
        return session.acceptedTimestep;
    }

    /** What interim power comes to at most in timesteps after one, up to another. */
    private long grantedWh(Session session, int after, int last) {
        return session.chargePoint().interim.subMap(after, false, last, true).values().stream()
                .filter(granted -> granted.session() == session)
                .mapToLong(granted -> granted.powerW() / stepsPerHour)
                .sum();
    }

    /** The session that charged on a charge point in a timestep: reports may come when the next one is accepted already. */
    private static @Nullable Session chargingIn(int timestep, ChargePoint chargePoint) {
        var granted = chargePoint.interim.get(timestep);
        if (granted != null) {
            return timestep <= granted.session().endedTimestep ? granted.session() : null;
        }
        for (var session : chargePoint.recentlyAccepted) {
            if (session.acceptedTimestep <= timestep
                    && session.arrivalTimestep() <= timestep
                    && timestep <= session.endedTimestep) {
                return session;
            }
        }
        return null;
    }

    private void forecast(LedgerEvent.ForecastPublished e) {
        var forecast = group(e.group()).forecast;
        int timestep = e.fromTimestep();
        for (ForecastStep step : e.steps()) {
            forecast.put(timestep++, step);
        }
    }
}

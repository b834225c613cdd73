package org.chargeproof.protocol.plan;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.chargeproof.planner.GroupInput;
import org.chargeproof.planner.Policy;
import org.chargeproof.protocol.ledger.LedgerEvent;
import org.chargeproof.protocol.ledger.LedgerEvent.ChargePointRegistered;
import org.chargeproof.protocol.ledger.LedgerEvent.ChargePointRemoved;
import org.chargeproof.protocol.ledger.LedgerEvent.ChargingRequested;
import org.chargeproof.protocol.ledger.LedgerEvent.ForecastPublished;
import org.chargeproof.protocol.ledger.LedgerEvent.ForecastStep;
import org.chargeproof.protocol.ledger.LedgerEvent.GroupLimitChanged;
import org.chargeproof.protocol.ledger.LedgerEvent.GroupPolicyChanged;
import org.chargeproof.protocol.ledger.LedgerEvent.GroupRegistered;
import org.chargeproof.protocol.ledger.LedgerEvent.GroupRemoved;
import org.chargeproof.protocol.ledger.LedgerEvent.GroupReported;
import org.chargeproof.protocol.ledger.LedgerEvent.MeterEntry;
import org.chargeproof.protocol.ledger.LedgerEvent.MetersReported;
import org.chargeproof.protocol.ledger.LedgerEvent.PlanFinal;
import org.chargeproof.protocol.ledger.LedgerEvent.PlanPosted;
import org.chargeproof.protocol.ledger.LedgerEvent.PowerGranted;
import org.chargeproof.protocol.ledger.LedgerEvent.RequestDecided;
import org.chargeproof.protocol.ledger.LedgerEvent.SessionEnded;
import org.jspecify.annotations.Nullable;

/**
 * docs/reference/inputs.md, rule by rule, as questions to the list of all events: no state, no shortcuts, and nothing in common with
 * the fold that it is held against.
 */
final class InputsByTheBook {
    private static final int STEPS = 96;
    private static final int STEPS_PER_HOUR = 4;

    private final List<LedgerEvent> events;
    private final int version;
    private final List<InterimByTheBook.Grant> grants;

    /**
     * @param events up to the snapshot
     * @param grants that follow from them; those of later events are not looked at
     */
    InputsByTheBook(List<LedgerEvent> events, int version, List<InterimByTheBook.Grant> grants) {
        this.events = events;
        this.version = version;
        this.grants = grants;
    }

    List<GroupInput> inputs(int timestep) {
        return all(GroupRegistered.class)
                .map(GroupRegistered::group)
                .distinct()
                .sorted()
                .map(id -> input(id, timestep))
                .toList();
    }

    private GroupInput input(int id, int timestep) {
        // what belonged to an id before it was given again is gone
        int registered = lastPlace(e -> e instanceof GroupRegistered g && g.group() == id);
        var group = (GroupRegistered) events.get(registered);
        var since = since(registered);
        if (since.all(GroupRemoved.class).anyMatch(e -> e.group() == id)) {
            var zeros = new int[STEPS];
            return new GroupInput(
                    id,
                    timestep,
                    STEPS_PER_HOUR,
                    Policy.flat(),
                    zeros,
                    zeros,
                    zeros,
                    zeros,
                    zeros,
                    List.of(),
                    GroupInput.Settlement.none());
        }
        int limitW = limitW(id);
        int[][] series = new int[5][STEPS];
        var classes = new byte[STEPS];
        for (int t = 0; t < STEPS; t++) {
            var step = forecast(id, timestep + t);
            series[0][t] = limitW / STEPS_PER_HOUR;
            series[1][t] = step.reservedLoadWh();
            series[2][t] = step.expectedLoadWh();
            series[3][t] = step.expectedPvWh();
            classes[t] = (byte) step.greenClass();
        }
        series[4][0] = since.last(
                GroupReported.class,
                e -> e.group() == group.group() && e.timestep() == timestep - 2,
                GroupReported::firmPvWh,
                0);
        var sessions = sessions(group, timestep);
        return new GroupInput(
                group.group(),
                timestep,
                STEPS_PER_HOUR,
                since.policy(group, classes, () -> pacePercent(id, registered), sessions),
                series[0],
                series[1],
                series[2],
                series[3],
                series[4],
                sessions,
                settlement(
                        group,
                        timestep - 2,
                        since.last(
                                GroupReported.class,
                                e -> e.group() == id && e.timestep() == timestep - 2,
                                e -> e,
                                new GroupReported(id, -1, 0, 0, 0))));
    }

    /** What belongs to an id since it was given, without grants. */
    private InputsByTheBook since(int registered) {
        return new InputsByTheBook(events.subList(registered, events.size()), version, List.of());
    }

    int limitW(int group) {
        int registered = lastPlace(e -> e instanceof GroupRegistered g && g.group() == group);
        return since(registered)
                .last(
                        GroupLimitChanged.class,
                        e -> e.group() == group,
                        GroupLimitChanged::limitW,
                        ((GroupRegistered) events.get(registered)).capacityW());
    }

    ForecastStep forecast(int id, int timestep) {
        int registered = lastPlace(e -> e instanceof GroupRegistered g && g.group() == id);
        var group = (GroupRegistered) events.get(registered);
        int mostWh = (group.otherEquipmentMaxW() + STEPS_PER_HOUR - 1) / STEPS_PER_HOUR;
        return since(registered)
                .last(
                        ForecastPublished.class,
                        e -> e.group() == id
                                && e.fromTimestep() <= timestep
                                && timestep < e.fromTimestep() + e.steps().size(),
                        e -> e.steps().get(timestep - e.fromTimestep()),
                        new ForecastStep(mostWh, mostWh, 0, 0));
    }

    private Policy policy(
            GroupRegistered group, byte[] classes, IntSupplier pacePercent, List<GroupInput.Session> sessions) {
        var policy = last(
                GroupPolicyChanged.class,
                e -> e.group() == group.group(),
                e -> e,
                new GroupPolicyChanged(group.group(), group.policyKind(), group.policyPercent()));
        return switch (policy.policyKind()) {
            case 0 -> Policy.flat();
            case 1 -> Policy.earliestToPeak(policy.policyPercent());
            case 2 -> Policy.greenBands(policy.policyPercent(), classes);
            case 4 ->
                Policy.earliestToPeak(Math.min(
                        1_000, Math.max(policy.policyPercent() * pacePercent.getAsInt() / 100, start(sessions))));
            default -> version == 1 ? Policy.earliestToPeak(1_000) : Policy.earliest();
        };
    }

    /** The percentage that reaches the greatest least power. */
    private static int start(List<GroupInput.Session> sessions) {
        var planned = sessions.stream()
                .filter(s -> s.joins() && s.departureStep() > 0)
                .toList();
        long least = planned.stream()
                .mapToLong(GroupInput.Session::minWhPerStep)
                .max()
                .orElse(0);
        long level = 0;
        for (int d = 1; d <= STEPS; d++) {
            int until = d;
            long due = planned.stream()
                    .filter(s -> s.departureStep() <= until)
                    .mapToLong(GroupInput.Session::energyWh)
                    .sum();
            level = Math.max(level, (due + d - 1) / d);
        }
        return level == 0 ? 0 : (int) Math.min(1_000, (100 * least + level - 1) / level);
    }

    /** How much faster than evenly the last 32 stays would have had to be. */
    private int pacePercent(int group, int registered) {
        var stays = new ArrayList<long[]>();
        for (int at = events.size() - 1; at > registered && stays.size() < 32; at--) {
            if (events.get(at) instanceof SessionEnded e) {
                long[] stay = stay(e, at, group, registered);
                if (stay.length > 0) {
                    stays.add(stay);
                }
            }
        }
        long wantedWh = stays.stream().mapToLong(s -> s[1]).sum();
        int pace = 100;
        while (500 * (servedWh(stays, 500) - servedWh(stays, pace)) > wantedWh) {
            pace += 10;
        }
        return pace;
    }

    private static long servedWh(List<long[]> stays, int pace) {
        return stays.stream()
                .mapToLong(s -> Math.min(s[1], s[0] * pace * s[3] / (100 * s[2])))
                .sum();
    }

    /** What was promised, what was wanted of it, timesteps stated and kept; empty for who says nothing about that. */
    private long[] stay(SessionEnded ended, int place, int group, int registered) {
        int asked = lastPlace(place, e -> e instanceof ChargingRequested r && r.session() == ended.session());
        var request = (ChargingRequested) events.get(asked);
        int point =
                lastPlace(asked, e -> e instanceof ChargePointRegistered c && c.chargePoint() == request.chargePoint());
        var until = new InputsByTheBook(events.subList(0, place), version, grants);
        var accepted = until.acceptedFor(request, place);
        if (point < registered
                || ((ChargePointRegistered) events.get(point)).group() != group
                || accepted == null
                || !request.joins()) {
            return new long[0];
        }
        long promisedWh = until.promisedWh(request);
        int first = Math.max(accepted, request.arrivalTimestep());
        int stated = request.departureTimestep() - first;
        if (promisedWh == 0 || stated <= 0) {
            return new long[0];
        }
        int kept = Math.max(0, Math.min(stated, ended.timestep() + 1 - first));
        long limitWh = until.limitWh(request);
        boolean full = limitWh > 0 && 16 * limitWh * stated < promisedWh;
        long wantedWh = full ? Math.min(promisedWh, until.deliveredWh(request, place)) : promisedWh;
        return new long[] {promisedWh, wantedWh, stated, kept};
    }

    private List<GroupInput.Session> sessions(GroupRegistered group, int timestep) {
        var sessions = new ArrayList<GroupInput.Session>();
        var decided = decided(timestep);
        for (var chargePoint : chargePoints(group)) {
            var request = openSession(chargePoint.chargePoint(), events.size());
            if (request == null || timestep < dueFrom(request) || isNeverPlanned(request)) {
                continue;
            }
            boolean accepted = acceptedFor(request, events.size()) != null;
            int departureStep = Math.max(0, Math.min(STEPS, request.departureTimestep() - timestep));
            if (accepted ? departureStep > 0 : decided.contains(request.session())) {
                int ratedWh = chargePoint.ratedPowerW() / STEPS_PER_HOUR;
                int arrivalStep = Math.min(departureStep, Math.max(0, request.arrivalTimestep() - timestep));
                boolean behind = version == 2 && accepted && isBehind(request);
                sessions.add(new GroupInput.Session(
                        chargePoint.chargePoint(),
                        request.session(),
                        request.joins() || behind,
                        accepted,
                        accepted ? remainingWh(request) : request.energyWh(),
                        accepted ? 0 : version == 1 ? request.energyWh() : request.leastEnergyWh(),
                        version == 1 ? ratedWh : maxWh(chargePoint, request, departureStep - arrivalStep),
                        version == 1 ? 0 : (chargePoint.minPowerW() + STEPS_PER_HOUR - 1) / STEPS_PER_HOUR,
                        arrivalStep,
                        departureStep,
                        behind));
            }
        }
        return sessions;
    }

    private int dueFrom(ChargingRequested request) {
        return version == 1 ? request.arrivalTimestep() : request.firstTimestep();
    }

    /** The car is there, and gone before or when the first timestep that can be planned begins. */
    private static boolean isNeverPlanned(ChargingRequested request) {
        return request.arrivalTimestep() == request.firstTimestep()
                && request.departureTimestep() <= request.arrivalTimestep();
    }

    private int maxWh(ChargePointRegistered chargePoint, ChargingRequested request, int steps) {
        int ratedWh = chargePoint.ratedPowerW() / STEPS_PER_HOUR;
        int limitWh = limitWh(request);
        if (limitWh > 0 && limitWh * steps < remainingWh(request)) {
            limitWh += Math.max((limitWh + 3) / 4, (1_380 + STEPS_PER_HOUR - 1) / STEPS_PER_HOUR);
        }
        int mostWh = limitWh == 0 ? ratedWh : Math.min(ratedWh, limitWh);
        return Math.max(mostWh, (chargePoint.minPowerW() + STEPS_PER_HOUR - 1) / STEPS_PER_HOUR);
    }

    /** Whether a reading ever said less than the setpoints that it covers. */
    private boolean isBehind(ChargingRequested request) {
        int chargePoint = request.chargePoint();
        int readUntil = -1;
        for (int at = 0; at < events.size(); at++) {
            if (entry(at, chargePoint) == null || registerBefore(at, chargePoint) < 0) {
                continue;
            }
            int timestep = ((MetersReported) events.get(at)).timestep();
            if (!isCharging(request, timestep, at)) {
                continue;
            }
            long toldWh = 0;
            for (int before = 0; before < at; before++) {
                if (events.get(before) instanceof PlanFinal e
                        && readUntil < e.timestep()
                        && e.timestep() <= timestep
                        && countsFor(request, e, before)) {
                    toldWh += setpointWh(e, chargePoint);
                }
            }
            if (creditedWh(request, at) < toldWh) {
                return true;
            }
            readUntil = timestep;
        }
        return false;
    }

    /** What the readings of whole timesteps, one after the other, tell about the car; 0 = nothing. */
    private int limitWh(ChargingRequested request) {
        int chargePoint = request.chargePoint();
        int limitWh = 0;
        for (int at = 0; at < events.size(); at++) {
            if (entry(at, chargePoint) == null || registerBefore(at, chargePoint) < 0) {
                continue;
            }
            int timestep = ((MetersReported) events.get(at)).timestep();
            if (!isCharging(request, timestep, at) || timestepBefore(at, chargePoint) != timestep - 1) {
                continue;
            }
            long takenWh = entry(at, chargePoint).registerWh() - registerBefore(at, chargePoint);
            if (takenWh > limitWh) {
                limitWh = 0;
            }
            int toldWh = toldWh(request, timestep, at);
            long deliveredWh = deliveredWh(request, at);
            if (16 * takenWh < 15L * toldWh
                    && (deliveredWh > 0
                            || (statusBefore(at, chargePoint) == 2
                                    && request.arrivalTimestep() <= request.firstTimestep()))
                    && promisedWh(request) - deliveredWh >= toldWh) {
                limitWh = (int) Math.max(1, takenWh);
            }
        }
        return limitWh;
    }

    /** What the entry before one says of the charge point; 0 when there is none. */
    private int statusBefore(int place, int chargePoint) {
        for (int at = place - 1; at >= 0 && !isRegistration(at, chargePoint); at--) {
            if (entry(at, chargePoint) != null) {
                return entry(at, chargePoint).status();
            }
        }
        return 0;
    }

    private int toldWh(ChargingRequested request, int timestep, int end) {
        for (int at = 0; at < end; at++) {
            if (events.get(at) instanceof PlanFinal e && e.timestep() == timestep && countsFor(request, e, at)) {
                return setpointWh(e, request.chargePoint());
            }
        }
        return 0;
    }

    /** Metered for a session by the events before a place. */
    private long deliveredWh(ChargingRequested request, int end) {
        long deliveredWh = 0;
        for (int at = 0; at < end; at++) {
            if (entry(at, request.chargePoint()) != null
                    && registerBefore(at, request.chargePoint()) >= 0
                    && isCharging(request, ((MetersReported) events.get(at)).timestep(), at)) {
                deliveredWh += creditedWh(request, at);
            }
        }
        return deliveredWh;
    }

    int promisedWh(ChargingRequested request) {
        int decidedWh = last(
                RequestDecided.class,
                e -> e.session() == request.session() && e.accepted(),
                RequestDecided::offerEnergyWh,
                0);
        return decidedWh == 0 ? request.energyWh() : Math.min(decidedWh, request.energyWh());
    }

    /** The first 512 requests that wait, the operators of their charge points taking turns. */
    private List<Integer> decided(int timestep) {
        var waiting = new TreeMap<Integer, List<Integer>>();
        for (var chargePoint : chargePoints()) {
            var open = openSession(chargePoint.chargePoint(), events.size());
            if (open != null
                    && dueFrom(open) <= timestep
                    && !isNeverPlanned(open)
                    && acceptedFor(open, events.size()) == null) {
                waiting.computeIfAbsent(chargePoint.operator(), o -> new ArrayList<>())
                        .add(open.session());
            }
        }
        waiting.values().forEach(Collections::sort);
        var decided = new ArrayList<Integer>();
        while (decided.size() < 512 && waiting.values().stream().anyMatch(list -> !list.isEmpty())) {
            decided.addAll(waiting.values().stream()
                    .filter(list -> !list.isEmpty())
                    .map(List::removeFirst)
                    .sorted()
                    .toList());
        }
        return decided.subList(0, Math.min(512, decided.size()));
    }

    int remainingWh(ChargingRequested request) {
        int meteredUntil = -1;
        long expectedWh = 0;
        for (int at = 0; at < events.size(); at++) {
            if (entry(at, request.chargePoint()) != null
                    && registerBefore(at, request.chargePoint()) >= 0
                    && isCharging(request, ((MetersReported) events.get(at)).timestep(), at)) {
                meteredUntil = ((MetersReported) events.get(at)).timestep();
            }
        }
        for (int at = 0; at < events.size(); at++) {
            if (events.get(at) instanceof PlanFinal e && e.timestep() > meteredUntil && countsFor(request, e, at)) {
                expectedWh += setpointWh(e, request.chargePoint());
            }
        }
        return (int) Math.max(0, promisedWh(request) - deliveredWh(request, events.size()) - expectedWh);
    }

    /** What the meter entry at a place says of a session that held its charge point. */
    private long creditedWh(ChargingRequested request, int place) {
        int chargePoint = request.chargePoint();
        long takenWh = entry(place, chargePoint).registerWh() - registerBefore(place, chargePoint);
        int timestep = ((MetersReported) events.get(place)).timestep();
        int reportedBefore = timestepBefore(place, chargePoint);
        int meteredUntil = -1;
        for (int at = 0; at < place; at++) {
            if (entry(at, chargePoint) != null && registerBefore(at, chargePoint) >= 0) {
                int reported = ((MetersReported) events.get(at)).timestep();
                meteredUntil = isCharging(request, reported, at) ? reported : meteredUntil;
            }
        }
        if (reportedBefore >= firstPowered(request, place) - 1) {
            return takenWh;
        }
        long expectedWh = grants(request, place)
                .filter(p -> reportedBefore < p.timestep() && p.timestep() <= timestep)
                .mapToLong(p -> p.powerW() / STEPS_PER_HOUR)
                .sum();
        for (int at = 0; at < place; at++) {
            if (events.get(at) instanceof PlanFinal e
                    && meteredUntil < e.timestep()
                    && e.timestep() <= timestep
                    && countsFor(request, e, at)) {
                expectedWh += setpointWh(e, chargePoint);
            }
        }
        return Math.min(takenWh, expectedWh);
    }

    /** The first timestep in which a session was accepted or granted power, as far as that is not forgotten. */
    private int firstPowered(ChargingRequested request, int end) {
        var accepted = acceptedFor(request, end);
        return grants(request, end)
                .mapToInt(PowerGranted::timestep)
                .reduce(accepted == null ? Integer.MAX_VALUE : accepted, Math::min);
    }

    /** Of the charge point that has the id now, without those that a later one made forgotten. */
    private Stream<PowerGranted> known(int chargePoint, int end) {
        int registered = lastPlace(end, e -> e instanceof ChargePointRegistered c && c.chargePoint() == chargePoint);
        var all = grants.stream()
                .filter(g ->
                        registered < g.place() && g.place() < end && g.power().chargePoint() == chargePoint)
                .map(InterimByTheBook.Grant::power)
                .toList();
        int last = all.stream().mapToInt(PowerGranted::timestep).max().orElse(0);
        return all.stream().filter(p -> p.timestep() >= last - 8);
    }

    private Stream<PowerGranted> grants(ChargingRequested request, int end) {
        return known(request.chargePoint(), end).filter(p -> p.session() == request.session());
    }

    /** Whether a plan that became final at a place told a session something: one that it held, or that the same plan accepted. */
    private boolean countsFor(ChargingRequested request, PlanFinal outcome, int place) {
        if (outcome.timestep() < request.firstTimestep()
                || !request.equals(openSession(request.chargePoint(), place))) {
            return false;
        }
        var acceptedBefore = acceptedFor(request, place);
        var accepted = acceptedFor(request, events.size());
        return acceptedBefore != null || (accepted != null && accepted == outcome.timestep());
    }

    int setpointWh(PlanFinal outcome, int chargePoint) {
        var setpoints = all(PlanPosted.class)
                .filter(e -> e.timestep() == outcome.timestep() && e.candidate() == outcome.candidate())
                .findFirst()
                .orElseThrow()
                .setpoints();
        int at = 2 * chargePoint;
        return at + 2 > setpoints.size()
                ? 0
                : Math.max(0, (setpoints.get(at) & 0xff) * 256 + (setpoints.get(at + 1) & 0xff) - 1);
    }

    private GroupInput.Settlement settlement(GroupRegistered group, int timestep, GroupReported report) {
        var metered = new ArrayList<GroupInput.MeteredSession>();
        for (var chargePoint : chargePoints(group)) {
            for (int at = events.indexOf(chargePoint); at < events.size(); at++) {
                var entry = entry(at, chargePoint.chargePoint());
                if (entry == null || ((MetersReported) events.get(at)).timestep() != timestep) {
                    continue;
                }
                long before = registerBefore(at, chargePoint.chargePoint());
                int reportedAt = at;
                var session = all(ChargingRequested.class)
                        .filter(e ->
                                e.chargePoint() == chargePoint.chargePoint() && isCharging(e, timestep, reportedAt))
                        .findFirst();
                long energyWh = before < 0 || session.isEmpty() ? 0 : creditedWh(session.get(), at);
                if (energyWh > 0) {
                    metered.add(new GroupInput.MeteredSession(
                            chargePoint.chargePoint(), session.get().session(), (int) Math.min(energyWh, 65_534)));
                }
            }
        }
        return report.timestep() < 0 && metered.isEmpty()
                ? GroupInput.Settlement.none()
                : new GroupInput.Settlement(timestep, report.loadWh(), report.pvWh(), metered);
    }

    private List<ChargePointRegistered> chargePoints(GroupRegistered group) {
        return chargePoints().stream().filter(e -> e.group() == group.group()).toList();
    }

    /** Those that are there: of each id the last one, unless it was removed. */
    List<ChargePointRegistered> chargePoints() {
        var there = new TreeMap<Integer, ChargePointRegistered>();
        for (var event : events) {
            switch (event) {
                case ChargePointRegistered e -> there.put(e.chargePoint(), e);
                case ChargePointRemoved e -> there.remove(e.chargePoint());
                default -> {
                    // none comes or goes
                }
            }
        }
        return List.copyOf(there.values());
    }

    /** Removed ones too: of each id the last one. */
    List<ChargePointRegistered> chargePointsEver() {
        var last = new TreeMap<Integer, ChargePointRegistered>();
        all(ChargePointRegistered.class).forEach(e -> last.put(e.chargePoint(), e));
        return List.copyOf(last.values());
    }

    /** Not of another group that had the same id. */
    boolean isOfTheGroupNow(ChargePointRegistered chargePoint, int group) {
        return chargePoint.group() == group
                && events.lastIndexOf(chargePoint)
                        > lastPlace(e -> e instanceof GroupRegistered g && g.group() == group);
    }

    /** The last request at a charge point, unless it was refused or ended; by the events before a place. */
    @Nullable
    ChargingRequested openSession(int chargePoint, int end) {
        ChargingRequested open = null;
        for (int at = 0; at < end; at++) {
            switch (events.get(at)) {
                case ChargingRequested e -> open = e.chargePoint() == chargePoint ? e : open;
                case RequestDecided e ->
                    open = open != null && e.session() == open.session() && !e.accepted() ? null : open;
                case SessionEnded e -> open = open != null && e.session() == open.session() ? null : open;
                default -> {
                    // nothing opens or closes
                }
            }
        }
        return open;
    }

    @Nullable
    Integer acceptedFor(ChargingRequested request, int end) {
        for (int at = 0; at < end; at++) {
            if (events.get(at) instanceof RequestDecided e && e.session() == request.session() && e.accepted()) {
                return e.timestep();
            }
        }
        return null;
    }

    /** Whether a session held its charge point in a timestep, as far as was known at a place. */
    private boolean isCharging(ChargingRequested request, int timestep, int end) {
        if (!isOfTheChargePointNow(request, end)) {
            return false;
        }
        var interim = known(request.chargePoint(), end)
                .filter(p -> p.timestep() == timestep && !endedBefore(p.session(), timestep, end))
                .findFirst();
        if (interim.isPresent()) {
            return interim.get().session() == request.session();
        }
        var accepted = acceptedFor(request, end);
        return accepted != null
                && timestep >= accepted
                && timestep >= request.arrivalTimestep()
                && !endedBefore(request.session(), timestep, end);
    }

    /** Not of another one that had the same id. */
    boolean isOfTheChargePointNow(ChargingRequested request, int end) {
        int requested = events.indexOf(request);
        for (int at = requested + 1; at < end; at++) {
            if (isRegistration(at, request.chargePoint())) {
                return false;
            }
        }
        return requested < end;
    }

    boolean endedBefore(int session, int timestep) {
        return endedBefore(session, timestep, events.size());
    }

    private boolean endedBefore(int session, int timestep, int end) {
        return events.subList(0, end).stream()
                .anyMatch(
                        event -> event instanceof SessionEnded e && e.session() == session && e.timestep() < timestep);
    }

    private @Nullable MeterEntry entry(int at, int chargePoint) {
        return events.get(at) instanceof MetersReported e
                ? e.entries().stream()
                        .filter(entry -> entry.chargePoint() == chargePoint)
                        .findFirst()
                        .orElse(null)
                : null;
    }

    /** The register at the report before; -1 if there was none. */
    private long registerBefore(int end, int chargePoint) {
        for (int at = end - 1; at >= 0 && !isRegistration(at, chargePoint); at--) {
            var entry = entry(at, chargePoint);
            if (entry != null) {
                return entry.registerWh();
            }
        }
        return -1;
    }

    /** The timestep of the report before; -1 if there was none. */
    private int timestepBefore(int end, int chargePoint) {
        for (int at = end - 1; at >= 0 && !isRegistration(at, chargePoint); at--) {
            if (entry(at, chargePoint) != null) {
                return ((MetersReported) events.get(at)).timestep();
            }
        }
        return -1;
    }

    /** Entries before it are of another charge point that had the id. */
    private boolean isRegistration(int at, int chargePoint) {
        return events.get(at) instanceof ChargePointRegistered e && e.chargePoint() == chargePoint;
    }

    private int lastPlace(Predicate<LedgerEvent> which) {
        return lastPlace(events.size(), which);
    }

    private int lastPlace(int end, Predicate<LedgerEvent> which) {
        int at = end - 1;
        while (!which.test(events.get(at))) {
            at--;
        }
        return at;
    }

    <T extends LedgerEvent> Stream<T> all(Class<T> type) {
        return events.stream().filter(type::isInstance).map(type::cast);
    }

    private <T extends LedgerEvent, V> V last(Class<T> type, Predicate<T> which, Function<T, V> value, V otherwise) {
        return all(type).filter(which).reduce((a, b) -> b).map(value).orElse(otherwise);
    }
}

package org.chargeproof.protocol.ledger;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.protocol.ledger.LedgerEvent.ChargePointRegistered;
import org.chargeproof.protocol.ledger.LedgerEvent.ChargingRequested;
import org.chargeproof.protocol.ledger.LedgerEvent.ForecastStep;
import org.chargeproof.protocol.ledger.LedgerEvent.GroupRegistered;
import org.chargeproof.protocol.ledger.LedgerEvent.GroupReported;
import org.chargeproof.protocol.ledger.LedgerEvent.PlanPosted;
import org.jspecify.annotations.Nullable;

/**
 * A {@link LedgerState} as bytes: all that it remembers, so that a state that was read goes on exactly as the one that was written.
 * Equal states have equal bytes, and there is one way only to write a state. Layout in docs/reference/snapshots.md; whoever adds a field
 * to the fold adds it here, and raises {@link Snapshot#VERSION}.
 *
 * <p>Groups, charge points and sessions refer to each other, also to some that no list names any more. So they stand in three tables,
 * in the order in which they are found, and refer to places in these.
 */
final class StateEncoding {
    /** A reference to nothing. */
    private static final int NONE = -1;

    // the least bytes of each, for counts to be held against: numbers, flags, lengths of lists
    private static final int OPERATOR_BYTES = 5 * Integer.BYTES;
    private static final int GROUP_BYTES = 11 * Integer.BYTES + 1;
    private static final int FORECAST_BYTES = 5 * Integer.BYTES;
    private static final int REPORT_BYTES = 4 * Integer.BYTES;
    private static final int STAY_BYTES = 4 * Integer.BYTES;
    private static final int CHARGE_POINT_BYTES = 11 * Integer.BYTES + Long.BYTES + 2;
    private static final int METERED_BYTES = 3 * Integer.BYTES;
    private static final int INTERIM_BYTES = 3 * Integer.BYTES;
    private static final int SESSION_BYTES = 14 * Integer.BYTES + Long.BYTES + 3;
    private static final int PLAN_BYTES = 4 * Integer.BYTES + 1;
    private static final int POST_BYTES = 4 * Integer.BYTES + Long.BYTES + 4 * Bytes32.SIZE;
    private static final int ALGORITHM_BYTES = Integer.BYTES + Bytes32.SIZE;
    private static final int PAIR_BYTES = 2 * Integer.BYTES;

    private static final List<Session.Status> STATUSES =
            List.of(Session.Status.REQUESTED, Session.Status.ACCEPTED, Session.Status.REFUSED, Session.Status.ENDED);

    private StateEncoding() {}

    /**
     * A state's bytes.
     *
     * @throws IllegalStateException when there would be more than {@code maxBytes}
     */
    static byte[] encode(LedgerState state, int maxBytes) {
        var out = new ByteWriter(maxBytes);
        new Encoder(state, out).write();
        return out.toArray();
    }

    /**
     * Reads a state.
     *
     * @throws IllegalArgumentException for bytes that {@link #encode} would not have written
     */
    static LedgerState decode(byte[] bytes) {
        var in = new ByteReader(ByteBuffer.wrap(bytes));
        var state = new Decoder(in).read();
        in.end();
        // nothing was lost, and nothing stands where it does not belong
        if (!Arrays.equals(encode(state, bytes.length), bytes)) {
            throw in.wrong("these bytes would not be written for the state that they hold");
        }
        return state;
    }

    /** Things in the order in which they are found, and the place of each. */
    private static final class Table<T> {
        private final List<T> all = new ArrayList<>();
        private final IdentityHashMap<T, Integer> places = new IdentityHashMap<>();

        void add(T thing) {
            if (places.putIfAbsent(thing, all.size()) == null) {
                all.add(thing);
            }
        }

        int place(@Nullable T thing) {
            return thing == null ? NONE : Objects.requireNonNull(places.get(thing));
        }
    }

    private static final class Encoder {
        private final LedgerState state;
        private final ByteWriter out;
        private final Table<Group> groups = new Table<>();
        private final Table<ChargePoint> chargePoints = new Table<>();
        private final Table<Session> sessions = new Table<>();

        Encoder(LedgerState state, ByteWriter out) {
            this.state = state;
            this.out = out;
        }

        void write() {
            find();
            out.number(groups.all.size()).number(chargePoints.all.size()).number(sessions.all.size());
            groups.all.forEach(this::group);
            chargePoints.all.forEach(this::chargePoint);
            sessions.all.forEach(this::session);
            // what the state itself names stands first in each table
            out.number(state.groups.size()).number(state.chargePoints.size()).number(state.sessions.size());
            operators();
            plans();
            out.number(state.algorithms.size());
            state.algorithms.forEach((timestep, id) -> out.number(timestep).hash(id));
            out.number(state.closedBelow);
            numbers(state.closed);
            out.number(state.stepsPerHour);
        }

        private void find() {
            state.groups.forEach(groups::add);
            state.chargePoints.forEach(chargePoints::add);
            state.sessions.values().forEach(sessions::add);
            int g = 0;
            int c = 0;
            int s = 0;
            while (g < groups.all.size() || c < chargePoints.all.size() || s < sessions.all.size()) {
                for (; g < groups.all.size(); g++) {
                    groups.all.get(g).chargePoints.forEach(chargePoints::add);
                }
                for (; c < chargePoints.all.size(); c++) {
                    var chargePoint = chargePoints.all.get(c);
                    groups.add(chargePoint.group());
                    if (chargePoint.session != null) {
                        sessions.add(chargePoint.session);
                    }
                    chargePoint.recentlyAccepted.forEach(sessions::add);
                    chargePoint.interim.values().forEach(granted -> sessions.add(granted.session()));
                }
                for (; s < sessions.all.size(); s++) {
                    chargePoints.add(sessions.all.get(s).chargePoint());
                }
            }
        }

        private void group(Group group) {
            out.number(group.id())
                    .number(group.operator())
                    .number(group.capacityW())
                    .number(group.otherEquipmentMaxW())
                    .number(group.limitW)
                    .number(group.policy.code())
                    .number(group.policy.percent())
                    .flag(group.removed);
            out.number(group.chargePoints.size());
            group.chargePoints.forEach(chargePoint -> out.number(chargePoints.place(chargePoint)));
            out.number(group.forecast.size());
            group.forecast.forEach((timestep, step) -> out.number(timestep)
                    .number(step.expectedLoadWh())
                    .number(step.reservedLoadWh())
                    .number(step.expectedPvWh())
                    .number(step.greenClass()));
            out.number(group.reports.size());
            group.reports.forEach((timestep, report) -> out.number(timestep)
                    .number(report.loadWh())
                    .number(report.pvWh())
                    .number(report.firmPvWh()));
            out.number(group.stays.stays.size());
            group.stays.stays.forEach(stay -> out.number(stay.promisedWh())
                    .number(stay.wantedWh())
                    .number(stay.statedSteps())
                    .number(stay.keptSteps()));
        }

        private void chargePoint(ChargePoint chargePoint) {
            out.number(chargePoint.id())
                    .number(groups.place(chargePoint.group()))
                    .number(chargePoint.operator())
                    .number(chargePoint.ratedPowerW())
                    .number(chargePoint.minPowerW())
                    .text(chargePoint.evseId())
                    .flag(chargePoint.removed)
                    .number(chargePoint.reportedTimestep)
                    .number(chargePoint.registerWh)
                    .flag(chargePoint.occupied)
                    .number(sessions.place(chargePoint.session));
            out.number(chargePoint.recentlyAccepted.size());
            chargePoint.recentlyAccepted.forEach(session -> out.number(sessions.place(session)));
            out.number(chargePoint.metered.size());
            chargePoint.metered.forEach((timestep, metered) ->
                    out.number(timestep).number(metered.session()).number(metered.energyWh()));
            out.number(chargePoint.interim.size());
            chargePoint.interim.forEach((timestep, granted) -> out.number(timestep)
                    .number(sessions.place(granted.session()))
                    .number(granted.powerW()));
        }

        private void session(Session session) {
            out.number(session.id())
                    .number(chargePoints.place(session.chargePoint()))
                    .bytes(session.account())
                    .number(session.wantedWh())
                    .number(session.leastEnergyWh())
                    .number(session.arrivalTimestep())
                    .number(session.departureTimestep())
                    .flag(session.joins())
                    .number(session.firstTimestep())
                    .number(STATUSES.indexOf(session.status))
                    .flag(session.accepted)
                    .number(session.promisedWh)
                    .number(session.acceptedTimestep)
                    .number(session.endedTimestep)
                    .number(session.deliveredWh)
                    .number(session.learnedLimitWh)
                    .flag(session.behind);
            pairs(session.expectedWh);
        }

        private void operators() {
            out.number(state.operators.size());
            new TreeMap<>(state.operators)
                    .forEach((id, operator) -> out.number(id)
                            .text(operator.name())
                            .bytes(operator.owner())
                            .bytes(operator.oracle())
                            .bytes(operator.meter()));
            numbers(state.members);
        }

        private void plans() {
            out.number(state.plans.size());
            state.plans.forEach((timestep, plan) -> {
                out.number(timestep).number(plan.finalCandidate).flag(plan.fallbackDeclared);
                out.number(plan.candidates.size());
                plan.candidates.forEach(post -> out.number(post.operator())
                        .number(post.candidate())
                        .number(post.snapshotBlock())
                        .hash(post.algorithm())
                        .hash(post.inputsRoot())
                        .hash(post.plansRoot())
                        .hash(post.setpointsRoot())
                        .bytes(post.setpoints())
                        .bytes(post.decisions()));
                pairs(plan.votes);
            });
        }

        private void numbers(Collection<Integer> numbers) {
            out.number(numbers.size());
            numbers.forEach(out::number);
        }

        private void pairs(Map<Integer, Integer> pairs) {
            out.number(pairs.size());
            pairs.forEach((key, value) -> out.number(key).number(value));
        }
    }

    private static final class Decoder {
        private final ByteReader in;
        private final LedgerState state = new LedgerState();
        private final List<Group> groups = new ArrayList<>();
        private final List<ChargePoint> chargePoints = new ArrayList<>();
        private final List<Session> sessions = new ArrayList<>();

        /** Charge points of each group, before there are any. */
        private final List<int[]> chargePointsOf = new ArrayList<>();
        /** The open session of each charge point, and those accepted last. */
        private final List<int[]> sessionsOf = new ArrayList<>();
        /** Interim power at each charge point: timestep, session, power. */
        private final List<List<int[]>> interimOf = new ArrayList<>();

        Decoder(ByteReader in) {
            this.in = in;
        }

        LedgerState read() {
            int groupCount = in.count(GROUP_BYTES);
            int chargePointCount = in.count(CHARGE_POINT_BYTES);
            int sessionCount = in.count(SESSION_BYTES);
            for (int i = 0; i < groupCount; i++) {
                groups.add(group());
            }
            for (int i = 0; i < chargePointCount; i++) {
                chargePoints.add(chargePoint());
            }
            for (int i = 0; i < sessionCount; i++) {
                sessions.add(session());
            }
            link();
            named();
            operators();
            int plans = in.count(PLAN_BYTES);
            for (int i = 0; i < plans; i++) {
                int timestep = in.number();
                put(state.plans, timestep, plan(timestep));
            }
            int algorithms = in.count(ALGORITHM_BYTES);
            for (int i = 0; i < algorithms; i++) {
                put(state.algorithms, in.number(), in.hash());
            }
            state.closedBelow = in.number();
            for (int timestep : numbers()) {
                if (!state.closed.add(timestep)) {
                    throw in.wrong("timestep " + timestep + " is closed twice");
                }
            }
            state.stepsPerHour = in.number();
            return state;
        }

        private Group group() {
            int id = in.number();
            int operator = in.number();
            int capacityW = in.number();
            int otherEquipmentMaxW = in.number();
            int limitW = in.number();
            var policy = policy(in.number(), in.number());
            var group = new Group(
                    new GroupRegistered(id, operator, capacityW, otherEquipmentMaxW, policy.code(), policy.percent()));
            group.limitW = limitW;
            group.removed = in.flag();
            chargePointsOf.add(numbers());
            int steps = in.count(FORECAST_BYTES);
            for (int i = 0; i < steps; i++) {
                put(group.forecast, in.number(), new ForecastStep(in.number(), in.number(), in.number(), in.number()));
            }
            int reports = in.count(REPORT_BYTES);
            for (int i = 0; i < reports; i++) {
                int timestep = in.number();
                put(group.reports, timestep, new GroupReported(id, timestep, in.number(), in.number(), in.number()));
            }
            int stays = in.count(STAY_BYTES);
            for (int i = 0; i < stays; i++) {
                var stay = new StayHistory.Stay(in.number(), in.number(), in.number(), in.number());
                if (!stay.isPossible()) {
                    throw in.wrong(stay + " is no stay");
                }
                group.stays.add(stay);
            }
            return group;
        }

        private GroupPolicy policy(int code, int percent) {
            try {
                return GroupPolicy.of(code, percent);
            } catch (IllegalArgumentException e) {
                throw in.wrong(String.valueOf(e.getMessage()));
            }
        }

        private ChargePoint chargePoint() {
            int id = in.number();
            var group = at(groups, in.number());
            int operator = in.number();
            int ratedPowerW = in.number();
            int minPowerW = in.number();
            var chargePoint = new ChargePoint(
                    new ChargePointRegistered(id, group.id(), operator, ratedPowerW, minPowerW, in.text()), group);
            chargePoint.removed = in.flag();
            chargePoint.reportedTimestep = in.number();
            chargePoint.registerWh = in.longNumber();
            chargePoint.occupied = in.flag();
            int open = in.number();
            int[] accepted = numbers();
            var refs = Arrays.copyOf(accepted, accepted.length + 1);
            refs[accepted.length] = open;
            sessionsOf.add(refs);
            int readings = in.count(METERED_BYTES);
            for (int i = 0; i < readings; i++) {
                put(chargePoint.metered, in.number(), new ChargePoint.Metered(in.number(), in.number()));
            }
            int grants = in.count(INTERIM_BYTES);
            var interim = new ArrayList<int[]>();
            for (int i = 0; i < grants; i++) {
                interim.add(new int[] {in.number(), in.number(), in.number()});
            }
            interimOf.add(interim);
            return chargePoint;
        }

        private Session session() {
            int id = in.number();
            var chargePoint = at(chargePoints, in.number());
            var account = in.bytes();
            int wantedWh = in.number();
            int leastEnergyWh = in.number();
            int arrival = in.number();
            int departure = in.number();
            boolean joins = in.flag();
            var session = new Session(
                    new ChargingRequested(
                            id,
                            chargePoint.id(),
                            account,
                            // no plan depends on who vouched
                            0,
                            wantedWh,
                            leastEnergyWh,
                            arrival,
                            departure,
                            joins,
                            in.number(),
                            // nor on when it was asked
                            0),
                    chargePoint);
            session.status = at(STATUSES, in.number());
            session.accepted = in.flag();
            session.promisedWh = in.number();
            session.acceptedTimestep = in.number();
            session.endedTimestep = in.number();
            session.deliveredWh = in.longNumber();
            session.learnedLimitWh = in.number();
            session.behind = in.flag();
            pairs(session.expectedWh);
            return session;
        }

        /** Now that all of them are there. */
        private void link() {
            for (int g = 0; g < groups.size(); g++) {
                for (int place : chargePointsOf.get(g)) {
                    groups.get(g).chargePoints.add(at(chargePoints, place));
                }
            }
            for (int c = 0; c < chargePoints.size(); c++) {
                var chargePoint = chargePoints.get(c);
                int[] places = sessionsOf.get(c);
                int open = places[places.length - 1];
                chargePoint.session = open == NONE ? null : at(sessions, open);
                var accepted = new ArrayDeque<Session>();
                for (int i = 0; i < places.length - 1; i++) {
                    accepted.add(at(sessions, places[i]));
                }
                chargePoint.recentlyAccepted.addAll(accepted);
                for (int[] granted : interimOf.get(c)) {
                    put(chargePoint.interim, granted[0], new ChargePoint.Interim(at(sessions, granted[1]), granted[2]));
                }
            }
        }

        /** What the state names by id. */
        private void named() {
            for (Group group : first(groups)) {
                requireNext("group", group.id(), state.groups.size());
                state.groups.add(group);
            }
            for (ChargePoint chargePoint : first(chargePoints)) {
                requireNext("charge point", chargePoint.id(), state.chargePoints.size());
                state.chargePoints.add(chargePoint);
            }
            for (Session session : first(sessions)) {
                put(state.sessions, session.id(), session);
            }
        }

        private <T> List<T> first(List<T> table) {
            int count = in.number();
            if (count < 0 || count > table.size()) {
                throw in.wrong("the first " + count + " are named of " + table.size());
            }
            return table.subList(0, count);
        }

        private void requireNext(String what, int id, int expected) {
            if (id != expected) {
                throw in.wrong(what + " " + id + " stands in place " + expected);
            }
        }

        private void operators() {
            int operators = in.count(OPERATOR_BYTES);
            for (int i = 0; i < operators; i++) {
                int id = in.number();
                var operator = new LedgerState.Operator(id, in.text(), in.bytes(), in.bytes(), in.bytes());
                if (state.operators.put(id, operator) != null) {
                    throw in.wrong("operator " + id + " is there twice");
                }
            }
            for (int id : numbers()) {
                state.members.add(id);
            }
        }

        private LedgerState.PlanRecord plan(int timestep) {
            var plan = new LedgerState.PlanRecord();
            plan.finalCandidate = in.number();
            plan.fallbackDeclared = in.flag();
            int posts = in.count(POST_BYTES);
            for (int i = 0; i < posts; i++) {
                plan.candidates.add(new PlanPosted(
                        timestep,
                        in.number(),
                        in.number(),
                        in.longNumber(),
                        in.hash(),
                        in.hash(),
                        in.hash(),
                        in.hash(),
                        in.bytes(),
                        in.bytes()));
            }
            pairs(plan.votes);
            return plan;
        }

        private int[] numbers() {
            var numbers = new int[in.count(Integer.BYTES)];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = in.number();
            }
            return numbers;
        }

        private void pairs(NavigableMap<Integer, Integer> into) {
            int pairs = in.count(PAIR_BYTES);
            for (int i = 0; i < pairs; i++) {
                put(into, in.number(), in.number());
            }
        }

        private <V> void put(NavigableMap<Integer, V> map, int key, V value) {
            if (!map.isEmpty() && key <= map.lastKey()) {
                throw in.wrong(key + " stands behind " + map.lastKey());
            }
            map.put(key, value);
        }

        private <T> T at(List<T> table, int place) {
            if (place < 0 || place >= table.size()) {
                throw in.wrong("place " + place + " is named where there are " + table.size());
            }
            return table.get(place);
        }
    }
}

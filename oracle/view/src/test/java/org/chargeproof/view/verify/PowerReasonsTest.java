package org.chargeproof.view.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.chargeproof.planner.GroupInput;
import org.chargeproof.planner.GroupInput.Session;
import org.chargeproof.planner.GroupInput.Settlement;
import org.chargeproof.planner.Plan;
import org.chargeproof.planner.Planner;
import org.chargeproof.planner.Policy;
import org.chargeproof.view.verify.GroupReasons.OfSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each reason, held against what planning anew without its cause gives. */
class PowerReasonsTest {
    private static final int GROUPS = 6_000;
    private static final int LARGE = 1 << 20;
    private static final Planner PLANNER = new Planner();

    /** How often each reason was held against a plan. */
    private final Map<PowerReason, Integer> seen = new EnumMap<>(PowerReason.class);

    @ParameterizedTest
    @EnumSource(Policy.Kind.class)
    void areWhatPlanningAnewShows(Policy.Kind kind) {
        for (int seed = 0; seed < GROUPS; seed++) {
            var given = group(new Random(31L * seed + kind.code()), kind);
            // requests become promises, so that planning anew decides nothing else
            var input = promised(given, PLANNER.plan(given));
            var plan = PLANNER.plan(input);
            var reasons = PowerReasons.of(input, plan);
            for (OfSession reason : reasons.sessions()) {
                try {
                    holds(input, plan, reason);
                    if (session(input, reason.session()).joins()) {
                        againstOthers(withoutFixed(input, plan), plan, reasons, reason);
                    }
                } catch (AssertionError e) {
                    throw new AssertionError("seed " + seed + ", " + reason + ", " + input, e);
                }
                seen.merge(reason.reason(), 1, Integer::sum);
            }
        }
        var expected = new ArrayList<>(List.of(PowerReason.values()));
        if (kind != Policy.Kind.GREEN_BANDS) {
            expected.remove(PowerReason.GREENER);
        }
        if (kind == Policy.Kind.EARLIEST) {
            // who comes first is never told to wait for a lower load
            expected.remove(PowerReason.EVEN);
        }
        assertThat(seen.keySet()).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(seen.values()).allMatch(times -> times >= 20);
    }

    private static void holds(GroupInput input, Plan plan, OfSession told) {
        var session = session(input, told.session());
        var row = row(plan, told.session());
        int nowWh = row.energyWh()[0];
        int plannedWh = Arrays.stream(row.energyWh()).sum();
        var others = plan.rows().stream()
                .filter(r -> r.sessionId() != told.session() && r.energyWh()[0] > 0)
                .toList();
        assertThat(told.others()).isEqualTo(others.size());
        assertThat(told.leaveEarlier())
                .isEqualTo(others.stream()
                        .filter(r -> r.energyWh().length < row.energyWh().length)
                        .count());
        switch (told.reason()) {
            case FULL -> assertThat(nowWh).isEqualTo(session.maxWhPerStep());
            case DONE -> {
                assertThat(nowWh).isEqualTo(plannedWh).isLessThan(session.maxWhPerStep());
                assertThat(row.shortfallWh()).isZero();
            }
            case SHORTFALL -> {
                assertThat(row.shortfallWh()).isPositive();
                assertThat(nowWh).isLessThan(session.maxWhPerStep());
            }
            case LIMIT -> {
                if (!session.joins()) {
                    isLimitedAlone(input, session, row, told.reason());
                }
            }
            case OTHER_LOAD -> {
                if (!session.joins()) {
                    isLimitedAlone(input, session, row, told.reason());
                }
                var unloaded = unloaded(input);
                assertThat(PowerReasons.of(unloaded, PLANNER.plan(unloaded)).sessions())
                        .filteredOn(each -> each.session() == told.session())
                        .extracting(OfSession::reason)
                        .doesNotContain(PowerReason.LIMIT, PowerReason.OTHER_LOAD, PowerReason.EARLIER_DEPARTURE);
            }
            case EARLIER_DEPARTURE, EVEN, GREENER -> assertThat(session.joins()).isTrue();
        }
    }

    /** @param input without those who do not join, who would be served first */
    private static void againstOthers(GroupInput input, Plan plan, GroupReasons reasons, OfSession told) {
        var session = session(input, told.session());
        var row = row(plan, told.session());
        var figures = reasons.figures();
        switch (told.reason()) {
            case FULL, DONE -> {
                // it could not take more
            }
            case SHORTFALL -> {
                assertThat(figures.groupW()).isEqualTo(figures.roomW());
                // one Wh more of room now is one Wh less that is missing
                assertThat(missingWh(PLANNER.plan(wider(input, 1)))).isEqualTo(missingWh(plan) - 1);
            }
            case LIMIT, OTHER_LOAD, EARLIER_DEPARTURE -> {
                assertThat(figures.groupW()).isEqualTo(figures.roomW());
                isLimited(input, plan, session, row, told.reason());
            }
            case EVEN, GREENER -> {
                assertThat(row.shortfallWh()).isZero();
                // with room for one Wh more, and all others as they are now, the plan would be worse if it took that
                var others = othersAsNow(wider(input, 1), plan, session);
                assertThat(moreNow(input, plan, others, session, row)).isPositive();
            }
        }
    }

    /** With one Wh more of room the plan gets better when this session takes it, and the group takes it. */
    private static void isLimited(GroupInput input, Plan plan, Session session, Plan.Row row, PowerReason reason) {
        var wider = wider(input, 1);
        // and with all others as they are now
        assertThat(moreNow(input, plan, othersAsNow(wider, plan, session), session, row))
                .isNegative();
        if (input.policy().kind() != Policy.Kind.EARLIEST_TO_PEAK) {
            assertThat(PLANNER.plan(wider).aggregateWh()[0]).isEqualTo(plan.aggregateWh()[0] + 1);
        }
        var longer = withDepartures(input, plan, session);
        int last = lastUsed(row);
        boolean isSomebodyGone =
                plan.rows().stream().anyMatch(r -> r.joins() && r.energyWh()[0] > 0 && r.energyWh().length <= last);
        switch (reason) {
            case OTHER_LOAD -> {
                if (input.policy().kind() != Policy.Kind.EARLIEST_TO_PEAK) {
                    var again = PLANNER.plan(wider(input, input.reservedLoadWh()[0]));
                    assertThat(again.aggregateWh()[0]).isGreaterThan(plan.aggregateWh()[0]);
                }
            }
            case EARLIER_DEPARTURE -> {
                // as it is nobody can wait; if those who leave before could stay, somebody could, and nothing would get
                // worse
                assertThat(moreNow(input, plan, input, session, row)).isPositive();
                assertThat(moreNow(input, plan, longer, session, row)).isNotPositive();
                assertThat(isSomebodyGone).isTrue();
            }
            default -> {
                int now = moreNow(input, plan, input, session, row);
                assertThat(now).isNotNegative();
                assertThat(now == 0 || !isSomebodyGone).isTrue();
            }
        }
    }

    /** Who does not join gets full power as soon as there is room for it. */
    private static void isLimitedAlone(GroupInput input, Session session, Plan.Row row, PowerReason reason) {
        int fullWh = Math.min(session.maxWhPerStep(), session.energyWh());
        assertThat(row.energyWh()[0]).isLessThan(fullWh);
        assertThat(row(PLANNER.plan(wider(input, LARGE)), session.sessionId()).energyWh()[0])
                .isEqualTo(fullWh);
        if (reason == PowerReason.OTHER_LOAD) {
            assertThat(row(PLANNER.plan(unloaded(input)), session.sessionId()).energyWh()[0])
                    .isEqualTo(fullWh);
        }
    }

    private static int missingWh(Plan plan) {
        return plan.rows().stream()
                .filter(Plan.Row::joins)
                .mapToInt(Plan.Row::shortfallWh)
                .sum();
    }

    /**
     * What comes of it, in the policy's order, when a session takes one Wh more now and one less later, and all others are planned anew.
     *
     * @param changed the input with the change in question
     * @return below 0 when the group's load gets better, 0 when it stays what it is, above 0 when it gets worse or a promise is broken
     */
    private static int moreNow(GroupInput input, Plan plan, GroupInput changed, Session session, Plan.Row row) {
        int nowWh = row.energyWh()[0] + 1;
        int laterWh = Arrays.stream(row.energyWh()).sum() - nowWh;
        var sessions = new ArrayList<Session>();
        for (Session each : changed.sessions()) {
            if (each.sessionId() != session.sessionId()) {
                sessions.add(kept(each, plan));
            }
        }
        // the same session as two: one that has to be done after the first step, and one that comes after it
        sessions.add(new Session(900, 900, true, true, nowWh, 0, session.maxWhPerStep(), 0, 0, 1));
        sessions.add(
                new Session(901, 901, true, true, laterWh, 0, session.maxWhPerStep(), 0, 1, session.departureStep()));
        var asIs = ordered(input, plan);
        var again = PLANNER.plan(with(changed, asIs, sessions));
        if (again.rows().stream().anyMatch(r -> r.joins() && r.shortfallWh() > 0)) {
            return 1;
        }
        return Arrays.compare(keys(input, plan, again), keys(input, plan, plan));
    }

    /** Each of the others as two: what it takes now, and what it takes later, which may be planned anew. */
    private static GroupInput othersAsNow(GroupInput input, Plan plan, Session session) {
        var sessions = new ArrayList<Session>();
        for (Session s : input.sessions()) {
            int nowWh = row(plan, s.sessionId()).energyWh()[0];
            if (s.sessionId() == session.sessionId() || s.arrivalStep() > 0) {
                sessions.add(s);
                continue;
            }
            int laterWh = Arrays.stream(row(plan, s.sessionId()).energyWh()).sum() - nowWh;
            int id = 100 + s.sessionId();
            sessions.add(new Session(id, id, true, true, nowWh, 0, s.maxWhPerStep(), 0, 0, 1));
            sessions.add(new Session(
                    id + 100,
                    id + 100,
                    true,
                    true,
                    laterWh,
                    0,
                    s.maxWhPerStep(),
                    0,
                    1,
                    Math.max(1, s.departureStep())));
        }
        return sessions(input, sessions);
    }

    /** What is short already stays so. */
    private static Session kept(Session session, Plan plan) {
        int shortfallWh = plan.rows().stream()
                .filter(r -> r.sessionId() == session.sessionId())
                .mapToInt(Plan.Row::shortfallWh)
                .sum();
        return shortfallWh == 0
                ? session
                : new Session(
                        session.chargePoint(),
                        session.sessionId(),
                        true,
                        true,
                        session.energyWh() - shortfallWh,
                        0,
                        session.maxWhPerStep(),
                        session.minWhPerStep(),
                        session.arrivalStep(),
                        session.departureStep(),
                        session.behind());
    }

    /** The limits and the policy that have the same order and the same room, whatever is planned: the least peak is that of the plan in question. */
    private static GroupInput ordered(GroupInput input, Plan plan) {
        if (input.policy().kind() != Policy.Kind.EARLIEST_TO_PEAK) {
            return input;
        }
        int softWh =
                (int) Math.max(0, (long) plan.leastPeakWh() * input.policy().percent() / 100);
        var classes = new byte[input.stepCount()];
        IntStream.range(0, classes.length).forEach(t -> classes[t] = (byte) t);
        var limitWh = new int[input.stepCount()];
        Arrays.fill(limitWh, softWh);
        return new GroupInput(
                input.groupId(),
                input.timestep(),
                input.stepsPerHour(),
                Policy.greenBands(100, classes),
                limitWh,
                input.reservedLoadWh(),
                input.expectedLoadWh(),
                input.expectedPvWh(),
                input.firmPvWh(),
                input.sessions(),
                input.settlement());
    }

    /** Room and sessions of one input, and the order of another one. */
    private static GroupInput with(GroupInput room, GroupInput order, List<Session> sessions) {
        int steps = room.stepCount();
        var reservedWh = new int[steps];
        var firmWh = new int[steps];
        for (int t = 0; t < steps; t++) {
            int roomWh = room.limitWh()[t] - room.reservedLoadWh()[t] + room.firmPvWh()[t];
            firmWh[t] = Math.max(0, roomWh - order.limitWh()[t]);
            reservedWh[t] = Math.max(0, order.limitWh()[t] - roomWh);
        }
        return new GroupInput(
                room.groupId(),
                room.timestep(),
                room.stepsPerHour(),
                order.policy(),
                order.limitWh(),
                reservedWh,
                room.expectedLoadWh(),
                room.expectedPvWh(),
                firmWh,
                sessions,
                room.settlement());
    }

    /** The keys of all units of an aggregate, the highest first; written from the reference page, without its bits. */
    private static Unit[] keys(GroupInput input, Plan order, Plan of) {
        var base = base(input);
        var units = new ArrayList<Unit>();
        for (int t = 0; t < of.stepCount(); t++) {
            for (int wh = 1; wh <= of.aggregateWh()[t]; wh++) {
                units.add(unit(input, order.leastPeakWh(), t, base[t] + wh));
            }
        }
        units.sort(Comparator.reverseOrder());
        return units.toArray(Unit[]::new);
    }

    private static int[] base(GroupInput input) {
        var base = new int[input.stepCount()];
        Arrays.setAll(base, t -> input.expectedLoadWh()[t] - input.expectedPvWh()[t]);
        return base;
    }

    private record Unit(int band, int stepClass, int levelWh, int step) implements Comparable<Unit> {
        @Override
        public int compareTo(Unit other) {
            return Comparator.comparingInt(Unit::band)
                    .thenComparingInt(Unit::stepClass)
                    .thenComparingInt(Unit::levelWh)
                    .thenComparingInt(Unit::step)
                    .compare(this, other);
        }
    }

    private static Unit unit(GroupInput input, int leastPeakWh, int t, int levelWh) {
        var policy = input.policy();
        return switch (policy.kind()) {
            case FLAT -> new Unit(0, 0, levelWh, t);
            case EARLIEST -> new Unit(0, t, levelWh, t);
            case EARLIEST_TO_PEAK ->
                levelWh <= Math.max(0, leastPeakWh * policy.percent() / 100)
                        ? new Unit(0, t, levelWh, t)
                        : new Unit(1, 0, levelWh, t);
            case GREEN_BANDS ->
                levelWh <= 0
                        ? new Unit(0, t, levelWh, t)
                        : levelWh <= input.limitWh()[t] * policy.percent() / 100
                                ? new Unit(1, policy.stepClass()[t], levelWh, t)
                                : new Unit(2, 0, levelWh, t);
        };
    }

    private static int lastUsed(Plan.Row row) {
        int last = row.energyWh().length - 1;
        while (row.energyWh()[last] == 0) {
            last--;
        }
        return last;
    }

    private static Session session(GroupInput input, int id) {
        return input.sessions().stream()
                .filter(s -> s.sessionId() == id)
                .findFirst()
                .orElseThrow();
    }

    private static Plan.Row row(Plan plan, int session) {
        return plan.rows().stream()
                .filter(r -> r.sessionId() == session)
                .findFirst()
                .orElseThrow();
    }

    /** More room in the first step, and nothing else. */
    private static GroupInput wider(GroupInput input, int moreWh) {
        var firmWh = input.firmPvWh().clone();
        // room below 0 is none
        int missingWh = Math.max(0, input.reservedLoadWh()[0] - input.limitWh()[0] - firmWh[0]);
        firmWh[0] += moreWh + missingWh;
        return load(input, input.reservedLoadWh(), firmWh);
    }

    /** Those who do not join as other load: what they take is fixed. */
    private static GroupInput withoutFixed(GroupInput input, Plan plan) {
        var reservedWh = input.reservedLoadWh().clone();
        var loadWh = input.expectedLoadWh().clone();
        for (var row : plan.rows()) {
            for (int t = 0; t < row.energyWh().length && !row.joins(); t++) {
                reservedWh[t] += row.energyWh()[t];
                loadWh[t] += row.energyWh()[t];
            }
        }
        return new GroupInput(
                input.groupId(),
                input.timestep(),
                input.stepsPerHour(),
                input.policy(),
                input.limitWh(),
                reservedWh,
                loadWh,
                input.expectedPvWh(),
                input.firmPvWh(),
                input.sessions().stream().filter(Session::joins).toList(),
                input.settlement());
    }

    /** No other load in the first step. */
    private static GroupInput unloaded(GroupInput input) {
        var reservedWh = input.reservedLoadWh().clone();
        var firmWh = input.firmPvWh().clone();
        reservedWh[0] = 0;
        firmWh[0] = 0;
        return load(input, reservedWh, firmWh);
    }

    private static GroupInput load(GroupInput input, int[] reservedWh, int[] firmWh) {
        return new GroupInput(
                input.groupId(),
                input.timestep(),
                input.stepsPerHour(),
                input.policy(),
                input.limitWh(),
                reservedWh,
                input.expectedLoadWh(),
                input.expectedPvWh(),
                firmWh,
                input.sessions(),
                input.settlement());
    }

    private static GroupInput sessions(GroupInput input, List<Session> sessions) {
        return new GroupInput(
                input.groupId(),
                input.timestep(),
                input.stepsPerHour(),
                input.policy(),
                input.limitWh(),
                input.reservedLoadWh(),
                input.expectedLoadWh(),
                input.expectedPvWh(),
                input.firmPvWh(),
                sessions,
                input.settlement());
    }

    /** Those who charge now and leave before a session stay to the end. */
    private static GroupInput withDepartures(GroupInput input, Plan plan, Session before) {
        return sessions(
                input,
                input.sessions().stream()
                        .map(s -> s.joins()
                                        && s.departureStep() > 0
                                        && s.departureStep() < before.departureStep()
                                        && row(plan, s.sessionId()).energyWh()[0] > 0
                                ? until(s, input.stepCount())
                                : s)
                        .toList());
    }

    private static Session until(Session s, int step) {
        return new Session(
                s.chargePoint(),
                s.sessionId(),
                s.joins(),
                s.accepted(),
                s.energyWh(),
                s.leastEnergyWh(),
                s.maxWhPerStep(),
                s.minWhPerStep(),
                s.arrivalStep(),
                step,
                s.behind());
    }

    /** With the requests that a plan accepts as promises, and without the others. */
    private static GroupInput promised(GroupInput input, Plan plan) {
        var sessions = new ArrayList<Session>();
        for (Session s : input.sessions()) {
            if (s.accepted()) {
                if (s.departureStep() > 0) {
                    sessions.add(s);
                }
                continue;
            }
            plan.decisions().stream()
                    .filter(d -> d.sessionId() == s.sessionId() && d.accepted())
                    .forEach(d -> sessions.add(new Session(
                            s.chargePoint(),
                            s.sessionId(),
                            s.joins(),
                            true,
                            d.energyWh(),
                            0,
                            s.maxWhPerStep(),
                            s.minWhPerStep(),
                            s.arrivalStep(),
                            s.departureStep())));
        }
        return sessions(input, sessions);
    }

    /** Small numbers, in which every case comes up. */
    private static GroupInput group(Random random, Policy.Kind kind) {
        int steps = 1 + random.nextInt(6);
        var limitWh = new int[steps];
        var reservedWh = new int[steps];
        var loadWh = new int[steps];
        var pvWh = new int[steps];
        var firmWh = new int[steps];
        var classes = new byte[steps];
        int usualWh = random.nextInt(20);
        boolean even = random.nextBoolean();
        for (int t = 0; t < steps; t++) {
            limitWh[t] = even ? usualWh : random.nextInt(20);
            reservedWh[t] = random.nextInt(3) == 0 ? random.nextInt(12) : 0;
            loadWh[t] = random.nextInt(3) == 0 ? random.nextInt(12) : 0;
            // without PV levels are above 0, and bands by time and by level can be told apart
            boolean sun = kind != Policy.Kind.EARLIEST_TO_PEAK && random.nextInt(4) == 0;
            pvWh[t] = sun ? random.nextInt(12) : 0;
            firmWh[t] = t == 0 && sun ? random.nextInt(pvWh[t] + 1) : 0;
            classes[t] = (byte) random.nextInt(3);
        }
        var policy = switch (kind) {
            case FLAT -> Policy.flat();
            case EARLIEST -> Policy.earliest();
            case EARLIEST_TO_PEAK -> Policy.earliestToPeak(100 + random.nextInt(150));
            case GREEN_BANDS -> Policy.greenBands(random.nextInt(101), classes);
        };
        var sessions = new ArrayList<Session>();
        for (int i = random.nextInt(6); i >= 0; i--) {
            sessions.add(session(random, i, steps));
        }
        return new GroupInput(0, 0, 4, policy, limitWh, reservedWh, loadWh, pvWh, firmWh, sessions, Settlement.none());
    }

    private static Session session(Random random, int id, int steps) {
        boolean joins = random.nextInt(6) > 0;
        boolean accepted = random.nextInt(3) == 0;
        int maxWh = 1 + random.nextInt(6);
        int energyWh = random.nextInt(16);
        int departure = random.nextInt(steps + 1);
        int arrival = joins && random.nextInt(6) == 0 ? random.nextInt(departure + 1) : 0;
        int leastWh = accepted ? 0 : joins ? Math.min(1, energyWh) : energyWh;
        boolean behind = accepted && joins && random.nextInt(8) == 0;
        return new Session(id, id, joins, accepted, energyWh, leastWh, maxWh, 0, arrival, departure, behind);
    }

    /** The certificate keeps a reserve so that cars at their least power may take turns; what is left is full where a limit binds. */
    @Test
    void leastPowersKeepTheRoomFull() {
        int limited = 0;
        for (int seed = 0; seed < GROUPS; seed++) {
            var given = group(new Random(seed), Policy.Kind.FLAT);
            var input = sessions(
                    given,
                    given.sessions().stream()
                            .map(s -> withLeastPower(s, 1 + s.sessionId() % 2))
                            .toList());
            var plan = PLANNER.plan(input);
            var reasons = PowerReasons.of(input, plan);
            assertThat(reasons.figures().groupW())
                    .isEqualTo(4 * plan.aggregateWh()[0])
                    .isLessThanOrEqualTo(reasons.figures().roomW());
            for (OfSession told : reasons.sessions()) {
                boolean binds = told.reason() == PowerReason.LIMIT || told.reason() == PowerReason.EARLIER_DEPARTURE;
                if (binds && session(input, told.session()).joins()) {
                    assertThat(reasons.figures().groupW())
                            .isEqualTo(reasons.figures().roomW());
                    limited++;
                }
            }
        }
        assertThat(limited).isGreaterThan(100);
    }

    private static Session withLeastPower(Session s, int leastWh) {
        return new Session(
                s.chargePoint(),
                s.sessionId(),
                s.joins(),
                s.accepted(),
                s.energyWh(),
                s.leastEnergyWh(),
                s.maxWhPerStep(),
                Math.min(leastWh, s.maxWhPerStep()),
                s.arrivalStep(),
                s.departureStep(),
                s.behind());
    }

    @Test
    void aPlanOfAnotherInputIsRefused() {
        var input = group(new Random(7), Policy.Kind.FLAT);
        var one = new Session(3, 77, true, true, 4, 0, 4, 0, 0, 1);
        var plan = PLANNER.plan(sessions(input, List.of(one)));
        assertThatThrownBy(() -> PowerReasons.of(input, plan)).hasMessageContaining("session 77");
    }
}

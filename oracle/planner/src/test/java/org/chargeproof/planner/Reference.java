package org.chargeproof.planner;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.chargeproof.planner.GroupInput.MeteredSession;
import org.chargeproof.planner.GroupInput.Session;

/**
 * The planner once more, written from the two pages of documentation, unit by unit, with nothing but flows: for small
 * groups only. It shares no code with the planner but the records.
 */
final class Reference {
    private final GroupInput input;
    private final int steps;
    private final int[] cap;
    private final int[] base;
    private final Map<Session, Integer> planned = new TreeMap<>(Comparator.comparingInt(Session::chargePoint));
    private final Map<Session, int[]> rows = new TreeMap<>(Comparator.comparingInt(Session::chargePoint));
    private final Map<Integer, Integer> nextSecond = new TreeMap<>();
    private final Map<Session, Integer> shortfall = new TreeMap<>(Comparator.comparingInt(Session::chargePoint));

    private Reference(GroupInput input) {
        this.input = input;
        this.steps = input.stepCount();
        this.cap = new int[steps];
        this.base = new int[steps];
    }

    static Plan plan(GroupInput input) {
        return new Reference(input).plan();
    }

    /** The most energy that sessions can take; a session is (energyWh, maxWhPerStep, arrivalStep, departureStep). */
    static long maxFlow(List<int[]> sessions, int[] room) {
        int steps = room.length;
        MinCostFlow flow = new MinCostFlow(2 + sessions.size() + steps);
        for (int i = 0; i < sessions.size(); i++) {
            int[] session = sessions.get(i);
            flow.edge(0, 2 + i, session[0], 0);
            for (int t = session[2]; t < session[3]; t++) {
                flow.edge(2 + i, 2 + sessions.size() + t, session[1], 0);
            }
        }
        for (int t = 0; t < steps; t++) {
            flow.edge(2 + sessions.size() + t, 1, room[t], 0);
        }
        return flow.run(0, 1);
    }

    private Plan plan() {
        for (int t = 0; t < steps; t++) {
            cap[t] = Math.max(0, input.limitWh()[t] - input.reservedLoadWh()[t] + input.firmPvWh()[t]);
            base[t] = input.expectedLoadWh()[t] - input.expectedPvWh()[t];
        }
        List<Session> byId = input.sessions().stream()
                .sorted(Comparator.comparingInt(Session::sessionId))
                .toList();
        for (Session session : byId) {
            if (session.accepted() && !session.joins()) {
                int[] row = new int[session.departureStep()];
                int left = session.energyWh();
                for (int t = 0; t < row.length; t++) {
                    row[t] = Math.min(Math.min(session.maxWhPerStep(), left), cap[t]);
                    row[t] = room(session, row[t]) > cap[t] ? 0 : row[t];
                    left -= row[t];
                }
                fix(session, row, 1);
                shortfall.put(session, left);
            }
        }
        List<Session> behindLast = byId.stream()
                .sorted(Comparator.comparing(Session::behind).thenComparingInt(Session::sessionId))
                .toList();
        for (Session session : behindLast) {
            if (session.accepted() && session.joins()) {
                int energy = session.energyWh();
                while (!feasibleWith(session, energy, session.departureStep())) {
                    energy--;
                }
                planned.put(session, energy);
                shortfall.put(session, session.energyWh() - energy);
            }
        }
        List<Plan.Decision> decisions = new ArrayList<>();
        for (Session session : byId) {
            if (!session.accepted()) {
                decisions.add(decide(session));
            }
        }
        keepReserve();
        int leastPeak = 0;
        if (input.policy().kind() == Policy.Kind.EARLIEST_TO_PEAK) {
            leastPeak = leastPeak(aggregate(Policy.flat(), 0));
        }
        int[] y = aggregate(input.policy(), leastPeak);
        split(y);
        long[] price = prices(y, leastPeak);
        List<Plan.Row> planRows = new ArrayList<>();
        rows.forEach((session, row) -> {
            if (row.length > 0) {
                planRows.add(new Plan.Row(
                        session.chargePoint(),
                        session.sessionId(),
                        session.joins(),
                        shortfall.getOrDefault(session, 0),
                        row,
                        intervals(session, row[0])));
            }
        });
        return new Plan(
                input.groupId(),
                input.timestep(),
                Planner.sha256(input.encode()),
                decisions,
                leastPeak,
                planRows,
                y,
                price,
                green());
    }

    private void fix(Session session, int[] row, int sign) {
        for (int t = 0; t < row.length; t++) {
            cap[t] -= sign * room(session, row[t]);
            base[t] += sign * row[t];
        }
        rows.put(session, row);
        if (sign < 0) {
            rows.remove(session);
        }
    }

    private int[] rowOf(Session session) {
        return rows.getOrDefault(session, new int[0]);
    }

    /** Below its least power a session runs at it, for part of the step. */
    private static int room(Session session, int energy) {
        return energy > 0 ? Math.max(energy, session.minWhPerStep()) : 0;
    }

    private boolean feasible() {
        return feasible(planned, Map.of());
    }

    private boolean feasibleWith(Session session, int energy, int departure) {
        Map<Session, Integer> wanted = new TreeMap<>(Comparator.comparingInt(Session::chargePoint));
        wanted.putAll(planned);
        wanted.put(session, energy);
        return feasible(wanted, Map.of(session, departure));
    }

    private boolean feasible(Map<Session, Integer> wanted, Map<Session, Integer> otherDeparture) {
        List<int[]> sessions = new ArrayList<>();
        long total = 0;
        for (Map.Entry<Session, Integer> entry : wanted.entrySet()) {
            Session session = entry.getKey();
            int departure = otherDeparture.getOrDefault(session, session.departureStep());
            sessions.add(new int[] {entry.getValue(), session.maxWhPerStep(), session.arrivalStep(), departure});
            total += entry.getValue();
        }
        return maxFlow(sessions, roomFor(wanted, otherDeparture)) == total;
    }

    /** What is left of cap when something is kept in reserve for each least power among those present. */
    private int[] roomFor(Map<Session, Integer> wanted, Map<Session, Integer> otherDeparture) {
        int[] room = new int[steps];
        for (int t = 0; t < steps; t++) {
            Map<Integer, Integer> present = new TreeMap<>();
            for (Map.Entry<Session, Integer> entry : wanted.entrySet()) {
                Session session = entry.getKey();
                int departure = otherDeparture.getOrDefault(session, session.departureStep());
                if (entry.getValue() > 0 && session.arrivalStep() <= t && t < departure) {
                    present.merge(session.minWhPerStep(), 1, Integer::sum);
                }
            }
            int kept = 0;
            for (Map.Entry<Integer, Integer> sameLeast : present.entrySet()) {
                int least = sameLeast.getKey();
                kept += least + least * sameLeast.getValue() / (3600 / input.stepsPerHour());
            }
            room[t] = Math.max(0, cap[t] - kept);
        }
        return room;
    }

    private void keepReserve() {
        int[] room = roomFor(planned, Map.of());
        System.arraycopy(room, 0, cap, 0, steps);
    }

    /** What the step looks like second by second. */
    private List<Plan.Interval> intervals(Session session, int energy) {
        int least = session.minWhPerStep();
        List<Plan.Interval> intervals = new ArrayList<>();
        if (energy == 0 || energy >= least) {
            return intervals;
        }
        boolean[] runs = new boolean[3600 / input.stepsPerHour()];
        int second = session.joins() ? nextSecond.getOrDefault(least, 0) : 0;
        for (int seconds = 0; seconds * least < energy * runs.length; seconds++) {
            runs[second] = true;
            second = (second + 1) % runs.length;
        }
        if (session.joins()) {
            nextSecond.put(least, second);
        }
        for (int from = 0; from < runs.length; from++) {
            int to = from;
            while (to < runs.length && runs[to]) {
                to++;
            }
            if (to > from) {
                intervals.add(new Plan.Interval(from, to, least * input.stepsPerHour()));
                from = to;
            }
        }
        return intervals;
    }

    private Plan.Decision decide(Session session) {
        int max = session.maxWhPerStep();
        int departure = session.departureStep();
        int energy = session.energyWh();
        if (departure > session.arrivalStep() && session.joins()) {
            for (int promise = energy; promise > 0 && promise >= session.leastEnergyWh(); promise--) {
                if (feasibleWith(session, promise, departure)) {
                    planned.put(session, promise);
                    return new Plan.Decision(session.sessionId(), true, promise, 0, 0);
                }
            }
        }
        if (energy > 0 && departure > 0 && !session.joins() && takesFullPower(session)) {
            return new Plan.Decision(session.sessionId(), true, energy, 0, 0);
        }
        if (energy == 0) {
            return new Plan.Decision(session.sessionId(), false, 0, 0, 0);
        }
        int offerEnergy = energy;
        while (!feasibleWith(session, offerEnergy, departure)) {
            offerEnergy--;
        }
        int offerDeparture = departure + 1;
        while (offerDeparture <= steps && !feasibleWith(session, energy, offerDeparture)) {
            offerDeparture++;
        }
        int soon = Math.min(input.stepsPerHour(), steps);
        int power = max;
        while (!canReserve(power, soon)) {
            power--;
        }
        return new Plan.Decision(
                session.sessionId(),
                false,
                offerEnergy,
                offerDeparture > steps ? 0 : offerDeparture,
                power < session.minWhPerStep() ? 0 : power * input.stepsPerHour());
    }

    private boolean takesFullPower(Session session) {
        int[] row = new int[session.departureStep()];
        int left = session.energyWh();
        for (int t = 0; t < row.length; t++) {
            row[t] = Math.min(session.maxWhPerStep(), left);
            left -= row[t];
            if (room(session, row[t]) > cap[t]) {
                return false;
            }
        }
        if (left > 0) {
            return false;
        }
        fix(session, row, 1);
        if (feasible()) {
            return true;
        }
        fix(session, row, -1);
        return false;
    }

    private boolean canReserve(int power, int soon) {
        for (int t = 0; t < soon; t++) {
            cap[t] -= power;
        }
        boolean fits = true;
        for (int t = 0; t < soon; t++) {
            fits &= cap[t] >= 0;
        }
        fits = fits && feasible();
        for (int t = 0; t < soon; t++) {
            cap[t] += power;
        }
        return fits;
    }

    /** One edge for each unit of each step, its cost the unit's place in the policy's order. */
    private int[] aggregate(Policy policy, int leastPeak) {
        List<int[]> units = units(policy, leastPeak);
        List<Session> sessions = new ArrayList<>(planned.keySet());
        MinCostFlow flow = new MinCostFlow(2 + sessions.size() + steps);
        for (int i = 0; i < sessions.size(); i++) {
            flow.edge(0, 2 + i, planned.getOrDefault(sessions.get(i), 0), 0);
            for (int t = sessions.get(i).arrivalStep(); t < sessions.get(i).departureStep(); t++) {
                flow.edge(2 + i, 2 + sessions.size() + t, sessions.get(i).maxWhPerStep(), 0);
            }
        }
        int[] edge = new int[units.size()];
        for (int rank = 0; rank < units.size(); rank++) {
            edge[rank] = flow.edge(2 + sessions.size() + units.get(rank)[3], 1, 1, rank);
        }
        flow.run(0, 1);
        int[] y = new int[steps];
        for (int rank = 0; rank < units.size(); rank++) {
            y[units.get(rank)[3]] += flow.flow(edge[rank]);
        }
        return y;
    }

    /** All units that fit, as (band, class, level, step), lowest first. */
    private List<int[]> units(Policy policy, int leastPeak) {
        int most = planned.keySet().stream().mapToInt(Session::maxWhPerStep).sum();
        List<int[]> units = new ArrayList<>();
        for (int t = 0; t < steps; t++) {
            for (int k = 1; k <= Math.min(cap[t], most); k++) {
                units.add(unit(policy, leastPeak, t, base[t] + k));
            }
        }
        units.sort(Comparator.<int[]>comparingInt(unit -> unit[0])
                .thenComparingInt(unit -> unit[1])
                .thenComparingInt(unit -> unit[2])
                .thenComparingInt(unit -> unit[3]));
        return units;
    }

    private int[] unit(Policy policy, int leastPeak, int t, int level) {
        return switch (policy.kind()) {
            case FLAT -> new int[] {0, 0, level, t};
            case EARLIEST -> new int[] {0, t, level, t};
            case EARLIEST_TO_PEAK ->
                level <= Math.max(0, Math.floorDiv(leastPeak * policy.percent(), 100))
                        ? new int[] {0, t, level, t}
                        : new int[] {1, 0, level, t};
            case GREEN_BANDS -> {
                if (level <= 0) {
                    yield new int[] {0, t, level, t};
                }
                yield level <= input.limitWh()[t] * policy.percent() / 100
                        ? new int[] {1, policy.stepClass()[t] & 0xff, level, t}
                        : new int[] {2, 0, level, t};
            }
        };
    }

    private long key(int leastPeak, int t, int level) {
        int[] unit = unit(input.policy(), leastPeak, t, level);
        return ((long) unit[0] << 56) + ((long) unit[1] << 48) + ((unit[2] + 2147483648L) << 8) + unit[3];
    }

    private int leastPeak(int[] flat) {
        int peak = Integer.MIN_VALUE;
        for (int t = 0; t < steps; t++) {
            peak = flat[t] > 0 ? Math.max(peak, base[t] + flat[t]) : peak;
        }
        return peak == Integer.MIN_VALUE ? 0 : peak;
    }

    private void split(int[] y) {
        List<Session> order = new ArrayList<>(planned.keySet());
        order.sort(Comparator.comparingInt(Session::departureStep)
                .thenComparingInt(Session::chargePoint)
                .reversed());
        if (order.stream().anyMatch(session -> session.arrivalStep() > 0)) {
            splitByChains(order.reversed(), y);
            return;
        }
        Map<Session, Integer> left = new TreeMap<>(Comparator.comparingInt(Session::chargePoint));
        left.putAll(planned);
        order.forEach(session -> rows.put(session, new int[session.departureStep()]));
        for (int t = steps - 1; t >= 0; t--) {
            int step = t;
            List<Session> present =
                    order.stream().filter(s -> s.departureStep() > step).toList();
            int layer = 0;
            while (sum(present, left, layer + 1) >= y[t] && y[t] > 0) {
                layer++;
            }
            int rest = y[t] - sum(present, left, layer + 1);
            for (Session session : present) {
                if (y[t] == 0) {
                    continue;
                }
                int sure = above(session, left, layer + 1);
                int more = Math.min(rest, above(session, left, layer) - sure);
                rest -= more;
                rowOf(session)[t] = sure + more;
            }
            for (Session session : present) {
                left.merge(session, -rowOf(session)[t], Integer::sum);
            }
        }
    }

    private void splitByChains(List<Session> order, int[] y) {
        Demand demand = new Demand();
        for (Session session : order) {
            int n = demand.count++;
            demand.energyWh[n] = planned.getOrDefault(session, 0);
            demand.maxWhPerStep[n] = session.maxWhPerStep();
            demand.arrivalStep[n] = session.arrivalStep();
            demand.departureStep[n] = session.departureStep();
        }
        int[][] placed = new Chains(demand, y).place();
        for (int n = 0; n < demand.count; n++) {
            rows.put(order.get(n), Arrays.copyOf(placed[n], order.get(n).departureStep()));
        }
    }

    private static int sum(List<Session> present, Map<Session, Integer> left, int layer) {
        return present.stream().mapToInt(s -> above(s, left, layer)).sum();
    }

    private static int above(Session session, Map<Session, Integer> left, int layer) {
        int max = session.maxWhPerStep();
        return Math.clamp(left.getOrDefault(session, 0) - (long) layer * max, 0, max);
    }

    /** Raises prices until nothing is left to raise. */
    private long[] prices(int[] y, int leastPeak) {
        long[] price = new long[steps];
        for (int t = 0; t < steps; t++) {
            price[t] = y[t] > 0 ? key(leastPeak, t, base[t] + y[t]) : 0;
        }
        boolean changed = true;
        while (changed) {
            changed = false;
            for (Session session : planned.keySet()) {
                int[] row = rowOf(session);
                for (int s = 0; s < row.length; s++) {
                    for (int t = session.arrivalStep(); t < row.length; t++) {
                        if (row[s] > 0 && row[t] < session.maxWhPerStep() && price[t] < price[s]) {
                            price[t] = price[s];
                            changed = true;
                        }
                    }
                }
            }
        }
        return price;
    }

    private List<Plan.Green> green() {
        GroupInput.Settlement settlement = input.settlement();
        long total = settlement.sessions().stream()
                .mapToLong(MeteredSession::energyWh)
                .sum();
        long green = Math.min(total, Math.max(0, settlement.measuredPvWh() - settlement.measuredLoadWh()));
        List<Plan.Green> shares = new ArrayList<>();
        long before = 0;
        for (MeteredSession session : settlement.sessions()) {
            long after = before + session.energyWh();
            long share = total == 0 ? 0 : green * after / total - green * before / total;
            shares.add(new Plan.Green(session.sessionId(), (int) share));
            before = after;
        }
        return shares;
    }
}

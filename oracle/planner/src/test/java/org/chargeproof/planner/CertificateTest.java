package org.chargeproof.planner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whatever is changed in a plan, the certificate check notices; what does not matter, it lets pass. */
class CertificateTest {
    private static final int GROUPS = 1_500;

    private final Planner planner = new Planner();
    private final Certificate certificate = new Certificate();
    private int changed;

    /** Changes a plan; returns the same plan where there is nothing to change. */
    private interface Change {
        Plan apply(GroupInput input, Plan plan, Seeded random);
    }

    @BeforeEach
    void count() {
        changed = 0;
    }

    @Test
    void acceptsWhatThePlannerMakes() {
        for (int seed = 0; seed < GROUPS; seed++) {
            GroupInput input = input(seed);
            Certificate.check(input, Plan.decode(planner.plan(input).encode()));
        }
    }

    @Test
    void rejectsSingleEnergies() {
        rejects("energy|takes|aggregateWh", (input, plan, random) -> {
            int row = random.below(plan.rows().size());
            int step = random.below(plan.rows().get(row).energyWh().length);
            return withRow(plan, row, add(plan.rows().get(row), step, nonzero(random)));
        });
    }

    @Test
    void rejectsMovesBetweenSteps() {
        rejects("energyWh|takes|room|price", (input, plan, random) -> {
            int row = random.below(plan.rows().size());
            Plan.Row old = plan.rows().get(row);
            int from = random.below(old.energyWh().length);
            int to = random.below(old.energyWh().length);
            int amount = 1 + random.below(Math.max(1, old.energyWh()[from]));
            if (from == to || old.energyWh()[from] < amount) {
                return plan;
            }
            Plan moved = withRow(plan, row, add(add(old, from, -amount), to, amount));
            moved = old.joins() ? withAggregate(withAggregate(moved, from, -amount), to, amount) : moved;
            return laid(input, moved);
        });
    }

    /** The same with prices that fit the changed plan: it is not optimal, so none prove it. */
    @Test
    void rejectsMovesBetweenStepsWithPricesOfTheirOwn() {
        rejects("energyWh|takes|room|price", (input, plan, random) -> {
            int row = random.below(plan.rows().size());
            Plan.Row old = plan.rows().get(row);
            int from = random.below(old.energyWh().length);
            int to = random.below(old.energyWh().length);
            if (from == to || old.energyWh()[from] == 0 || !old.joins()) {
                return plan;
            }
            Plan moved =
                    withAggregate(withAggregate(withRow(plan, row, add(add(old, from, -1), to, 1)), from, -1), to, 1);
            Problem problem = Problem.of(input, plan);
            PolicyOrder order = new PolicyOrder();
            order.set(input, plan.leastPeakWh());
            long[] price = plan.price().clone();
            for (int t : new int[] {from, to}) {
                price[t] = order.key(t, problem.baseWh().get(t) + moved.aggregateWh()[t]);
            }
            return laid(input, withPrice(moved, price));
        });
    }

    @Test
    void rejectsAggregates() {
        rejects(
                "aggregateWh",
                (input, plan, random) -> withAggregate(plan, random.below(plan.stepCount()), random.between(1, 5)));
    }

    @Test
    void rejectsPrices() {
        rejects("price", (input, plan, random) -> {
            long[] price = plan.price().clone();
            price[random.below(price.length)] += random.percent(50) ? nonzero(random) : random.next() | 1;
            return withPrice(plan, price);
        });
    }

    @Test
    void rejectsLeastPeaks() {
        rejects(
                "leastPeakWh",
                (input, plan, random) -> new Plan(
                        plan.groupId(),
                        plan.timestep(),
                        plan.inputSha256(),
                        plan.decisions(),
                        plan.leastPeakWh() + (random.percent(50) ? 1 : -1),
                        plan.rows(),
                        plan.aggregateWh(),
                        plan.price(),
                        plan.green()));
    }

    @Test
    void rejectsDecisions() {
        rejects("decision", (input, plan, random) -> {
            if (plan.decisions().isEmpty()) {
                return plan;
            }
            List<Plan.Decision> decisions = new ArrayList<>(plan.decisions());
            int i = random.below(decisions.size());
            Plan.Decision old = decisions.get(i);
            int part = random.below(5);
            if (part == 0) {
                decisions.remove(i);
            } else {
                decisions.set(
                        i,
                        new Plan.Decision(
                                old.sessionId(),
                                old.accepted() ^ (part == 1),
                                old.energyWh() + (part == 2 ? 1 : 0),
                                part == 3 ? (old.laterDepartureStep() + 1) % 97 : old.laterDepartureStep(),
                                old.powerW() + (part == 4 ? 1 : 0)));
            }
            return new Plan(
                    plan.groupId(),
                    plan.timestep(),
                    plan.inputSha256(),
                    decisions,
                    plan.leastPeakWh(),
                    plan.rows(),
                    plan.aggregateWh(),
                    plan.price(),
                    plan.green());
        });
    }

    @Test
    void rejectsRowsMissingAndShortfalls() {
        rejects("row|shortfall|steps|energy|charge|session", (input, plan, random) -> {
            int i = random.below(plan.rows().size());
            Plan.Row old = plan.rows().get(i);
            if (random.percent(30)) {
                List<Plan.Row> rows = new ArrayList<>(plan.rows());
                rows.remove(i);
                return withRows(plan, rows);
            }
            return withRow(
                    plan,
                    i,
                    new Plan.Row(
                            old.chargePoint(),
                            old.sessionId(),
                            old.joins(),
                            old.shortfallWh() + 1,
                            old.energyWh(),
                            old.intervals()));
        });
    }

    @Test
    void rejectsIntervals() {
        rejects("interval|power", (input, plan, random) -> {
            int i = random.below(plan.rows().size());
            Plan.Row old = plan.rows().get(i);
            List<Plan.Interval> intervals = new ArrayList<>(old.intervals());
            if (intervals.isEmpty()) {
                intervals.add(new Plan.Interval(0, 1, 1));
            } else {
                int n = random.below(intervals.size());
                Plan.Interval one = intervals.get(n);
                switch (random.below(4)) {
                    case 0 -> intervals.remove(n);
                    case 1 -> intervals.set(n, new Plan.Interval(one.fromSecond(), one.toSecond(), one.powerW() + 1));
                    case 2 -> intervals.set(n, new Plan.Interval(one.fromSecond(), one.toSecond() - 1, one.powerW()));
                    default -> intervals.set(n, new Plan.Interval(one.fromSecond(), one.toSecond() + 1, one.powerW()));
                }
            }
            return withIntervals(plan, i, intervals);
        });
    }

    /** Each car would have the right energy at the right power, but they all run at once. */
    @Test
    void rejectsIntervalsThatExceedTheLimit() {
        List<GroupInput.Session> sessions = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            sessions.add(new GroupInput.Session(i, i, true, true, 50, 0, 200, 100, 0, 1));
        }
        int[] zero = new int[1];
        GroupInput input = new GroupInput(
                1,
                1,
                4,
                Policy.flat(),
                new int[] {320},
                zero,
                zero,
                zero,
                zero,
                sessions,
                GroupInput.Settlement.none());
        Plan plan = planner.plan(input);
        Plan late = withIntervals(plan, 0, List.of(new Plan.Interval(450, 900, 400)));
        certificate.verify(input, late);
        Plan all = plan;
        for (int i = 0; i < 4; i++) {
            all = withIntervals(all, i, List.of(new Plan.Interval(0, 450, 400)));
        }
        Plan together = all;
        assertThatThrownBy(() -> certificate.verify(input, together))
                .isInstanceOf(CertificateException.class)
                .hasMessage("power at second 0 is 1600 W, there is room for 1280 W");
    }

    @Test
    void rejectsGreenEnergy() {
        rejects("green", (input, plan, random) -> {
            if (plan.green().isEmpty()) {
                return plan;
            }
            List<Plan.Green> green = new ArrayList<>(plan.green());
            int i = random.below(green.size());
            green.set(i, new Plan.Green(green.get(i).sessionId(), green.get(i).greenWh() + 1));
            return new Plan(
                    plan.groupId(),
                    plan.timestep(),
                    plan.inputSha256(),
                    plan.decisions(),
                    plan.leastPeakWh(),
                    plan.rows(),
                    plan.aggregateWh(),
                    plan.price(),
                    green);
        });
    }

    @Test
    void rejectsThePlanOfAnotherInput() {
        GroupInput input = input(1);
        assertThatThrownBy(() -> Certificate.check(input, planner.plan(input(9))))
                .isInstanceOf(CertificateException.class)
                .hasMessageContaining("inputSha256");
    }

    /** Two sessions swap energy between two steps: the aggregate and with it the optimum stay. */
    @Test
    void acceptsSwapsThatKeepTheAggregate() {
        int swaps = 0;
        for (int seed = 0; seed < GROUPS; seed++) {
            GroupInput input = input(seed);
            Plan plan = planner.plan(input);
            Plan swapped = swapped(input, plan);
            if (!swapped.equals(plan)) {
                certificate.verify(input, swapped);
                swaps++;
            }
        }
        assertThat(swaps).isGreaterThan(200);
    }

    private static Plan swapped(GroupInput input, Plan plan) {
        for (int a = 0; a < plan.rows().size(); a++) {
            for (int b = 0; b < plan.rows().size(); b++) {
                Plan.Row rowA = plan.rows().get(a);
                Plan.Row rowB = plan.rows().get(b);
                if (a == b || !rowA.joins() || !rowB.joins()) {
                    continue;
                }
                int both = Math.min(rowA.energyWh().length, rowB.energyWh().length);
                for (int s = 0; s < both; s++) {
                    for (int t = 0; t < both; t++) {
                        if (s != t
                                && rowA.energyWh()[s] > 0
                                && rowB.energyWh()[t] > 0
                                && rowA.energyWh()[t] < max(input, rowA)
                                && rowB.energyWh()[s] < max(input, rowB)) {
                            Plan half = withRow(plan, a, add(add(rowA, s, -1), t, 1));
                            return laid(input, withRow(half, b, add(add(rowB, t, -1), s, 1)));
                        }
                    }
                }
            }
        }
        return plan;
    }

    private void rejects(String message, Change change) {
        for (int seed = 0; seed < GROUPS; seed++) {
            GroupInput input = input(seed);
            Plan plan = planner.plan(input);
            if (plan.rows().isEmpty()) {
                continue;
            }
            Plan other;
            try {
                other = change.apply(input, plan, new Seeded(seed));
            } catch (InvalidInputException e) {
                continue; // negative energy and the like: refused even earlier
            }
            if (!other.equals(plan)) {
                changed++;
                assertThatThrownBy(() -> certificate.verify(input, other))
                        .as("seed %d", seed)
                        .isInstanceOf(CertificateException.class)
                        .hasMessageMatching("(?s).*(" + message + ").*");
            }
        }
        assertThat(changed).isGreaterThan(200);
    }

    private static GroupInput input(int seed) {
        return Instances.random(seed, seed % 3 == 0 ? Instances.Scale.MEDIUM : Instances.Scale.SMALL);
    }

    private static int nonzero(Seeded random) {
        return random.percent(50) ? 1 : -1;
    }

    private static int max(GroupInput input, Plan.Row row) {
        return session(input, row).maxWhPerStep();
    }

    private static GroupInput.Session session(GroupInput input, Plan.Row row) {
        return input.sessions().stream()
                .filter(session -> session.sessionId() == row.sessionId())
                .findAny()
                .orElseThrow();
    }

    private static Plan.Row add(Plan.Row row, int step, int amountWh) {
        int[] energyWh = row.energyWh().clone();
        energyWh[step] += amountWh;
        return new Plan.Row(
                row.chargePoint(), row.sessionId(), row.joins(), row.shortfallWh(), energyWh, row.intervals());
    }

    /** The plan with the intervals that its energies of step 0 need. */
    private static Plan laid(GroupInput input, Plan plan) {
        MinimumCurrent minimumCurrent = new MinimumCurrent();
        minimumCurrent.start(input.stepsPerHour());
        Plan laid = plan;
        for (int i = 0; i < plan.rows().size(); i++) {
            Plan.Row row = plan.rows().get(i);
            laid = withIntervals(laid, i, minimumCurrent.lay(session(input, row), row.energyWh()[0]));
        }
        return laid;
    }

    private static Plan withIntervals(Plan plan, int i, List<Plan.Interval> intervals) {
        Plan.Row old = plan.rows().get(i);
        return withRow(
                plan,
                i,
                new Plan.Row(
                        old.chargePoint(), old.sessionId(), old.joins(), old.shortfallWh(), old.energyWh(), intervals));
    }

    private static Plan withRow(Plan plan, int i, Plan.Row row) {
        List<Plan.Row> rows = new ArrayList<>(plan.rows());
        rows.set(i, row);
        return withRows(plan, rows);
    }

    private static Plan withRows(Plan plan, List<Plan.Row> rows) {
        return new Plan(
                plan.groupId(),
                plan.timestep(),
                plan.inputSha256(),
                plan.decisions(),
                plan.leastPeakWh(),
                rows,
                plan.aggregateWh(),
                plan.price(),
                plan.green());
    }

    private static Plan withAggregate(Plan plan, int step, int amountWh) {
        int[] aggregateWh = plan.aggregateWh().clone();
        aggregateWh[step] += amountWh;
        return new Plan(
                plan.groupId(),
                plan.timestep(),
                plan.inputSha256(),
                plan.decisions(),
                plan.leastPeakWh(),
                plan.rows(),
                aggregateWh,
                plan.price(),
                plan.green());
    }

    private static Plan withPrice(Plan plan, long[] price) {
        return new Plan(
                plan.groupId(),
                plan.timestep(),
                plan.inputSha256(),
                plan.decisions(),
                plan.leastPeakWh(),
                plan.rows(),
                plan.aggregateWh(),
                price,
                plan.green());
    }
}

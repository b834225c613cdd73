package org.chargeproof.planner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.ojalgo.optimisation.Expression;
import org.ojalgo.optimisation.ExpressionsBasedModel;
import org.ojalgo.optimisation.Optimisation;
import org.ojalgo.optimisation.Variable;

/** Sessions that arrive later: feasibility, optimality and proofs, against flows, linear programs and unit by unit. */
class WindowsTest {

    @Test
    void bothKindsOfCutsAgreeWhereBothApply() {
        PrefixCuts prefix = new PrefixCuts();
        MaxFlow window = new MaxFlow();
        for (int seed = 0; seed < 6_000; seed++) {
            Windows group = Windows.random(seed, seed % 20 == 0 ? Instances.Scale.LARGE : Instances.Scale.MEDIUM, 0);
            int[] room = someRoom(group, seed);
            prefix.clear();
            window.clear(room, group.steps());
            for (int n = 0; n < group.demand().count; n++) {
                int energy = group.demand().energyWh[n];
                int max = group.demand().maxWhPerStep[n];
                int departure = group.demand().departureStep[n];
                prefix.add(energy, max, departure);
                window.add(energy, max, 0, departure);
            }
            int most = prefix.most(room);
            assertThat(window.fill()).as("seed %d", seed).isEqualTo(most);
            boolean[] inA = new boolean[group.steps()];
            prefix.limiting(group.steps(), inA);
            assertThat(group.cut(inA, room)).as("seed %d", seed).isEqualTo(most);
            for (int t = 0; t < group.steps(); t++) {
                inA[t] = window.isReaching(t);
            }
            assertThat(group.cut(inA, room)).as("seed %d", seed).isEqualTo(most);
        }
    }

    @Test
    void feasibilityIsMaxFlowAndTheLimitingStepsProveIt() {
        int infeasible = 0;
        for (int seed = 0; seed < 4_000; seed++) {
            Windows group = Windows.random(seed, seed % 50 == 0 ? Instances.Scale.LARGE : Instances.Scale.MEDIUM, 50);
            int[] room = someRoom(group, seed);
            Cuts cuts = group.cuts();
            int most = cuts.most(room);
            assertThat((long) most).as("seed %d", seed).isEqualTo(Flows.most(group.demand(), room, group.steps()));
            boolean[] inA = new boolean[group.steps()];
            cuts.limiting(group.steps(), inA);
            assertThat(group.cut(inA, room)).as("seed %d", seed).isEqualTo(most);
            infeasible += most < group.demand().totalWh() ? 1 : 0;
        }
        assertThat(infeasible).isBetween(500, 3_500);
    }

    /** Requests are tried on top of what has been placed, and taken away again. */
    @Test
    void sessionsComeAndGo() {
        for (int seed = 0; seed < 1_000; seed++) {
            Windows group = Windows.random(seed, Instances.Scale.MEDIUM, 40);
            Seeded random = new Seeded(seed);
            int[] room = someRoom(group, seed);
            Cuts cuts = new Cuts();
            Demand present = new Demand();
            List<int[]> stack = new ArrayList<>();
            for (int n = 0; n < group.demand().count; n++) {
                int departure = group.demand().departureStep[n];
                int arrival = group.demand().arrivalStep[n];
                cuts.add(group.demand().energyWh[n], group.demand().maxWhPerStep[n], arrival, departure);
                stack.add(new int[] {group.demand().energyWh[n], group.demand().maxWhPerStep[n], arrival, departure});
                if (random.percent(30)) {
                    cuts.most(room);
                    cuts.removeLast();
                    stack.removeLast();
                }
                if (random.percent(20)) {
                    room[random.below(group.steps())] = random.below(5_000);
                }
                present.count = stack.size();
                for (int i = 0; i < stack.size(); i++) {
                    present.energyWh[i] = stack.get(i)[0];
                    present.maxWhPerStep[i] = stack.get(i)[1];
                    present.arrivalStep[i] = stack.get(i)[2];
                    present.departureStep[i] = stack.get(i)[3];
                }
                assertThat((long) cuts.most(room))
                        .as("seed %d", seed)
                        .isEqualTo(Flows.most(present, room, group.steps()));
            }
        }
    }

    /** Unit by unit, each as an edge of its own. */
    @Test
    void aggregateTakesTheLowestKeys() {
        for (int seed = 0; seed < 3_000; seed++) {
            Windows group = Windows.random(seed, Instances.Scale.SMALL, 60);
            Windows.Solution solution = group.solve();
            assertThat(solution.aggregateWh()).as("seed %d", seed).isEqualTo(unitByUnit(group, solution.order()));
        }
    }

    /** A plan takes the lowest keys exactly when no plan takes more units up to any key; here at real sizes. */
    @Test
    void takesAsManyUnitsUpToAnyKeyAsAnyPlan() {
        int compared = 0;
        for (int seed = 0; seed < 500; seed++) {
            Windows group = Windows.random(seed, seed % 10 == 0 ? Instances.Scale.LARGE : Instances.Scale.MEDIUM, 40);
            Windows.Solution solution = group.solve();
            Seeded random = new Seeded(seed);
            for (int n = 0; n < 4; n++) {
                int step = random.below(group.steps());
                if (solution.aggregateWh()[step] == 0) {
                    continue;
                }
                compared++;
                int level = group.baseWh()[step] + random.between(1, solution.aggregateWh()[step]);
                long key = solution.order().key(step, level);
                int[] room = new int[group.steps()];
                long taken = 0;
                for (int t = 0; t < group.steps(); t++) {
                    room[t] = FlowTest.unitsUpTo(key, solution.order(), t, group.baseWh()[t], group.capWh()[t]);
                    taken += Math.min(room[t], solution.aggregateWh()[t]);
                }
                assertThat(taken).as("seed %d", seed).isEqualTo(Flows.most(group.demand(), room, group.steps()));
            }
        }
        assertThat(compared).isGreaterThan(700);
    }

    @Test
    void leastPeakIsThatOfTheLinearProgram() {
        int solved = 0;
        for (int seed = 0; solved < 60; seed++) {
            Windows group = Windows.random(seed, Instances.Scale.MEDIUM, 50);
            if (group.demand().totalWh() == 0) {
                continue;
            }
            solved++;
            int peak = group.solve(Policy.earliestToPeak(150)).leastPeakWh();
            assertThat(peak).as("seed %d", seed).isEqualTo(programmedPeak(group, peak));
            int[] flat = group.solve(Policy.flat()).aggregateWh();
            int highest = Integer.MIN_VALUE;
            for (int t = 0; t < group.steps(); t++) {
                highest = flat[t] > 0 ? Math.max(highest, group.baseWh()[t] + flat[t]) : highest;
            }
            assertThat(highest).as("seed %d", seed).isEqualTo(peak);
        }
    }

    @Test
    void rowsKeepWindowsAndAddUp() {
        for (int seed = 0; seed < 2_000; seed++) {
            Windows group = Windows.random(seed, seed % 10 == 0 ? Instances.Scale.LARGE : Instances.Scale.MEDIUM, 40);
            Windows.Solution solution = group.solve();
            int[] sum = new int[group.steps()];
            for (int n = 0; n < group.demand().count; n++) {
                int energy = 0;
                for (int t = 0; t < group.steps(); t++) {
                    int amount = solution.energyWh()[n][t];
                    boolean inside = group.demand().arrivalStep[n] <= t && t < group.demand().departureStep[n];
                    assertThat(amount).isBetween(0, inside ? group.demand().maxWhPerStep[n] : 0);
                    sum[t] += amount;
                    energy += amount;
                }
                assertThat(energy).as("seed %d", seed).isEqualTo(group.demand().energyWh[n]);
            }
            assertThat(sum).as("seed %d", seed).isEqualTo(solution.aggregateWh());
        }
    }

    /** The split again, in the words of docs/concepts/planner.md. */
    @Test
    void splitIsTheOneOfShortestChains() {
        int compared = 0;
        for (int seed = 0; seed < 2_000; seed++) {
            Windows group = Windows.random(seed, seed % 10 == 0 ? Instances.Scale.LARGE : Instances.Scale.MEDIUM, 40);
            if (group.cuts().allReady()) {
                continue;
            }
            compared++;
            Windows.Solution solution = group.solve();
            int[][] rows = new Chains(group.demand(), solution.aggregateWh()).place();
            for (int n = 0; n < group.demand().count; n++) {
                assertThat(Arrays.copyOf(solution.energyWh()[n], group.steps()))
                        .as("seed %d, session %d", seed, n)
                        .isEqualTo(rows[n]);
            }
        }
        assertThat(compared).isGreaterThan(1_000);
    }

    @Test
    void certificatesAcceptOptimalPlansAndRejectMoves() {
        Optimality optimality = new Optimality();
        int rejected = 0;
        for (int seed = 0; seed < 2_000; seed++) {
            Windows group = Windows.random(seed, seed % 10 == 0 ? Instances.Scale.LARGE : Instances.Scale.MEDIUM, 40);
            Windows.Solution solution = group.solve();
            assertThatCode(() -> check(optimality, group, solution))
                    .as("seed %d", seed)
                    .doesNotThrowAnyException();
            if (solution.leastPeakWh() != 0) {
                for (int wrong : new int[] {-1, 1}) {
                    assertThatThrownBy(() -> optimality.checkLeastPeak(
                                    group.steps(),
                                    group.baseWh(),
                                    group.capWh(),
                                    group.demand(),
                                    group.cuts(),
                                    solution.leastPeakWh() + wrong))
                            .isInstanceOf(CertificateException.class);
                }
            }
            if (moved(group, solution, new Seeded(seed))) {
                rejected++;
                assertThatThrownBy(() -> check(optimality, group, solution))
                        .as("seed %d", seed)
                        .isInstanceOf(CertificateException.class);
                // no prices prove it, those that would come with it neither
                new Prices()
                        .compute(
                                solution.order(),
                                group.steps(),
                                group.baseWh(),
                                solution.aggregateWh(),
                                group.demand(),
                                solution.energyWh(),
                                solution.price());
                assertThatThrownBy(() -> check(optimality, group, solution))
                        .as("seed %d", seed)
                        .isInstanceOf(CertificateException.class);
            }
        }
        assertThat(rejected).isGreaterThan(500);
    }

    /** Wherever the optimum goes through, prices are the same: those of the layers and those of the flow. */
    @Test
    void pricesDependOnTheAggregateAlone() {
        for (int seed = 0; seed < 1_000; seed++) {
            Windows group = Windows.random(seed, Instances.Scale.MEDIUM, 0);
            Windows.Solution solution = group.solve();
            int[][] rows = new Chains(group.demand(), solution.aggregateWh()).place();
            long[] price = new long[group.steps()];
            new Prices()
                    .compute(
                            solution.order(),
                            group.steps(),
                            group.baseWh(),
                            solution.aggregateWh(),
                            group.demand(),
                            rows,
                            price);
            assertThat(price).as("seed %d", seed).isEqualTo(solution.price());
        }
    }

    private static void check(Optimality optimality, Windows group, Windows.Solution solution) {
        if (solution.leastPeakWh() != 0) {
            optimality.checkLeastPeak(
                    group.steps(), group.baseWh(), group.capWh(), group.demand(), group.cuts(), solution.leastPeakWh());
        }
        optimality.checkPrices(
                solution.order(),
                group.steps(),
                group.baseWh(),
                group.capWh(),
                group.demand(),
                solution.energyWh(),
                solution.aggregateWh(),
                solution.price());
    }

    /** Moves a unit of a session to another step of its window that has room; false if there is none. */
    private static boolean moved(Windows group, Windows.Solution solution, Seeded random) {
        Demand demand = group.demand();
        for (int tries = 0; tries < 100; tries++) {
            int n = random.below(demand.count);
            int from = random.between(demand.arrivalStep[n], demand.departureStep[n] - 1);
            int to = random.between(demand.arrivalStep[n], demand.departureStep[n] - 1);
            int[] row = solution.energyWh()[n];
            if (from != to
                    && row[from] > 0
                    && row[to] < demand.maxWhPerStep[n]
                    && solution.aggregateWh()[to] < group.capWh()[to]) {
                row[from]--;
                row[to]++;
                solution.aggregateWh()[from]--;
                solution.aggregateWh()[to]++;
                return true;
            }
        }
        return false;
    }

    /** The room of the group, often with too little of it. */
    private static int[] someRoom(Windows group, int seed) {
        Seeded random = new Seeded(seed);
        int percent = random.percent(40) ? 100 : random.between(10, 99);
        int[] room = new int[Limits.STEPS];
        for (int t = 0; t < group.steps(); t++) {
            room[t] = (int) ((long) group.capWh()[t] * percent / 100);
        }
        return room;
    }

    private static int[] unitByUnit(Windows group, PolicyOrder order) {
        Demand demand = group.demand();
        int most = Arrays.stream(demand.maxWhPerStep, 0, demand.count).sum();
        List<int[]> units = new ArrayList<>();
        for (int t = 0; t < group.steps(); t++) {
            for (int k = 1; k <= Math.min(group.capWh()[t], most); k++) {
                units.add(new int[] {t, group.baseWh()[t] + k});
            }
        }
        units.sort(Comparator.comparingLong(unit -> order.key(unit[0], unit[1])));
        MinCostFlow flow = new MinCostFlow(2 + demand.count + group.steps());
        for (int n = 0; n < demand.count; n++) {
            flow.edge(0, 2 + n, demand.energyWh[n], 0);
            for (int t = demand.arrivalStep[n]; t < demand.departureStep[n]; t++) {
                flow.edge(2 + n, 2 + demand.count + t, demand.maxWhPerStep[n], 0);
            }
        }
        int[] edge = new int[units.size()];
        for (int rank = 0; rank < edge.length; rank++) {
            edge[rank] = flow.edge(2 + demand.count + units.get(rank)[0], 1, 1, rank);
        }
        flow.run(0, 1);
        int[] y = new int[group.steps()];
        for (int rank = 0; rank < edge.length; rank++) {
            y[units.get(rank)[0]] += flow.flow(edge[rank]);
        }
        return y;
    }

    /** Steps that exceed the claimed peak without sessions are left out, or they would set it. */
    private static int programmedPeak(Windows group, int claimed) {
        ExpressionsBasedModel model = new ExpressionsBasedModel();
        Variable peak = model.newVariable("peak").lower(-1e9).upper(1e9).weight(1);
        List<Expression> columns = new ArrayList<>();
        for (int t = 0; t < group.steps(); t++) {
            boolean usable = group.baseWh()[t] < claimed;
            Variable all = model.newVariable("y" + t).lower(0).upper(usable ? group.capWh()[t] : 0);
            if (usable) {
                model.newExpression("level" + t).set(all, 1).set(peak, -1).upper(-group.baseWh()[t]);
            }
            columns.add(model.newExpression("column" + t).set(all, -1).level(0));
        }
        for (int n = 0; n < group.demand().count; n++) {
            Expression row = model.newExpression("row" + n).level(group.demand().energyWh[n]);
            for (int t = group.demand().arrivalStep[n]; t < group.demand().departureStep[n]; t++) {
                Variable x = model.newVariable("x" + n + "." + t).lower(0).upper(group.demand().maxWhPerStep[n]);
                row.set(x, 1);
                columns.get(t).set(x, 1);
            }
        }
        Optimisation.Result result = model.minimise();
        assertThat(result.getState().isOptimal()).isTrue();
        return (int) Math.ceil(result.getValue() - 1e-3);
    }
}

package org.chargeproof.site.phases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.chargeproof.planner.GroupInput;
import org.chargeproof.planner.GroupInput.Session;
import org.chargeproof.planner.Plan;
import org.chargeproof.planner.Planner;
import org.chargeproof.planner.Policy;
import org.chargeproof.site.flow.Served;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ojalgo.optimisation.Expression;
import org.ojalgo.optimisation.ExpressionsBasedModel;

class PhasesTest {
    private static final int TINY = 600;
    private static final int MEDIUM = 120;

    private final PhasePlanner phases = new PhasePlanner();
    private final Planner planner = new Planner();

    @Test
    void singlePhasesAreExact() {
        int possible = 0;
        for (long seed = 0; seed < TINY; seed++) {
            var input = group(seed, 3, 3, 2);
            var limits = limits(seed, input, 4, Phase.L1, Phase.L2, Phase.L3);
            var found = phases.plan(input, limits);
            boolean is = !found.energyWh().isEmpty() || input.sessions().isEmpty();
            assertThat(is).as("seed %d: %s", seed, found.problem()).isEqualTo(enumerated(input, limits));
            assertValid(input, limits, found);
            possible += is ? 1 : 0;
        }
        assertThat(possible).isBetween(TINY / 10, TINY * 9 / 10);
    }

    @Test
    void whatIsSaidToBeImpossibleIs() {
        for (long seed = 0; seed < TINY; seed++) {
            var input = group(seed, 3, 3, 2);
            var limits = limits(seed, input, 3, Phase.values());
            var found = phases.plan(input, limits);
            assertValid(input, limits, found);
            if (found.energyWh().isEmpty() && !input.sessions().isEmpty()) {
                assertThat(found.problem()).isNotNull();
                if (!found.problem().contains("too closely")) {
                    assertThat(enumerated(input, limits))
                            .as("seed %d: %s", seed, found.problem())
                            .isFalse();
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void agreesWithALinearProgramByPhase(boolean loose) {
        int possible = 0;
        int entered = 0;
        for (long seed = 0; seed < MEDIUM; seed++) {
            var input = group(seed, 16, 8, 2_750);
            var limits = limits(seed, input, loose ? 9_000 : 6_000, Phase.values());
            var found = phases.plan(input, limits);
            boolean is = !found.energyWh().isEmpty() || input.sessions().isEmpty();
            assertThat(is).as("seed %d: %s", seed, found.problem()).isEqualTo(programIsFeasible(input, limits));
            assertValid(input, limits, found);
            possible += is ? 1 : 0;
            entered += found.input() != null ? 1 : 0;
        }
        assertThat(possible).isBetween(MEDIUM / 10, MEDIUM * 95 / 100);
        assertThat(entered).isGreaterThan(possible * 2 / 3);
    }

    @Test
    void onOneUnlimitedPhaseItIsThePlanWithoutPhases() {
        for (long seed = 0; seed < MEDIUM; seed++) {
            var input = group(seed, 16, 8, 2_750);
            var phaseOf = new HashMap<Integer, Phase>();
            input.sessions().forEach(session -> phaseOf.put(session.chargePoint(), Phase.L2));
            var limit = new int[3][16];
            java.util.Arrays.fill(limit[1], 1 << 26);
            var found = phases.plan(input, new PhaseLimits(limit, phaseOf));
            var plan = planner.plan(input);
            assertThat(found.problem()).isNull();
            assertThat(found.input()).isEqualTo(input);
            assertThat(found.energyWh()).hasSameSizeAs(plan.rows());
            plan.rows()
                    .forEach(row ->
                            assertThat(found.energyWh().get(row.sessionId())).containsExactly(row.energyWh()));
        }
    }

    @Test
    void staysWithTheSumsOfThePlanWhereItCan() {
        // the planner lets the car that leaves first have the first step; L1 has no room for it there
        var early = session(1, 400, 400, 2);
        var late = session(2, 400, 400, 3);
        var input = input(new int[] {400, 400, 400}, List.of(early, late));
        var limit = new int[][] {{150, 400, 400}, {400, 400, 400}, {0, 0, 0}};
        var limits = new PhaseLimits(limit, Map.of(1, Phase.L1, 2, Phase.L2));
        var plan = planner.plan(input);
        var served = Served.of(input, plan);
        var nearest = PhaseProgram.nearest(served, limits, PhaseRoom.of(limits), 0, plan.aggregateWh());
        int[] sumWh = new int[3];
        for (int[] energyWh : new PhaseSplit(served, limits, PhaseRoom.of(limits)).near(nearest)) {
            for (int t = 0; t < energyWh.length; t++) {
                sumWh[t] += energyWh[t];
            }
        }
        assertThat(plan.rows().getFirst().energyWh()[0]).isGreaterThan(150);
        assertThat(sumWh).containsExactly(plan.aggregateWh());
    }

    @Test
    void namesPhasesAndStepsThatAreFull() {
        var input = input(new int[] {2_000, 2_000, 2_000}, List.of(session(1, 900, 600, 2), session(2, 300, 600, 3)));
        var limit = new int[][] {{200, 300, 5_000}, {5_000, 5_000, 5_000}, {5_000, 5_000, 5_000}};
        var found = phases.plan(input, new PhaseLimits(limit, Map.of(1, Phase.L1, 2, Phase.L1)));
        assertThat(found.problem()).isEqualTo("session 1 lacks 400 Wh; full are L1 in steps 0, 1");
        assertThat(found.energyWh()).isEmpty();
        assertThat(found.input()).isNull();
    }

    @Test
    void tellsWhatIsWrongWithLimits() {
        assertThatThrownBy(() -> new PhaseLimits(new int[2][4], Map.of())).hasMessageContaining("2 phases");
        assertThatThrownBy(() -> new PhaseLimits(new int[][] {{1}, {-1}, {1}}, Map.of()))
                .hasMessageContaining("-1 Wh");
        assertThatThrownBy(() -> phases.plan(input(new int[] {1}, List.of()), new PhaseLimits(new int[3][2], Map.of())))
                .hasMessageContaining("have 2 steps, the input 1");
    }

    /** Energies and limits hold, and with the lowered input the planner keeps them too. */
    private void assertValid(GroupInput input, PhaseLimits limits, PhasePlan found) {
        var plan = planner.plan(input);
        if (found.energyWh().isEmpty()) {
            assertThat(found.input() == null || plan.rows().isEmpty()).isTrue();
            return;
        }
        var thirds = new long[3][input.stepCount()];
        var sumWh = new int[input.stepCount()];
        for (var row : plan.rows()) {
            int[] energyWh = found.energyWh().get(row.sessionId());
            assertThat(IntStream.of(energyWh).sum())
                    .isEqualTo(IntStream.of(row.energyWh()).sum());
            assertThat(energyWh.length).isEqualTo(row.energyWh().length);
            for (int t = 0; t < energyWh.length; t++) {
                assertThat(energyWh[t]).isBetween(0, mostWh(input, row, t));
                sumWh[t] += energyWh[t];
                load(thirds, limits.phaseOf(row.chargePoint()), t, energyWh[t]);
            }
        }
        for (int t = 0; t < sumWh.length; t++) {
            assertThat(sumWh[t]).isLessThanOrEqualTo(input.limitWh()[t]);
            for (int of = 0; of < 3; of++) {
                assertThat(thirds[of][t]).isLessThanOrEqualTo(3L * limits.limitWh()[of][t]);
            }
        }
        if (found.input() != null) {
            assertThat(found.problem()).isNull();
            for (var row : planner.plan(found.input()).rows()) {
                assertThat(row.energyWh()[0]).isEqualTo(found.energyWh().get(row.sessionId())[0]);
            }
        }
    }

    private static void load(long[][] thirds, Phase phase, int t, int energyWh) {
        switch (phase) {
            case L1 -> thirds[0][t] += 3L * energyWh;
            case L2 -> thirds[1][t] += 3L * energyWh;
            case L3 -> thirds[2][t] += 3L * energyWh;
            case ALL -> {
                for (long[] ofPhase : thirds) {
                    ofPhase[t] += energyWh;
                }
            }
        }
    }

    private static int mostWh(GroupInput input, Plan.Row row, int t) {
        return input.sessions().stream()
                .filter(session -> session.sessionId() == row.sessionId())
                .mapToInt(session -> t < session.arrivalStep() ? 0 : session.maxWhPerStep())
                .findFirst()
                .orElseThrow();
    }

    /** Goes through all splits of a tiny group. */
    private boolean enumerated(GroupInput input, PhaseLimits limits) {
        var served = Served.of(input, planner.plan(input));
        return enumerated(served, limits, 0, 0, 0, new long[3][input.stepCount()], new int[input.stepCount()]);
    }

    private static boolean enumerated(
            Served served, PhaseLimits limits, int i, int t, int doneWh, long[][] thirds, int[] sumWh) {
        if (i == served.demands().size()) {
            return true;
        }
        var demand = served.demands().get(i);
        if (t == demand.departureStep()) {
            return doneWh == demand.energyWh() && enumerated(served, limits, i + 1, 0, 0, thirds, sumWh);
        }
        var phase = limits.phaseOf(demand.chargePoint());
        for (int energyWh = 0; energyWh <= demand.mostWh(t); energyWh++) {
            load(thirds, phase, t, energyWh);
            sumWh[t] += energyWh;
            boolean fits = sumWh[t] <= served.capWh()[t]
                    && thirds[0][t] <= 3L * limits.limitWh()[0][t]
                    && thirds[1][t] <= 3L * limits.limitWh()[1][t]
                    && thirds[2][t] <= 3L * limits.limitWh()[2][t];
            boolean found = fits && enumerated(served, limits, i, t + 1, doneWh + energyWh, thirds, sumWh);
            load(thirds, phase, t, -energyWh);
            sumWh[t] -= energyWh;
            if (found) {
                return true;
            }
        }
        return false;
    }

    /** Another formulation: energy by session, step and phase, those of a session on three phases being equal. */
    private boolean programIsFeasible(GroupInput input, PhaseLimits limits) {
        var served = Served.of(input, planner.plan(input));
        var model = new ExpressionsBasedModel();
        int steps = served.steps();
        var onPhase = new Expression[3][steps];
        var all = new Expression[steps];
        for (int t = 0; t < steps; t++) {
            all[t] = model.newExpression("all" + t).upper(served.capWh()[t]);
            for (int of = 0; of < 3; of++) {
                onPhase[of][t] = model.newExpression(of + "." + t).upper(limits.limitWh()[of][t]);
            }
        }
        for (int i = 0; i < served.demands().size(); i++) {
            var demand = served.demands().get(i);
            var phase = limits.phaseOf(demand.chargePoint());
            var energy = model.newExpression("energy" + i).level(demand.energyWh());
            for (int t = 0; t < demand.departureStep(); t++) {
                var power = model.newExpression("power" + i + "." + t).upper(demand.mostWh(t));
                var first = model.newVariable(i + "." + t + ".0").lower(0);
                for (int of = 0; of < 3; of++) {
                    var part = of == 0
                            ? first
                            : model.newVariable(i + "." + t + "." + of).lower(0);
                    boolean loads = phase == Phase.ALL || phase.place() == of;
                    part.upper(loads ? demand.maxWhPerStep() : 0);
                    onPhase[of][t].set(part, 1);
                    all[t].set(part, 1);
                    energy.set(part, 1);
                    power.set(part, 1);
                    if (phase == Phase.ALL && of > 0) {
                        model.newExpression("equal" + i + "." + t + "." + of)
                                .set(part, 1)
                                .set(first, -1)
                                .level(0);
                    }
                }
            }
        }
        model.newVariable("nothing").lower(0).weight(1);
        return model.minimise().getState().isFeasible();
    }

    private static PhaseLimits limits(long seed, GroupInput input, int mostWh, Phase... choice) {
        var random = new Random(~seed);
        var limit = new int[3][input.stepCount()];
        for (int[] ofPhase : limit) {
            for (int t = 0; t < ofPhase.length; t++) {
                ofPhase[t] = random.nextInt(mostWh);
            }
        }
        var phaseOf = new HashMap<Integer, Phase>();
        input.sessions().forEach(session -> phaseOf.put(session.chargePoint(), choice[random.nextInt(choice.length)]));
        return new PhaseLimits(limit, phaseOf);
    }

    private GroupInput group(long seed, int steps, int maxSessions, int unitWh) {
        var random = new Random(seed);
        var limitWh = new int[steps];
        for (int t = 0; t < steps; t++) {
            limitWh[t] = random.nextInt(8 * unitWh);
        }
        var sessions = new ArrayList<Session>();
        for (int i = 0; i < random.nextInt(1, maxSessions + 1); i++) {
            int departureStep = 1 + random.nextInt(steps);
            int maxWh = 1 + random.nextInt(2 * unitWh);
            int arrivalStep = random.nextInt(3) == 0 ? random.nextInt(departureStep) : 0;
            sessions.add(session(
                    i,
                    random.nextInt(maxWh * (departureStep - arrivalStep) / 2 + 2),
                    maxWh,
                    arrivalStep,
                    departureStep));
        }
        var input = input(limitWh, sessions);
        var promised = new ArrayList<Session>();
        for (var row : planner.plan(input).rows()) {
            var session = sessions.get(row.sessionId());
            int energyWh = IntStream.of(row.energyWh()).sum();
            promised.add(session(
                    session.sessionId(),
                    energyWh,
                    session.maxWhPerStep(),
                    session.arrivalStep(),
                    session.departureStep()));
        }
        return input(limitWh, promised);
    }

    private static Session session(int id, int energyWh, int maxWhPerStep, int departureStep) {
        return session(id, energyWh, maxWhPerStep, 0, departureStep);
    }

    private static Session session(int id, int energyWh, int maxWhPerStep, int arrivalStep, int departureStep) {
        return new Session(id, id, true, true, energyWh, 0, maxWhPerStep, 0, arrivalStep, departureStep);
    }

    private static GroupInput input(int[] limitWh, List<Session> sessions) {
        int steps = limitWh.length;
        return new GroupInput(
                1,
                1,
                4,
                Policy.flat(),
                limitWh,
                new int[steps],
                new int[steps],
                new int[steps],
                new int[steps],
                sessions,
                GroupInput.Settlement.none());
    }
}

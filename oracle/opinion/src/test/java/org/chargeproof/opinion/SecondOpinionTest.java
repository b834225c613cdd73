package org.chargeproof.opinion;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.chargeproof.planner.GroupInput;
import org.chargeproof.planner.GroupInput.Session;
import org.chargeproof.planner.Plan;
import org.chargeproof.planner.Planner;
import org.chargeproof.planner.Policy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SecondOpinionTest {
    private static final int PLANS = 60;

    enum Shape {
        SMOOTH,
        PV_HEAVY,
        CAP_BOUND
    }

    @ParameterizedTest
    @EnumSource
    void agreesWithThePlanner(Shape shape) {
        var planner = new Planner();
        int withEnergy = 0;
        for (int seed = 0; seed < PLANS; seed++) {
            var input = group(seed, shape);
            var plan = planner.plan(input);
            withEnergy += energyWh(plan) > 0 ? 1 : 0;
            assertThat(SecondOpinion.difference(input, plan))
                    .as("seed %d, %s", seed, input.policy().kind())
                    .isEmpty();
        }
        assertThat(withEnergy).isGreaterThan(PLANS / 2);
    }

    @Test
    void agreesWhenThereIsNothingToPlan() {
        var input = input(Policy.flat(), new int[] {100, 100}, new int[2], List.of());
        assertThat(SecondOpinion.difference(input, new Planner().plan(input))).isEmpty();
    }

    @Test
    void tellsOfAHigherPeak() {
        var input = input(Policy.flat(), limits(4, 1_000), new int[4], List.of(session(1, 800, 500, 4)));
        var worse = withRow(new Planner().plan(input), 400, 200, 200, 0);
        assertThat(SecondOpinion.difference(input, worse))
                .hasValueSatisfying(text ->
                        assertThat(text).contains("least peak is 400 Wh").contains("linear program 200"));
    }

    @Test
    void tellsOfALaterStepThanNeeded() {
        var input = input(Policy.earliestToPeak(200), limits(4, 1_000), new int[4], List.of(session(1, 800, 500, 4)));
        var plan = new Planner().plan(input);
        assertThat(plan.rows().getFirst().energyWh()).containsExactly(400, 400, 0, 0);
        assertThat(SecondOpinion.difference(input, withRow(plan, 400, 399, 1, 0)))
                .hasValueSatisfying(text -> assertThat(text).contains("401").contains("400"));
    }

    @Test
    void tellsOfPvLeftUnused() {
        var input = input(
                Policy.greenBands(50, new byte[4]),
                limits(4, 1_000),
                new int[] {0, 0, 600, 0},
                List.of(session(1, 500, 500, 4)));
        var plan = new Planner().plan(input);
        assertThat(plan.rows().getFirst().energyWh()).containsExactly(0, 0, 500, 0);
        assertThat(SecondOpinion.difference(input, withRow(plan, 1, 0, 499, 0))).isPresent();
    }

    @Test
    void tellsOfEnergyThatIsMissing() {
        var input = input(Policy.flat(), limits(4, 1_000), new int[4], List.of(session(1, 800, 500, 4)));
        assertThat(SecondOpinion.difference(input, withRow(new Planner().plan(input), 200, 200, 200, 199)))
                .hasValueSatisfying(text -> assertThat(text).contains("takes 799 Wh, promised are 800"));
    }

    @Test
    void tellsOfAnExceededLimit() {
        var input = input(Policy.flat(), limits(4, 300), new int[4], List.of(session(1, 800, 500, 4)));
        assertThat(SecondOpinion.difference(input, withRow(new Planner().plan(input), 301, 199, 150, 150)))
                .hasValueSatisfying(text -> assertThat(text).contains("step 0 takes 301 Wh, there is room for 300"));
    }

    @Test
    void tellsOfMorePowerThanTheChargePointHas() {
        var input = input(Policy.flat(), limits(4, 1_000), new int[4], List.of(session(1, 800, 500, 4)));
        assertThat(SecondOpinion.difference(input, withRow(new Planner().plan(input), 501, 299, 0, 0)))
                .hasValueSatisfying(text -> assertThat(text).contains("501 Wh in step 0, 500 at most"));
    }

    /** The only session's row, with the aggregate that follows from it. */
    private static Plan withRow(Plan plan, int... energyWh) {
        var row = plan.rows().getFirst();
        return new Plan(
                plan.groupId(),
                plan.timestep(),
                plan.inputSha256(),
                plan.decisions(),
                plan.leastPeakWh(),
                List.of(new Plan.Row(row.chargePoint(), row.sessionId(), row.joins(), row.shortfallWh(), energyWh)),
                energyWh,
                plan.price(),
                plan.green());
    }

    private static long energyWh(Plan plan) {
        long sumWh = 0;
        for (int energyWh : plan.aggregateWh()) {
            sumWh += energyWh;
        }
        return sumWh;
    }

    /** None, and 6 A for a quarter of an hour with one phase and a bit less than three. */
    private static final int[] LEAST_WH = {0, 0, 345, 1_000};

    private static int[] limits(int steps, int limitWh) {
        var limits = new int[steps];
        java.util.Arrays.fill(limits, limitWh);
        return limits;
    }

    private static Session session(int id, int energyWh, int maxWhPerStep, int departureStep) {
        return new Session(id, id, true, true, energyWh, 0, maxWhPerStep, 0, 0, departureStep);
    }

    private static GroupInput input(Policy policy, int[] limitWh, int[] pvWh, List<Session> sessions) {
        int steps = limitWh.length;
        return new GroupInput(
                1,
                1_000,
                4,
                policy,
                limitWh,
                new int[steps],
                new int[steps],
                pvWh,
                new int[steps],
                sessions,
                GroupInput.Settlement.none());
    }

    private static GroupInput group(int seed, Shape shape) {
        var random = new Random(seed);
        int steps = 1 + random.nextInt(40);
        var limitWh = new int[steps];
        var reservedWh = new int[steps];
        var loadWh = new int[steps];
        var pvWh = new int[steps];
        var firmWh = new int[steps];
        var classes = new byte[steps];
        for (int t = 0; t < steps; t++) {
            limitWh[t] = shape == Shape.CAP_BOUND ? random.nextInt(6_000) : 20_000;
            loadWh[t] = random.nextInt(2_000);
            reservedWh[t] = loadWh[t] + random.nextInt(500);
            pvWh[t] = shape == Shape.PV_HEAVY && random.nextBoolean() ? random.nextInt(20_000) : 0;
            firmWh[t] = random.nextInt(pvWh[t] / 4 + 1);
            classes[t] = (byte) random.nextInt(4);
        }
        var sessions = new ArrayList<Session>();
        for (int i = 0; i < random.nextInt(1, 13); i++) {
            int departureStep = 1 + random.nextInt(steps);
            int maxWh = 1_000 + random.nextInt(4_500);
            boolean joins = random.nextInt(5) > 0;
            boolean accepted = random.nextBoolean();
            int energyWh = random.nextInt(maxWh * departureStep);
            int leastWh = joins && energyWh > 0 ? 1 + random.nextInt(energyWh) : energyWh;
            sessions.add(new Session(
                    i,
                    i + 1,
                    joins,
                    accepted,
                    energyWh,
                    accepted ? 0 : leastWh,
                    maxWh,
                    LEAST_WH[random.nextInt(LEAST_WH.length)],
                    0,
                    departureStep));
        }
        var policy = switch (seed % 4) {
            case 0 -> Policy.flat();
            case 3 -> Policy.earliest();
            case 1 -> Policy.earliestToPeak(100 + random.nextInt(200));
            default -> Policy.greenBands(random.nextInt(101), classes);
        };
        return new GroupInput(
                seed,
                1_000,
                4,
                policy,
                limitWh,
                reservedWh,
                loadWh,
                pvWh,
                firmWh,
                sessions,
                GroupInput.Settlement.none());
    }
}

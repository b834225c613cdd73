package org.chargeproof.planner;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.chargeproof.planner.GroupInput.Session;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The planner against {@link Reference}, byte for byte. */
class ReferenceTest {
    private static final int GROUPS_PER_SHAPE = 4_000;

    @ParameterizedTest
    @EnumSource
    void givesTheBytesOfTheReference(Instances.Shape shape) {
        Planner planner = new Planner();
        for (int seed = 0; seed < GROUPS_PER_SHAPE; seed++) {
            GroupInput input = Instances.random(seed, Instances.Scale.SMALL, shape);
            assertThat(planner.plan(input).encode())
                    .as("%s, seed %d", shape, seed)
                    .isEqualTo(Reference.plan(input).encode());
        }
    }

    /** Promises that no longer fit, with windows, least powers and requests: all at once. */
    @Test
    void givesTheBytesOfTheReferenceWhenPromisesDoNotFit() {
        Planner planner = new Planner();
        int shortfalls = 0;
        int windows = 0;
        int refused = 0;
        for (int seed = 0; seed < 4_000; seed++) {
            GroupInput input = Instances.broken(seed, Instances.random(seed, Instances.Scale.SMALL));
            Plan plan = planner.plan(input);
            assertThat(plan.encode())
                    .as("seed %d", seed)
                    .isEqualTo(Reference.plan(input).encode());
            shortfalls += plan.rows().stream().anyMatch(row -> row.joins() && row.shortfallWh() > 0) ? 1 : 0;
            windows += input.sessions().stream().anyMatch(session -> session.arrivalStep() > 0) ? 1 : 0;
            refused += plan.decisions().stream().anyMatch(decision -> !decision.accepted()) ? 1 : 0;
        }
        assertThat(shortfalls).isGreaterThan(500);
        assertThat(windows).isGreaterThan(1_000);
        assertThat(refused).isGreaterThan(500);
    }

    /** Many cars that get little each, so that they take turns, around the end of the step too. */
    @Test
    void givesTheBytesOfTheReferenceBelowLeastPower() {
        Planner planner = new Planner();
        int[] rows = new int[3];
        for (int seed = 0; seed < 2_000; seed++) {
            Seeded random = new Seeded(seed);
            int steps = random.between(1, 3);
            List<Session> sessions = new ArrayList<>();
            int minWh = random.between(2, 30);
            for (int i = random.between(1, 6); i > 0; i--) {
                int leastWh = random.percent(80) ? minWh : minWh / 2;
                int energyWh = random.between(1, steps * minWh);
                boolean joins = random.percent(90);
                sessions.add(
                        new Session(i, 10 - i, joins, true, energyWh, 0, random.between(minWh, 40), leastWh, 0, steps));
            }
            int[] limitWh = new int[steps];
            Arrays.fill(limitWh, random.between(20, 200));
            int[] zero = new int[steps];
            GroupInput input = new GroupInput(
                    1,
                    1,
                    random.percent(50) ? 60 : 4,
                    random.percent(50) ? Policy.flat() : Policy.earliest(),
                    limitWh,
                    zero,
                    zero,
                    zero,
                    zero,
                    sessions,
                    GroupInput.Settlement.none());
            Plan plan = planner.plan(input);
            assertThat(plan).as("seed %d", seed).isEqualTo(Reference.plan(input));
            plan.rows().forEach(row -> rows[row.intervals().size()]++);
        }
        assertThat(rows[1]).isGreaterThan(500);
        assertThat(rows[2]).isGreaterThan(200);
    }

    /** Random tests prove nothing about cases that they never meet. */
    @Test
    void meetsAllCases() {
        int accepted = 0;
        int partly = 0;
        int refused = 0;
        int offered = 0;
        int shortfalls = 0;
        int negativePeaks = 0;
        Set<Policy.Kind> kinds = EnumSet.noneOf(Policy.Kind.class);
        Planner planner = new Planner();
        for (int seed = 0; seed < GROUPS_PER_SHAPE; seed++) {
            GroupInput input = Instances.random(seed, Instances.Scale.SMALL);
            Plan plan = planner.plan(input);
            kinds.add(input.policy().kind());
            negativePeaks += plan.leastPeakWh() < 0 ? 1 : 0;
            for (Plan.Decision decision : plan.decisions()) {
                accepted += decision.accepted() ? 1 : 0;
                refused += decision.accepted() ? 0 : 1;
                partly += decision.accepted() && decision.energyWh() < energyWh(input, decision.sessionId()) ? 1 : 0;
                offered +=
                        decision.energyWh() > 0 && decision.laterDepartureStep() > 0 && decision.powerW() > 0 ? 1 : 0;
            }
            for (Plan.Row row : plan.rows()) {
                shortfalls += row.shortfallWh() > 0 ? 1 : 0;
            }
        }
        assertThat(kinds).containsExactlyInAnyOrder(Policy.Kind.values());
        assertThat(accepted).isGreaterThan(500);
        assertThat(partly).isGreaterThan(20);
        assertThat(refused).isGreaterThan(500);
        assertThat(offered).isGreaterThan(20);
        assertThat(shortfalls).isGreaterThan(200);
        assertThat(negativePeaks).isGreaterThan(50);
    }

    private static int energyWh(GroupInput input, int sessionId) {
        return input.sessions().stream()
                .filter(session -> session.sessionId() == sessionId)
                .findAny()
                .orElseThrow()
                .energyWh();
    }
}

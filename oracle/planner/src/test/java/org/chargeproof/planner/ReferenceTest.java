package org.chargeproof.planner;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Set;
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

    /** Random tests prove nothing about cases that they never meet. */
    @Test
    void meetsAllCases() {
        int accepted = 0;
        int partly = 0;
        int refused = 0;
        int offered = 0;
        int shortfalls = 0;
        int[] intervals = new int[3];
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
                intervals[row.intervals().size()]++;
                shortfalls += row.shortfallWh() > 0 ? 1 : 0;
            }
        }
        assertThat(kinds).containsExactlyInAnyOrder(Policy.Kind.values());
        assertThat(accepted).isGreaterThan(500);
        assertThat(partly).isGreaterThan(20);
        assertThat(refused).isGreaterThan(500);
        assertThat(offered).isGreaterThan(20);
        assertThat(intervals[1]).isGreaterThan(50);
        assertThat(intervals[2]).isGreaterThan(0);
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

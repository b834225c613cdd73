package org.chargeproof.simulation.rule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.chargeproof.planner.GroupInput;
import org.chargeproof.planner.Policy;
import org.junit.jupiter.api.Test;

/** Rules of thumb on a single step, by worked examples and by what must hold of any. */
class SharesTest {
    private static GroupInput input(int limitWh, List<GroupInput.Session> sessions) {
        var limits = new int[8];
        Arrays.fill(limits, limitWh);
        return new GroupInput(
                1,
                1_000,
                4,
                Policy.flat(),
                limits,
                new int[8],
                new int[8],
                new int[8],
                new int[8],
                sessions,
                GroupInput.Settlement.none());
    }

    private static GroupInput.Session session(int id, int energyWh, int maxWh, int departureStep) {
        return new GroupInput.Session(id, id, true, true, energyWh, 0, maxWh, 0, 0, departureStep);
    }

    private static int[] allocate(RollingRule.Share share, int limitWh, GroupInput.Session... sessions) {
        return new RollingRule(share).answer(input(limitWh, List.of(sessions))).energyWh();
    }

    @Test
    void proportionalTakesFromLargeFlexiblePowerFirst() {
        // 22 kW with time to spare, 7.4 kW with time to spare, 7.4 kW in its last step
        int[] wh = allocate(
                Shares::proportional,
                6_000,
                session(1, 10_000, 5_500, 8),
                session(2, 5_000, 1_850, 8),
                session(3, 900, 1_850, 1));
        // 8,250 are wanted; all of the 2,250 too much comes from the first
        assertThat(wh).containsExactly(3_250, 1_850, 900);
    }

    @Test
    void proportionalTakesFromTheOthersInProportion() {
        // flexible: all of the first; of the second half, since half a step is all it has to spare
        int[] wh = allocate(Shares::proportional, 2_300, session(1, 5_000, 2_000, 8), session(2, 3_000, 2_000, 2));
        // 1,700 too much, of 2,000 and 1,000 that are flexible: two thirds and one third
        assertThat(wh).containsExactly(2_000 - 1_133, 2_000 - 567);
    }

    @Test
    void equalGivesWhatOneCannotUseToTheOthers() {
        assertThat(allocate(
                        Shares::equal,
                        3_001,
                        session(1, 400, 2_000, 8),
                        session(2, 5_000, 2_000, 8),
                        session(3, 5_000, 2_000, 8)))
                .containsExactly(400, 1_301, 1_300);
    }

    @Test
    void earliestDeadlineAndLeastLaxityDiffer() {
        GroupInput.Session soonButQuick = session(1, 100, 2_000, 2);
        GroupInput.Session laterButTight = session(2, 5_900, 2_000, 3);
        assertThat(allocate(Shares::earliestDeadline, 2_000, soonButQuick, laterButTight))
                .containsExactly(100, 1_900);
        assertThat(allocate(Shares::leastLaxity, 2_000, soonButQuick, laterButTight))
                .containsExactly(0, 2_000);
    }

    @Test
    void noShareExceedsTheRoomOrWhatASessionCanUseOrWastesAny() {
        var random = new Random(1);
        List<RollingRule.Share> shares =
                List.of(Shares::equal, Shares::earliestDeadline, Shares::leastLaxity, Shares::proportional);
        for (int i = 0; i < 2_000; i++) {
            var sessions = new ArrayList<GroupInput.Session>();
            for (int id = 1; id <= 1 + random.nextInt(8); id++) {
                sessions.add(session(id, random.nextInt(9_000), 300 + random.nextInt(5_300), 1 + random.nextInt(8)));
            }
            int limitWh = random.nextInt(15_000);
            for (RollingRule.Share share : shares) {
                int[] wh =
                        new RollingRule(share).answer(input(limitWh, sessions)).energyWh();
                long sum = 0;
                long usable = 0;
                for (int s = 0; s < wh.length; s++) {
                    int mostWh =
                            Math.min(sessions.get(s).energyWh(), sessions.get(s).maxWhPerStep());
                    assertThat(wh[s]).isBetween(0, mostWh);
                    sum += wh[s];
                    usable += mostWh;
                }
                assertThat(sum).isEqualTo(Math.min(usable, limitWh));
            }
        }
    }
}

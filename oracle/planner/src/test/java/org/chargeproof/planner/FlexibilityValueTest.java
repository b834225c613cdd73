package org.chargeproof.planner;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.chargeproof.planner.GroupInput.Session;
import org.junit.jupiter.api.Test;

class FlexibilityValueTest {
    private static final int STEPS = 24;
    private static final int NO_LIMIT_WH = 1 << 25;

    private final FlexibilityValue value = new FlexibilityValue();

    @Test
    void isWhatTheOthersSave() {
        // alone, 8 Wh at once or 2 in each of 4 steps: 64 against 4 times 4
        assertThat(value.of(input(new int[4], List.of(car(1, 8, 9, 4))))).containsExactly(64 - 16);
        // who has no time to spare, or asks for nothing, is worth nothing
        assertThat(value.of(input(new int[4], List.of(car(1, 8, 4, 2), car(2, 0, 9, 4)))))
                .containsExactly(0, 0);
    }

    /** By way of the planner itself: the session's full power as load of other equipment. */
    @Test
    void isTheDifferenceOfTwoFlatPlans() {
        for (int seed = 1; seed <= 300; seed++) {
            Seeded random = new Seeded(seed);
            int[] load = load(random);
            List<Session> sessions = cars(random);
            long[] values = value.of(input(load, sessions));
            long together = cost(load, sessions);
            for (int i = 0; i < sessions.size(); i++) {
                Session session = sessions.get(i);
                int[] with = load.clone();
                int leftWh = session.energyWh();
                for (int t = 0; leftWh > 0; t++) {
                    with[t] += Math.min(leftWh, session.maxWhPerStep());
                    leftWh -= Math.min(leftWh, session.maxWhPerStep());
                }
                List<Session> others = new ArrayList<>(sessions);
                others.remove(i);
                assertThat(values[i])
                        .as("seed %d", seed)
                        .isEqualTo(cost(with, others) - together)
                        .isNotNegative();
            }
        }
    }

    /** Who leaves room for longer is never worth less. */
    @Test
    void risesWithTheStay() {
        for (int seed = 1; seed <= 300; seed++) {
            Seeded random = new Seeded(seed);
            int[] load = load(random);
            List<Session> sessions = cars(random);
            Session first = sessions.getFirst();
            long before = 0;
            int least = Math.max(1, Math.ceilDiv(first.energyWh(), first.maxWhPerStep()));
            for (int departure = least; departure <= STEPS; departure++) {
                sessions.set(0, car(first.chargePoint(), first.energyWh(), first.maxWhPerStep(), departure));
                long now = value.of(input(load, sessions))[0];
                assertThat(now).as("seed %d, departure %d", seed, departure).isGreaterThanOrEqualTo(before);
                before = now;
            }
        }
    }

    private static long cost(int[] load, List<Session> sessions) {
        int[] aggregateWh = new Planner().plan(input(load, sessions)).aggregateWh();
        long cost = 0;
        for (int t = 0; t < load.length; t++) {
            long levelWh = (long) load[t] + aggregateWh[t];
            cost += levelWh * levelWh;
        }
        return cost;
    }

    private static int[] load(Seeded random) {
        int[] load = new int[STEPS];
        for (int t = 0; t < STEPS; t++) {
            load[t] = random.below(6_000);
        }
        return load;
    }

    private static List<Session> cars(Seeded random) {
        List<Session> sessions = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            int departure = random.between(1, STEPS);
            int maxWh = random.between(500, 5_500);
            sessions.add(car(i, random.below(maxWh * departure + 1), maxWh, departure));
        }
        return sessions;
    }

    private static Session car(int id, int energyWh, int maxWh, int departure) {
        return new Session(id, id, true, true, energyWh, 0, maxWh, 0, 0, departure);
    }

    private static GroupInput input(int[] load, List<Session> sessions) {
        int steps = load.length;
        int[] limit = new int[steps];
        Arrays.fill(limit, NO_LIMIT_WH);
        return new GroupInput(
                1,
                1_000,
                4,
                Policy.flat(),
                limit,
                load,
                load,
                new int[steps],
                new int[steps],
                sessions,
                GroupInput.Settlement.none());
    }
}

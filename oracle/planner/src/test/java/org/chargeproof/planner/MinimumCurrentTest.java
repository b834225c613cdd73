package org.chargeproof.planner;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.chargeproof.planner.GroupInput.Session;
import org.chargeproof.planner.GroupInput.Settlement;
import org.junit.jupiter.api.Test;

/** Sessions below their least power: when they run, and what is kept in reserve for it. */
class MinimumCurrentTest {
    private static final int[] STEPS_PER_HOUR = {1, 2, 4, 6, 12, 30, 60};

    /** Whatever the energies: enough for each, nearly nothing more, and never more at once than the reserve covers. */
    @Test
    void neverExceedsTheReserve() {
        MinimumCurrent minimumCurrent = new MinimumCurrent();
        int atTheReserve = 0;
        for (int seed = 0; seed < 20_000; seed++) {
            Seeded random = new Seeded(seed);
            int stepsPerHour = STEPS_PER_HOUR[random.below(STEPS_PER_HOUR.length)];
            int seconds = 3600 / stepsPerHour;
            int minWh = random.between(2, random.percent(50) ? 100 : 4_140);
            int count = random.between(1, random.percent(10) ? 200 : 20);
            int mostWh = random.percent(30) ? Math.min(3, minWh - 1) : minWh - 1;
            minimumCurrent.start(stepsPerHour);
            int[] running = new int[seconds];
            int totalWh = 0;
            for (int i = 0; i < count; i++) {
                int energyWh = random.between(1, mostWh);
                totalWh += energyWh;
                Session session = new Session(i, i, true, true, energyWh, 0, 5_000, minWh, 0, 1);
                int on = run(minimumCurrent.lay(session, energyWh), minWh * stepsPerHour, running);
                // exactly what is needed, rounded up to a second
                assertThat((long) on * minWh)
                        .as("seed %d", seed)
                        .isBetween((long) energyWh * seconds, (long) energyWh * seconds + minWh - 1);
            }
            int roomWh = totalWh + Reserve.ofClass(minWh, count, seconds);
            for (int atOnce : running) {
                assertThat(atOnce * minWh).as("seed %d", seed).isLessThanOrEqualTo(roomWh);
                atTheReserve += roomWh - atOnce * minWh <= 2 ? 1 : 0;
            }
        }
        assertThat(atTheReserve).as("the reserve is not larger than it must be").isGreaterThan(100);
    }

    /** Marks the seconds of a session, none twice; returns how many there are. */
    private static int run(List<Plan.Interval> intervals, int powerW, int[] running) {
        assertThat(intervals).hasSizeBetween(1, 2);
        int on = 0;
        int previous = -1;
        for (Plan.Interval interval : intervals) {
            assertThat(interval.fromSecond()).isGreaterThan(previous);
            assertThat(interval.powerW()).isEqualTo(powerW);
            for (int second = interval.fromSecond(); second < interval.toSecond(); second++) {
                running[second]++;
                on++;
            }
            previous = interval.toSecond();
        }
        return on;
    }

    @Test
    void reserveIsThatOfTheClassesPresent() {
        Reserve reserve = new Reserve();
        reserve.clear(4);
        assertThat(reserve.isEmpty()).isTrue();
        reserve.add(345, 0, 2);
        reserve.add(345, 1, 4);
        reserve.add(1_035, 3, 4);
        reserve.add(0, 0, 4);
        // one second of 1,035 Wh in a step of 900 seconds is 1 Wh
        assertThat(rooms(reserve, 2_000)).containsExactly(1_655, 1_655, 1_655, 619);
        reserve.remove(345, 1, 4);
        assertThat(rooms(reserve, 1_000)).containsExactly(655, 655, 1_000, 0);
        reserve.clear(60);
        // a second of each of three is 69 Wh * 3 / 60
        for (int i = 0; i < 3; i++) {
            reserve.add(69, 0, 1);
        }
        assertThat(rooms(reserve, 100)).containsExactly(28, 100, 100, 100);
    }

    private static int[] rooms(Reserve reserve, int capWh) {
        int[] room = new int[4];
        for (int t = 0; t < room.length; t++) {
            room[t] = reserve.roomWh(t, capWh);
        }
        return room;
    }

    /** Without the reserve the newcomer's promise would take what the first one's needs. */
    @Test
    void newcomerOfAnotherClassIsRefusedWhenItsReserveIsMissing() {
        Session promised = new Session(1, 1, true, true, 800, 0, 1_000, 100, 0, 2);
        Session newcomer = new Session(2, 2, true, false, 10, 10, 1_000, 200, 0, 2);
        // 2 * (limit - 100) for the first, 2 * (limit - 300) for both
        assertThat(accepts(500, promised, newcomer)).isFalse();
        assertThat(accepts(700, promised, newcomer)).isFalse();
        assertThat(accepts(705, promised, newcomer)).isTrue();
        Session without = new Session(2, 2, true, false, 10, 10, 1_000, 0, 0, 2);
        assertThat(accepts(505, promised, without)).isTrue();
        assertThat(accepts(504, promised, without)).isFalse();
    }

    /** Its last step holds less than it takes at its least power: it has room at that power. */
    @Test
    void whoDoesNotJoinRunsAtLeastPowerInItsLastStep() {
        Session session = new Session(1, 1, false, true, 1_050, 0, 1_000, 400, 0, 2);
        assertThat(plan(1_000, session).rows().getFirst().energyWh()).containsExactly(1_000, 50);
        Session last = new Session(1, 1, false, true, 50, 0, 1_000, 400, 0, 2);
        assertThat(plan(400, last).rows().getFirst().intervals())
                .containsExactly(new Plan.Interval(0, 113, 1_600)); // 112.5 seconds
        assertThat(plan(399, last).rows().getFirst().shortfallWh()).isEqualTo(50);
    }

    private static boolean accepts(int limitWh, Session... sessions) {
        return plan(limitWh, sessions).decisions().getFirst().accepted();
    }

    private static Plan plan(int limitWh, Session... sessions) {
        int[] zero = new int[2];
        return new Planner()
                .plan(new GroupInput(
                        1,
                        1,
                        4,
                        Policy.flat(),
                        new int[] {limitWh, limitWh},
                        zero,
                        zero,
                        zero,
                        zero,
                        new ArrayList<>(List.of(sessions)),
                        Settlement.none()));
    }
}

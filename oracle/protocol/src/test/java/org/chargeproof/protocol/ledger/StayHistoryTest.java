package org.chargeproof.protocol.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.chargeproof.protocol.ledger.StayHistory.Stay;
import org.junit.jupiter.api.Test;

class StayHistoryTest {
    private static final int STATED = 40;

    private static Stay left(int keptSteps) {
        return new Stay(10_000, 10_000, STATED, keptSteps);
    }

    private static StayHistory of(List<Stay> stays) {
        var history = new StayHistory();
        stays.forEach(history::add);
        return history;
    }

    private static StayHistory of(Stay... stays) {
        return of(List.of(stays));
    }

    @Test
    void isInNoHurryWherePeopleKeepToWhatTheySay() {
        assertThat(new StayHistory().pacePercent()).isEqualTo(100);
        assertThat(of(left(STATED), left(STATED)).pacePercent()).isEqualTo(100);
    }

    @Test
    void goesAsFastAsHardlyAnybodyLeavesWithout() {
        // gone after half of what they said: twice as fast
        assertThat(of(left(20), left(20)).pacePercent()).isEqualTo(200);
        // one of two, after a quarter
        assertThat(of(left(10), left(STATED)).pacePercent()).isEqualTo(400);
        // a full car had all that it wanted, whenever it left
        assertThat(of(new Stay(10_000, 2_500, STATED, 10)).pacePercent()).isEqualTo(100);
        assertThat(of(new Stay(10_000, 2_500, STATED, 5)).pacePercent()).isEqualTo(200);
    }

    /** The example of docs/reference/inputs.md. */
    @Test
    void isAsInTheBook() {
        var stays = of(new Stay(9_000, 9_000, 20, 10), new Stay(6_000, 2_000, 20, 10));
        assertThat(stays.pacePercent()).isEqualTo(200);
        assertThat(GroupPolicy.parse("learned=200").peakPercent(stays)).isEqualTo(400);
    }

    @Test
    void doesNotHurryForThoseWhomNoPaceWouldServe() {
        // gone at once: nobody could charge that fast, so there is nothing to be gained by a greater pace for the
        // others
        assertThat(of(left(0), left(STATED)).pacePercent()).isEqualTo(100);
        assertThat(of(left(1), left(1)).pacePercent()).isEqualTo(500);
    }

    /** The definition, for any stays: the least pace that serves all but a five-hundredth of what the greatest serves. */
    @Test
    void isTheLeastPaceThatIsEnough() {
        var random = new SplittableRandom(1);
        for (int run = 0; run < 2_000; run++) {
            var stays = new ArrayList<Stay>();
            for (int i = random.nextInt(33); i > 0; i--) {
                int promisedWh = random.nextInt(1, 80_000);
                int statedSteps = random.nextInt(1, 672);
                stays.add(new Stay(
                        promisedWh,
                        random.nextBoolean() ? promisedWh : random.nextInt(promisedWh + 1),
                        statedSteps,
                        random.nextInt(statedSteps + 1)));
            }
            int pace = of(stays).pacePercent();
            assertThat(isEnough(stays, pace)).isTrue();
            assertThat(pace).isBetween(100, 500);
            assertThat(pace > 100 && isEnough(stays, pace - 10)).isFalse();
        }
    }

    private static boolean isEnough(List<Stay> stays, int pace) {
        double lackWh = 0;
        double wantedWh = 0;
        for (Stay s : stays) {
            lackWh += servedWh(s, 500) - servedWh(s, pace);
            wantedWh += s.wantedWh();
        }
        return lackWh <= wantedWh / 500;
    }

    private static double servedWh(Stay s, int pace) {
        return Math.min(
                s.wantedWh(), Math.floor((double) s.promisedWh() * pace * s.keptSteps() / (100.0 * s.statedSteps())));
    }

    @Test
    void followsNewHabitsAndForgetsOldOnes() {
        var stays = new ArrayList<Stay>();
        for (int i = 0; i < 100; i++) {
            stays.add(left(STATED));
        }
        for (int i = 0; i < StayHistory.MOST_STAYS; i++) {
            stays.add(left(16));
        }
        assertThat(of(stays).pacePercent()).isEqualTo(250);
        assertThat(of(stays).count()).isEqualTo(32);
        for (int i = 0; i < StayHistory.MOST_STAYS; i++) {
            stays.add(left(STATED));
        }
        assertThat(of(stays).pacePercent()).isEqualTo(100);
    }

    /** What one of 32 can do to the others: never more than an earliest-first policy would, and nothing by a small session. */
    @Test
    void hardlyHeedsASmallLiar() {
        var stays = new ArrayList<Stay>();
        for (int i = 0; i < 31; i++) {
            stays.add(left(STATED));
        }
        stays.add(new Stay(500, 500, STATED, 8));
        assertThat(of(stays).pacePercent()).isEqualTo(100);
    }
}

package org.chargeproof.planner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.chargeproof.planner.GroupInput.MeteredSession;
import org.chargeproof.planner.GroupInput.Session;
import org.chargeproof.planner.GroupInput.Settlement;
import org.junit.jupiter.api.Test;

/** What the planner does, in groups that can be followed by hand. */
class PlannerTest {

    @Test
    void flatFillsTheLowestLevelFirstAndTheRemainderEarliest() {
        Plan plan = plan(Policy.flat(), steps(10, 10, 10), steps(3, 0, 1), steps(0, 0, 0), car(1, 6, 9, 3));
        // levels 3, 0, 1 become 4, 3, 3
        assertThat(plan.aggregateWh()).containsExactly(1, 3, 2);
    }

    /** Offers are the same for all, however many are refused, and whether or not somebody arrives later. */
    @Test
    void allRefusalsAreOfferedPower() {
        for (int arrival = 0; arrival <= 1; arrival++) {
            List<Session> sessions = new ArrayList<>();
            sessions.add(new Session(0, 0, true, true, 5, 0, 9, 0, arrival, 2));
            for (int id = 1; id <= 20; id++) {
                sessions.add(new Session(id, id, true, false, 50, 50, 9, 0, 0, 2));
            }
            Plan plan = plan(Policy.flat(), steps(10, 10), steps(0, 0), steps(0, 0), sessions.toArray(Session[]::new));
            assertThat(plan.decisions()).hasSize(20).noneMatch(Plan.Decision::accepted);
            assertThat(plan.decisions()).allMatch(d -> d.energyWh() >= 14);
            assertThat(plan.decisions()).allMatch(d -> d.powerW() > 0);
        }
    }

    /** Departures that are feasible but for the reserve are tried one by one: not for ever. */
    @Test
    void departuresAreTriedABoundedNumberOfTimes() {
        int tries = 20;
        int requests = 2 * Admission.MOST_DEPARTURES_TRIED / tries;
        List<Session> sessions = new ArrayList<>();
        for (int id = 1; id <= requests; id++) {
            // without its reserve by step 2, with it by the last
            sessions.add(new Session(id, id, true, false, 20, 20, 10, 10, 0, 1));
        }
        int[] limit = new int[tries + 1];
        Arrays.fill(limit, 11);
        Plan plan =
                plan(Policy.flat(), limit, new int[tries + 1], new int[tries + 1], sessions.toArray(Session[]::new));
        assertThat(plan.decisions()).noneMatch(Plan.Decision::accepted);
        int offered = (int) plan.decisions().stream()
                .filter(d -> d.laterDepartureStep() == tries)
                .count();
        assertThat(offered).isBetween(Admission.MOST_DEPARTURES_TRIED / tries, requests - 1);
        assertThat(plan.decisions().getFirst().laterDepartureStep()).isEqualTo(tries);
        assertThat(plan.decisions().getLast().laterDepartureStep()).isZero();
    }

    @Test
    void whoIsBehindComesAfterAllOthers() {
        Plan plan = plan(
                Policy.flat(),
                steps(5, 5),
                steps(0, 0),
                steps(0, 0),
                new Session(1, 1, true, true, 8, 0, 9, 0, 0, 2, true),
                new Session(2, 2, true, true, 6, 0, 9, 0, 0, 2));
        assertThat(plan.rows().get(0).shortfallWh()).isEqualTo(4);
        assertThat(plan.rows().get(1).shortfallWh()).isZero();
    }

    @Test
    void negativeBaseIsFilledLikeAnyOther() {
        Plan plan = plan(Policy.flat(), steps(4, 4, 4), steps(0, 0, 0), steps(0, 100, 2), car(1, 7, 9, 3));
        // PV makes step 1 the lowest by far, but its limit binds; steps 0 and 2 meet at level 0, the remainder is
        // earliest
        assertThat(plan.aggregateWh()).containsExactly(1, 4, 2);
    }

    @Test
    void earlyLeaversChargeFirst() {
        Plan plan = plan(
                Policy.flat(),
                steps(10, 10),
                steps(0, 0),
                steps(0, 0),
                car(1, 4, 9, 2),
                car(2, 4, 9, 2),
                car(3, 3, 9, 1));
        assertThat(plan.aggregateWh()).containsExactly(6, 5);
        assertThat(row(plan, 3)).containsExactly(3);
        // same departure: the higher charge point is served last
        assertThat(row(plan, 2)).containsExactly(0, 4);
        assertThat(row(plan, 1)).containsExactly(3, 1);
    }

    @Test
    void earliestToPeakStaysBelowAMultipleOfTheLeastPeak() {
        Plan plan =
                plan(Policy.earliestToPeak(150), steps(99, 99, 99), steps(0, 0, 0), steps(0, 0, 0), car(1, 12, 9, 3));
        assertThat(plan.leastPeakWh()).isEqualTo(4);
        assertThat(plan.aggregateWh()).containsExactly(6, 6, 0);
    }

    @Test
    void greenBandsTakePvThenGreenestSteps() {
        Plan plan = plan(
                Policy.greenBands(50, new byte[] {2, 0, 1}),
                steps(10, 10, 10),
                steps(0, 0, 0),
                steps(3, 0, 0),
                car(1, 10, 9, 3));
        // 3 from PV at step 0, 5 up to half of the limit in the greenest step 1, 2 in step 2
        assertThat(plan.aggregateWh()).containsExactly(3, 5, 2);
    }

    @Test
    void refusalNamesWhatWouldBePossible() {
        // 10 Wh fit into each step, of which the first car needs all of two; it leaves before the others
        Plan plan = plan(
                Policy.flat(),
                steps(10, 10, 10, 10),
                steps(0, 0, 0, 0),
                steps(0, 0, 0, 0),
                car(1, 20, 10, 2),
                request(2, true, 12, 8, 3));
        assertThat(plan.decisions()).containsExactly(new Plan.Decision(2, false, 8, 4, 0));
        assertThat(plan.rows()).hasSize(1);
    }

    @Test
    void requestThatFitsIsAcceptedAndPlanned() {
        Plan plan = plan(
                Policy.flat(), steps(10, 10), steps(0, 0), steps(0, 0), car(1, 10, 10, 2), request(2, true, 10, 8, 2));
        assertThat(plan.decisions()).containsExactly(new Plan.Decision(2, true, 10, 0, 0));
        assertThat(plan.aggregateWh()).containsExactly(10, 10);
    }

    @Test
    void requestIsAcceptedPartlyWhenThatIsEnoughForIt() {
        int[] zero = steps(0, 0);
        Session enough = new Session(2, 2, true, false, 12, 8, 9, 0, 0, 2);
        Plan plan = plan(Policy.flat(), steps(10, 10), zero, zero, car(1, 12, 10, 2), enough);
        assertThat(plan.decisions()).containsExactly(new Plan.Decision(2, true, 8, 0, 0));
        assertThat(plan.rows()).extracting(Plan.Row::shortfallWh).containsExactly(0, 0);
        assertThat(Arrays.stream(row(plan, 2)).sum()).isEqualTo(8);
        Session tooLittle = new Session(2, 2, true, false, 12, 9, 9, 0, 0, 2);
        assertThat(plan(Policy.flat(), steps(10, 10), zero, zero, car(1, 12, 10, 2), tooLittle)
                        .decisions())
                .containsExactly(new Plan.Decision(2, false, 8, 0, 16));
    }

    @Test
    void earliestFillsOneStepAfterTheOther() {
        Plan plan = plan(
                Policy.earliest(), steps(7, 7, 7), steps(0, 9, 0), steps(0, 0, 0), car(1, 12, 5, 3), car(2, 4, 9, 3));
        assertThat(plan.aggregateWh()).containsExactly(7, 7, 2);
    }

    @Test
    void earlierRequestGoesFirst() {
        Plan plan = plan(
                Policy.flat(),
                steps(10),
                steps(0),
                steps(0),
                new Session(1, 22, true, false, 8, 8, 9, 0, 0, 1),
                new Session(2, 21, true, false, 8, 8, 9, 0, 0, 1));
        assertThat(plan.decisions())
                .containsExactly(new Plan.Decision(21, true, 8, 0, 0), new Plan.Decision(22, false, 2, 0, 2 * 4));
    }

    @Test
    void whoDoesNotJoinGetsFullPowerAndRaisesTheBase() {
        Plan plan = plan(
                Policy.flat(),
                steps(10, 10, 10),
                steps(0, 0, 0),
                steps(0, 0, 0),
                new Session(1, 1, false, true, 7, 0, 4, 0, 0, 3),
                car(2, 10, 9, 3));
        assertThat(row(plan, 1)).containsExactly(4, 3, 0);
        assertThat(plan.aggregateWh()).containsExactly(2, 3, 5);
    }

    @Test
    void whoDoesNotJoinIsRefusedWhenOthersWouldLose() {
        Plan plan =
                plan(Policy.flat(), steps(9, 9), steps(0, 0), steps(0, 0), car(1, 9, 9, 1), request(2, false, 4, 4, 2));
        // if it joined, it could have all of it: the step after
        assertThat(plan.decisions()).containsExactly(new Plan.Decision(2, false, 4, 0, 0));
    }

    @Test
    void promisesThatHaveBecomeInfeasibleAreKeptInTheOrderInWhichTheyWereMade() {
        Plan plan = plan(
                Policy.flat(),
                steps(5, 5),
                steps(0, 0),
                steps(0, 0),
                car(3, 6, 9, 2),
                car(2, 4, 9, 1),
                car(1, 4, 9, 2));
        assertThat(plan.rows())
                .extracting(Plan.Row::sessionId, Plan.Row::shortfallWh)
                .containsExactly(tuple(1, 0), tuple(2, 0), tuple(3, 4));
    }

    @Test
    void departedSessionHasNoRow() {
        Plan plan = plan(Policy.flat(), steps(5), steps(0), steps(0), car(1, 6, 9, 0));
        assertThat(plan.rows()).isEmpty();
        assertThat(plan.aggregateWh()).containsExactly(0);
        assertThat(plan.price()).containsExactly(0);
    }

    @Test
    void pricesAreTheHighestKeyFromWhichEnergyCouldMove() {
        Plan plan =
                plan(Policy.flat(), steps(9, 9, 9), steps(0, 0, 0), steps(0, 0, 0), car(1, 6, 6, 1), car(2, 4, 4, 3));
        long offset = 1L << 31;
        // the first car fills step 0 alone; the second one's last unit reaches level 2 at step 2
        assertThat(plan.aggregateWh()).containsExactly(6, 2, 2);
        assertThat(plan.price()).containsExactly((offset + 6) << 8, (offset + 2) << 8 | 2, (offset + 2) << 8 | 2);
    }

    @Test
    void greenEnergyAddsUp() {
        Settlement settlement = new Settlement(
                8,
                100,
                110,
                List.of(new MeteredSession(3, 30, 5), new MeteredSession(1, 10, 5), new MeteredSession(2, 20, 5)));
        GroupInput input = new GroupInput(
                1, 9, 4, Policy.flat(), steps(0), steps(0), steps(0), steps(0), steps(0), List.of(), settlement);
        assertThat(new Planner().plan(input).green())
                .containsExactly(new Plan.Green(10, 3), new Plan.Green(20, 3), new Plan.Green(30, 4));
    }

    @Test
    void largestNumbersDoNotOverflow() {
        int most = 1 << 26;
        int steps = 96;
        int[] full = new int[steps];
        Arrays.fill(full, most);
        List<Session> sessions = new ArrayList<>();
        for (int i = 0; i < 4096; i++) {
            boolean accepted = i % 2 == 0;
            sessions.add(new Session(i, i, true, accepted, 262_144, accepted ? 0 : 262_144, 65_534, 0, 0, 96 - i % 40));
        }
        for (Policy policy :
                List.of(Policy.flat(), Policy.earliestToPeak(1000), Policy.greenBands(100, new byte[96]))) {
            GroupInput input = new GroupInput(
                    1, 1, 60, policy, full, new int[steps], full, new int[steps], full, sessions, Settlement.none());
            Plan plan = new Planner().plan(input);
            assertThat(Arrays.stream(plan.aggregateWh()).asLongStream().sum()).isEqualTo(1 << 30);
            Certificate.check(input, plan);
        }
    }

    private static Plan plan(Policy policy, int[] limitWh, int[] loadWh, int[] pvWh, Session... sessions) {
        int[] zero = new int[limitWh.length];
        GroupInput input = new GroupInput(
                1, 1, 4, policy, limitWh, zero, loadWh, pvWh, zero, List.of(sessions), Settlement.none());
        return new Planner().plan(input);
    }

    private static int[] steps(int... values) {
        return values;
    }

    private static Session car(int id, int energyWh, int maxWhPerStep, int departureStep) {
        return new Session(id, id, true, true, energyWh, 0, maxWhPerStep, 0, 0, departureStep);
    }

    private static Session request(int id, boolean joins, int energyWh, int maxWhPerStep, int departureStep) {
        return new Session(id, id, joins, false, energyWh, energyWh, maxWhPerStep, 0, 0, departureStep);
    }

    private static int[] row(Plan plan, int sessionId) {
        return plan.rows().stream()
                .filter(row -> row.sessionId() == sessionId)
                .findAny()
                .orElseThrow()
                .energyWh();
    }
}

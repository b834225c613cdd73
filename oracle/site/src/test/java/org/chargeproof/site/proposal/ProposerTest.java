package org.chargeproof.site.proposal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Random;
import org.chargeproof.planner.GroupInput;
import org.chargeproof.planner.GroupInput.Session;
import org.chargeproof.planner.Planner;
import org.chargeproof.planner.Policy;
import org.chargeproof.site.battery.Battery;
import org.chargeproof.site.flow.Promises;
import org.chargeproof.site.phases.SafeRoom;
import org.junit.jupiter.api.Test;

class ProposerTest {
    private static final int STEPS = 24;
    private static final int MOST_WH = 30_000;

    private static GroupInput group(Random random) {
        int[] limit = new int[STEPS];
        int[] reserved = new int[STEPS];
        int[] expected = new int[STEPS];
        int[] pv = new int[STEPS];
        int limitWh = 10_000 + random.nextInt(20_000);
        for (int t = 0; t < STEPS; t++) {
            limit[t] = limitWh;
            expected[t] = random.nextInt(6_000);
            reserved[t] = expected[t] + random.nextInt(3_000);
            pv[t] = random.nextInt(3) == 0 ? random.nextInt(8_000) : 0;
        }
        var sessions = new ArrayList<Session>();
        for (int i = 0; i < 1 + random.nextInt(8); i++) {
            int departure = 1 + random.nextInt(STEPS);
            boolean accepted = random.nextBoolean();
            int most = 1_000 + random.nextInt(5_000);
            int energy = 1 + random.nextInt(most * departure);
            sessions.add(new Session(
                    i,
                    i + 1,
                    true,
                    accepted,
                    energy,
                    accepted ? 0 : 1 + random.nextInt(energy),
                    most,
                    0,
                    0,
                    departure));
        }
        return new GroupInput(
                1,
                1,
                4,
                random.nextBoolean() ? Policy.flat() : Policy.earliestToPeak(200),
                limit,
                reserved,
                expected,
                pv,
                new int[STEPS],
                sessions,
                GroupInput.Settlement.none());
    }

    /** What can be published, and costs nobody energy. */
    @Test
    void publishesWhatTheContractTakesAndTakesNothingFromSessions() {
        var random = new Random(3);
        var planner = new Planner();
        var proposer = new Proposer();
        int moved = 0;
        for (int round = 0; round < 150; round++) {
            var own = group(random);
            int capacityWh = 1 + random.nextInt(40_000);
            int percent = round % 3 == 0 ? 90 : 100;
            var battery = new Battery(
                    capacityWh,
                    random.nextInt(capacityWh + 1),
                    random.nextInt(8_000),
                    random.nextInt(8_000),
                    percent,
                    0);
            var found = proposer.propose(own, battery, SafeRoom.NO_LIMIT, MOST_WH);
            moved += found.batteryWh() == 0 ? 0 : 1;
            assertThat(found.batteryWh()).isBetween(-battery.maxDischargeWhPerStep(), battery.maxChargeWhPerStep());
            assertThat(-found.batteryWh()).isLessThanOrEqualTo(battery.storedWh());
            assertThat(battery.storedWh() + battery.storedOf(Math.max(0, found.batteryWh())))
                    .isLessThanOrEqualTo(capacityWh);
            var input = found.input();
            assertThat(input.firmPvWh()).containsOnly(0);
            for (int t = 0; t < STEPS; t++) {
                assertThat(input.reservedLoadWh()[t])
                        .isBetween(input.expectedLoadWh()[t], MOST_WH)
                        .isGreaterThanOrEqualTo(own.reservedLoadWh()[t]);
            }
            // in step 0 it is told as it is
            assertThat(input.expectedLoadWh()[0] - input.expectedPvWh()[0])
                    .isEqualTo(own.expectedLoadWh()[0] - own.expectedPvWh()[0] + found.batteryWh());
            assertThat(input.reservedLoadWh()[0]).isEqualTo(own.reservedLoadWh()[0] + Math.max(0, found.batteryWh()));
            assertThat(Promises.areKept(planner.plan(own), planner.plan(input))).isTrue();
        }
        assertThat(moved).isGreaterThan(75);
    }

    /** It is silent, broken, empty, or told too late: cars and all the load that is kept free for still fit. */
    @Test
    void aBatteryThatDoesNothingLeavesTheGroupWithinItsLimit() {
        var random = new Random(6);
        var planner = new Planner();
        var proposer = new Proposer();
        int full = 0;
        for (int round = 0; round < 150; round++) {
            var own = group(random);
            int percent = round % 3 == 0 ? 90 : 100;
            var battery = new Battery(40_000, 30_000, 5_000, 8_000, percent, 0);
            var found = proposer.propose(own, battery, SafeRoom.NO_LIMIT, MOST_WH);
            if (found.batteryWh() >= 0) {
                continue;
            }
            int loadWh = own.reservedLoadWh()[0];
            for (var row : planner.plan(found.input()).rows()) {
                loadWh += row.energyWh()[0];
            }
            assertThat(loadWh).as("round %d", round).isLessThanOrEqualTo(own.limitWh()[0]);
            full += loadWh + battery.maxDischargeWhPerStep() > own.limitWh()[0] ? 1 : 0;
        }
        // what it gives would have made room that somebody takes
        assertThat(full).isGreaterThan(20);
    }

    @Test
    void leavesNoMoreRoomThanPhasesAllow() {
        var random = new Random(4);
        var proposer = new Proposer();
        for (int round = 0; round < 60; round++) {
            var own = group(random);
            int safeWh = random.nextInt(12_000);
            var battery = new Battery(20_000, 10_000, 5_000, 5_000, 100, 0);
            for (var with : new Battery[] {null, battery}) {
                var found = proposer.propose(own, with, safeWh, MOST_WH);
                assertThat(found.keepsPhases()).isTrue();
                for (int t = 0; t < STEPS; t++) {
                    int roomWh = own.limitWh()[t] - found.input().reservedLoadWh()[t];
                    assertThat(roomWh).isLessThanOrEqualTo(safeWh);
                }
            }
        }
    }

    @Test
    void saysWhenSoMuchCannotBeReserved() {
        var own = group(new Random(5));
        var found = new Proposer().propose(own, null, 1_000, 9_000);
        assertThat(found.keepsPhases()).isFalse();
        assertThat(found.problem()).contains("at most 9000 can be. Register other equipment");
        for (int t = 0; t < STEPS; t++) {
            assertThat(found.input().reservedLoadWh()[t]).isLessThanOrEqualTo(9_000);
        }
    }
}

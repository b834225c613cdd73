package org.chargeproof.site.proposal;

import org.chargeproof.planner.GroupInput;
import org.chargeproof.planner.Plan;
import org.chargeproof.planner.Planner;
import org.chargeproof.site.battery.Battery;
import org.chargeproof.site.battery.StorageException;
import org.chargeproof.site.battery.StoragePlan;
import org.chargeproof.site.battery.StoragePlanner;
import org.chargeproof.site.flow.Promises;
import org.chargeproof.site.phases.SafeRoom;
import org.jspecify.annotations.Nullable;

/**
 * Puts a battery's schedule and limits of phases into a group's own forecast; see docs/how-to/batteries-and-phases.md. Only load and PV of
 * other equipment change, as in {@link StoragePlan#freeze}, with three differences, since nothing else can be published: what the battery
 * gives in step 0 is no more than is used there; what it takes later is reserved only as far as it is expected; and no reserve is above
 * what the contract takes. What it gives never makes room. An instance serves one thread.
 */
public final class Proposer {
    private static final int MOST_TRIES = 4;

    private final Planner planner = new Planner();
    private final StoragePlanner storage = new StoragePlanner();

    /**
     * Composes.
     *
     * @param own the group's input without battery and phases
     * @param battery as it is at the start of step 0; null without one, or to let it do nothing
     * @param safeRoomWh the most that sessions may take together in a step, {@link SafeRoom#NO_LIMIT} without limits of phases
     * @param mostReservedWh the highest {@code reservedLoadWh} that can be published, at least each of the input
     * @return with which no session that the planner serves without the battery, within the room that phases allow, loses energy, and in
     *     which no step has less reserved than the group's own input: without the battery, no plan of it is above the group's limit
     * @throws org.chargeproof.planner.InvalidInputException if the input cannot be planned
     */
    public Proposal propose(GroupInput own, @Nullable Battery battery, int safeRoomWh, int mostReservedWh) {
        int[] leastWh = leastReserved(own, safeRoomWh);
        int[] reservedWh = own.reservedLoadWh().clone();
        String problem = "";
        for (int t = 0; t < reservedWh.length; t++) {
            reservedWh[t] = Math.max(reservedWh[t], leastWh[t]);
            if (reservedWh[t] > mostReservedWh) {
                problem =
                        "phases need " + reservedWh[t] + " Wh reserved in step " + t + ", and at most " + mostReservedWh
                                + " can be. Register other equipment of as much power, or lower the group's limit.";
                reservedWh[t] = Math.max(own.reservedLoadWh()[t], mostReservedWh);
            }
        }
        boolean keepsPhases = problem.isEmpty();
        var within = with(own, own.expectedLoadWh(), reservedWh, own.expectedPvWh());
        if (battery == null) {
            return new Proposal(within, null, 0, keepsPhases, problem);
        }
        StoragePlan schedule;
        try {
            schedule = storage.plan(within, battery);
        } catch (StorageException e) {
            return new Proposal(
                    within, null, 0, keepsPhases, problem.isEmpty() ? String.valueOf(e.getMessage()) : problem);
        }
        var before = planner.plan(within);
        int nowWh = schedule.batteryWh()[0];
        for (int i = 0; i < MOST_TRIES; i++) {
            var found = beside(within, schedule, nowWh, mostReservedWh, keepsPhases, problem);
            var plan = planner.plan(found.input());
            int fedWh = nowWh < 0 ? fedInWh(found.input(), plan) : 0;
            if (fedWh == 0) {
                if (Promises.areKept(before, plan)) {
                    return found;
                }
                break;
            }
            // by the group's own policy sessions take less in step 0 than the schedule counts on
            nowWh = Math.min(0, nowWh + fedWh);
        }
        // it gives less in step 0 than the schedule counts on: what it takes later may be what somebody needs
        return new Proposal(
                within,
                null,
                0,
                keepsPhases,
                problem.isEmpty() ? "beside the battery's schedule a session would lack energy: it waits" : problem);
    }

    /** What a group feeds into the grid in step 0. */
    private static int fedInWh(GroupInput input, Plan plan) {
        int netWh = input.expectedLoadWh()[0] - input.expectedPvWh()[0];
        for (var row : plan.rows()) {
            netWh += row.energyWh()[0];
        }
        return Math.max(0, -netWh);
    }

    private static Proposal beside(
            GroupInput within,
            StoragePlan schedule,
            int plannedWh,
            int mostReservedWh,
            boolean keepsPhases,
            String problem) {
        int[] reservedWh = within.reservedLoadWh().clone();
        int[] expectedWh = within.expectedLoadWh().clone();
        int[] pvWh = within.expectedPvWh().clone();
        int nowWh = Math.min(plannedWh, Math.max(0, mostReservedWh - reservedWh[0]));
        for (int t = 0; t < reservedWh.length; t++) {
            int flowWh = t == 0 ? nowWh : schedule.batteryWh()[t];
            if (flowWh >= 0) {
                int wantedWh = expectedWh[t] + flowWh;
                // now it is taken for sure; later it is planned anew, and whoever asks meanwhile comes first
                reservedWh[t] =
                        t == 0 ? reservedWh[0] + flowWh : Math.max(reservedWh[t], Math.min(mostReservedWh, wantedWh));
                expectedWh[t] = Math.min(wantedWh, reservedWh[t]);
                continue;
            }
            int toLoadWh = Math.min(-flowWh, expectedWh[t]);
            expectedWh[t] -= toLoadWh;
            pvWh[t] += -flowWh - toLoadWh;
        }
        return new Proposal(with(within, expectedWh, reservedWh, pvWh), schedule, nowWh, keepsPhases, problem);
    }

    /** What must be reserved so that no more room is left than phases allow. */
    private static int[] leastReserved(GroupInput own, int safeRoomWh) {
        int[] leastWh = new int[own.stepCount()];
        for (int t = 0; t < leastWh.length && safeRoomWh != SafeRoom.NO_LIMIT; t++) {
            leastWh[t] = Math.max(0, own.limitWh()[t] + own.firmPvWh()[t] - safeRoomWh);
        }
        return leastWh;
    }

    private static GroupInput with(GroupInput input, int[] expectedWh, int[] reservedWh, int[] pvWh) {
        return new GroupInput(
                input.groupId(),
                input.timestep(),
                input.stepsPerHour(),
                input.policy(),
                input.limitWh(),
                reservedWh,
                expectedWh,
                pvWh,
                input.firmPvWh(),
                input.sessions(),
                input.settlement());
    }
}

package org.chargeproof.simulation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.chargeproof.planner.GroupInput;
import org.chargeproof.planner.Plan;
import org.chargeproof.planner.Planner;
import org.chargeproof.protocol.plan.InputBuilder;
import org.chargeproof.simulation.rule.Rule;
import org.chargeproof.site.battery.Battery;
import org.chargeproof.site.file.BatterySite;
import org.chargeproof.site.phases.Phase;
import org.chargeproof.site.phases.PhaseLimits;
import org.chargeproof.site.phases.PhasePlanner;
import org.chargeproof.site.phases.SafeRoom;
import org.chargeproof.site.proposal.Proposer;
import org.jspecify.annotations.Nullable;

/**
 * The battery and the phases of one group: they are planned beside the sessions, or only watched. What happens is measured from what cars
 * took and from the battery's own content, and not from what was planned.
 */
final class Equipment {
    /** How limits of phases enter plans. */
    enum Mode {
        /** They do not: what happens without them is measured. */
        WATCHED,
        /** As numbers that can be published before it is known who asks, as an oracle does; a battery too. */
        PUBLISHED,
        /** Phases as lower limits and maxima of sessions, with all requests known. */
        PLANNED
    }

    private static final int MOST_RESERVED_WH = Battery.MOST_WH;
    private static final Phase[] PHASES = {Phase.L1, Phase.L2, Phase.L3};

    private final EquippedGroup group;
    private final Mode mode;
    private final @Nullable BatterySite planned;
    private final int safeRoomWh;
    private final @Nullable PhaseLimits limits;
    private final Proposer proposer = new Proposer();
    private final PhasePlanner phasePlanner = new PhasePlanner();
    private final Planner planner = new Planner();
    private final int[] phaseThirds = new int[3];
    private int storedWh;
    private int plannedWh;

    Equipment(EquippedGroup group, Mode mode, Site site) {
        this(group, group.battery(), mode, site);
    }

    /**
     * With a battery that is planned as if it were another one.
     *
     * @param planned that takes, gives and stores no more than the group's, and loses no more; null without one
     */
    Equipment(EquippedGroup group, @Nullable BatterySite planned, Mode mode, Site site) {
        this.group = group;
        this.planned = planned;
        this.mode = mode;
        this.storedWh = group.battery() == null ? 0 : group.battery().storedWh();
        int limitWh = group.phaseLimitWh();
        this.safeRoomWh = limitWh == EquippedGroup.NO_PHASES
                ? SafeRoom.NO_LIMIT
                : SafeRoom.wh(
                        limitWh,
                        IntStream.range(0, site.ratedW().length)
                                .mapToObj(p ->
                                        new SafeRoom.Load(group.phases()[p], site.ratedW()[p] / Site.STEPS_PER_HOUR))
                                .toList());
        this.limits = limitWh == EquippedGroup.NO_PHASES ? null : limits(group, limitWh);
    }

    private static PhaseLimits limits(EquippedGroup group, int limitWh) {
        var limitsWh = new int[3][InputBuilder.HORIZON_STEPS];
        for (int[] ofPhase : limitsWh) {
            Arrays.fill(ofPhase, limitWh);
        }
        var phaseOf = new HashMap<Integer, Phase>();
        for (int p = 0; p < group.phases().length; p++) {
            phaseOf.put(p, group.phases()[p]);
        }
        return new PhaseLimits(limitsWh, phaseOf);
    }

    /** What a rule says beside them; places are those of the input's sessions. */
    Rule.Answer answer(GroupInput input, Rule rule) {
        plannedWh = 0;
        return switch (mode) {
            case WATCHED -> rule.answer(input);
            case PUBLISHED -> published(input, rule);
            case PLANNED -> limits == null ? published(input, rule) : planned(input, rule, limits);
        };
    }

    private Rule.Answer published(GroupInput input, Rule rule) {
        var proposal = proposer.propose(
                input,
                planned == null ? null : planned.storing(storedWh, Site.STEPS_PER_HOUR),
                safeRoomWh,
                MOST_RESERVED_WH);
        plannedWh = proposal.batteryWh();
        return rule.answer(proposal.input());
    }

    /** Whoever asked last is refused first, until the phases can be kept. */
    private Rule.Answer planned(GroupInput input, Rule rule, PhaseLimits within) {
        var sessions = new ArrayList<>(input.sessions());
        while (true) {
            var trial = with(input, sessions);
            var found = phasePlanner.plan(trial, within);
            var foundInput = found.input();
            if (foundInput != null) {
                var plan = planner.plan(foundInput);
                var firstWh = new HashMap<Integer, Integer>();
                plan.rows().forEach(row -> firstWh.put(row.sessionId(), row.energyWh()[0]));
                return answer(input, plan, firstWh);
            }
            if (!found.energyWh().isEmpty()) {
                var firstWh = new HashMap<Integer, Integer>();
                found.energyWh()
                        .forEach((session, energyWh) -> firstWh.put(session, energyWh.length == 0 ? 0 : energyWh[0]));
                return answer(input, planner.plan(trial), firstWh);
            }
            var newest = sessions.stream()
                    .filter(session -> !session.accepted())
                    .max(Comparator.comparingInt(GroupInput.Session::sessionId));
            if (newest.isEmpty()) {
                return published(input, rule);
            }
            sessions.remove(newest.get());
        }
    }

    private static Rule.Answer answer(GroupInput input, Plan plan, Map<Integer, Integer> firstWh) {
        var decided = new HashMap<Integer, Plan.Decision>();
        plan.decisions().forEach(d -> decided.put(d.sessionId(), d));
        var energyWh = new int[input.sessions().size()];
        var decisions = new ArrayList<Plan.Decision>();
        for (int i = 0; i < energyWh.length; i++) {
            var session = input.sessions().get(i);
            energyWh[i] = firstWh.getOrDefault(session.sessionId(), 0);
            if (!session.accepted()) {
                decisions.add(decided.getOrDefault(
                        session.sessionId(), new Plan.Decision(session.sessionId(), false, 0, 0, 0)));
            }
        }
        decisions.sort(Comparator.comparingInt(Plan.Decision::sessionId));
        return new Rule.Answer(decisions, energyWh);
    }

    private static GroupInput with(GroupInput input, List<GroupInput.Session> sessions) {
        return new GroupInput(
                input.groupId(),
                input.timestep(),
                input.stepsPerHour(),
                input.policy(),
                input.limitWh(),
                input.reservedLoadWh(),
                input.expectedLoadWh(),
                input.expectedPvWh(),
                input.firmPvWh(),
                sessions,
                input.settlement());
    }

    /** Whether there is something to plan when nobody charges. */
    boolean plansAlways() {
        return mode != Mode.WATCHED && group.battery() != null;
    }

    /** A car took energy in the step that runs. */
    void took(int point, int takenWh) {
        if (limits == null) {
            return;
        }
        Phase phase = group.phases()[point];
        for (int of = 0; of < phaseThirds.length; of++) {
            phaseThirds[of] += phase == Phase.ALL ? takenWh : phase == PHASES[of] ? 3 * takenWh : 0;
        }
    }

    /**
     * A step is over.
     *
     * @param chargedWh what all cars took
     * @return what the battery took, below 0 for what it gave
     */
    int pass(long chargedWh, int loadWh, int pvWh, Tally tally) {
        int batteryWh = runBattery(tally);
        long gridWh = chargedWh + loadWh + batteryWh - pvWh;
        tally.gridPeakWh = Math.max(tally.gridPeakWh, gridWh);
        tally.gridWh += Math.max(0, gridWh);
        tally.fedInWh += Math.max(0, -gridWh);
        if (limits != null) {
            boolean above = false;
            for (int of = 0; of < phaseThirds.length; of++) {
                long thirds = phaseThirds[of] - 3L * group.phaseLimitWh();
                tally.phasePeakThirds = Math.max(tally.phasePeakThirds, phaseThirds[of]);
                tally.phaseAboveThirds += Math.max(0, thirds);
                above |= thirds > 0;
                phaseThirds[of] = 0;
            }
            tally.stepsPhaseAbove += above ? 1 : 0;
        }
        return batteryWh;
    }

    private int runBattery(Tally tally) {
        BatterySite battery = group.battery();
        if (battery == null || mode == Mode.WATCHED) {
            return 0;
        }
        int flowWh = plannedWh;
        plannedWh = 0;
        int beforeWh = storedWh;
        storedWh += flowWh > 0 ? (int) ((long) flowWh * battery.efficiencyPercent() / 100) : flowWh;
        if (flowWh > battery.chargeW() / Site.STEPS_PER_HOUR
                || -flowWh > battery.dischargeW() / Site.STEPS_PER_HOUR
                || storedWh < 0
                || storedWh > battery.capacityWh()) {
            throw new IllegalStateException(
                    "the battery stores " + beforeWh + " Wh and is to take " + flowWh + " Wh: " + battery);
        }
        if (flowWh > 0) {
            tally.batteryTakenWh += flowWh;
            tally.batteryLostWh += flowWh - (storedWh - beforeWh);
        } else {
            tally.batteryGivenWh -= flowWh;
        }
        tally.batteryMostWh = Math.max(tally.batteryMostWh, storedWh);
        return flowWh;
    }

    /** What the battery holds. */
    int storedWh() {
        return storedWh;
    }
}

package org.chargeproof.api.whatif;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.planner.InvalidInputException;
import org.chargeproof.protocol.ledger.GroupPolicy;
import org.chargeproof.simulation.Replay;
import org.chargeproof.simulation.Replay.Fate;
import org.chargeproof.simulation.Replay.Outcome;
import org.chargeproof.simulation.rule.RuleChoice;
import org.chargeproof.view.rpc.Methods;
import org.jspecify.annotations.Nullable;

/** Computes what-ifs. {@link #compute} is for one thread; it remembers what does not change with the setting. */
public final class WhatIfs {
    /** Timesteps that are looked at unless it is said how many. */
    public static final int USUAL_TIMESTEPS = 96;

    private static final int MOST_KNOWN = 8;

    private final Methods methods;
    private final Duration longest;
    private final Map<GroupPast.Window, Known> known = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<GroupPast.Window, Known> eldest) {
            return size() > MOST_KNOWN;
        }
    };

    /** What there is without any setting. */
    private record Known(GroupPast past, Outcome asItWas, Outcome uncontrolled) {}

    /**
     * What is asked.
     *
     * @param timesteps at most, 1 to {@link org.chargeproof.view.model.GroupHistory#TIMESTEPS}
     * @param limitW null for what it was
     * @param policy as in assets files; null for the group's own
     * @param batteryWh 0 for none
     */
    public record Asked(
            int group,
            int timesteps,
            @Nullable Integer limitW,
            @Nullable String policy,
            int batteryWh,
            int batteryW) {
        private @Nullable GroupPolicy choice() {
            return policy == null ? null : RuleChoice.policy(policy);
        }
    }

    /** What an answer depends on: two that are equal have the same. */
    public record Question(
            GroupPast.Window window,
            @Nullable Integer limitW,
            @Nullable GroupPolicy policy,
            int batteryWh,
            int batteryW) {}

    /**
     * @param methods where the past is read
     * @param longest that one may be computed
     */
    public WhatIfs(Methods methods, Duration longest) {
        this.methods = methods;
        this.longest = longest;
    }

    /**
     * What is to be computed for somebody who asks now. Takes no time.
     *
     * @return null when there is no such group
     * @throws BadInputException when it cannot be asked so
     */
    public @Nullable Question question(Asked asked) {
        if (asked.batteryWh() > 0 != asked.batteryW() > 0) {
            throw new BadInputException("batteryWh is " + asked.batteryWh() + " and batteryW " + asked.batteryW()
                    + "; a battery has both, above 0. Give both, or neither");
        }
        var policy = asked.choice();
        return methods.tracker()
                .read(s -> Optional.ofNullable(GroupPast.window(s, asked.group(), asked.timesteps()))
                        .map(window -> new Question(
                                window,
                                asked.limitW(),
                                policy == null
                                        ? null
                                        : policy.fixed(s.state()
                                                .groups()
                                                .get(window.group())
                                                .stays()),
                                asked.batteryWh(),
                                asked.batteryW())))
                .orElse(null);
    }

    /**
     * Computes it, for some seconds at most.
     *
     * @throws BadInputException when it is more than is computed
     */
    public WhatIf compute(Question question) {
        var window = question.window();
        long startNanos = System.nanoTime();
        BooleanSupplier mayGoOn = () -> System.nanoTime() - startNanos < longest.toNanos();
        try {
            if (window.count() == 0) {
                return nothing(question);
            }
            var there = known.get(window);
            if (there == null) {
                there = known(window, mayGoOn);
                known.put(window, there);
            }
            return answer(question, there, mayGoOn);
        } catch (CancellationException e) {
            throw new BadInputException(
                    window.count() + " timesteps of group " + window.group() + " take more than " + longest.toSeconds()
                            + " s to compute. Ask for fewer timesteps",
                    e);
        } catch (InvalidInputException e) {
            throw new BadInputException("that is more than can be planned: " + e.getMessage(), e);
        }
    }

    /** Before anything is measured. */
    private WhatIf nothing(Question question) {
        var window = question.window();
        var policy = question.policy() != null
                ? question.policy()
                : methods.read(s -> {
                    var group = s.state().groups().get(window.group());
                    return group.policy().fixed(group.stays());
                });
        var setting = new WhatIf.Setting(question.limitW(), policy.text(), question.batteryWh(), question.batteryW());
        return new WhatIf(true, window.group(), window.now(), setting, List.of(), null, null);
    }

    private Known known(GroupPast.Window window, BooleanSupplier mayGoOn) {
        var past = methods.read(s -> GroupPast.of(s, window));
        var replay = new Replay(past.past(), mayGoOn);
        return new Known(
                past,
                replay.run(Replay.Setting.asItWas(past.past())),
                replay.run(Replay.Setting.uncontrolled(past.past())));
    }

    private WhatIf answer(Question question, Known there, BooleanSupplier mayGoOn) {
        var past = there.past().past();
        var window = question.window();
        var policy = question.policy() == null ? past.policy() : question.policy();
        var setting = new WhatIf.Setting(question.limitW(), policy.text(), question.batteryWh(), question.batteryW());
        var found = new Replay(past, mayGoOn)
                .run(new Replay.Setting(question.limitW(), policy, question.batteryWh(), question.batteryW(), true));
        var parameters = methods.read(s -> s.parameters());
        var steps = new ArrayList<WhatIf.Step>();
        for (int i = 0; i < window.count(); i++) {
            boolean isReported = there.past().isReported(i);
            steps.add(new WhatIf.Step(
                    window.from() + i,
                    parameters.startOf(window.from() + i),
                    past.limitW()[i],
                    isReported ? past.loadWh()[i] : null,
                    isReported ? past.pvWh()[i] : null,
                    there.past().measuredWh().get(i),
                    found.limitW()[i],
                    found.carsWh()[i],
                    found.batteryWh()[i],
                    found.storedWh()[i],
                    there.asItWas().carsWh()[i],
                    there.uncontrolled().carsWh()[i]));
        }
        var columns = new WhatIf.Columns(
                measured(there.past()),
                sums(past, found),
                sums(past, there.asItWas()),
                sums(past, there.uncontrolled()));
        return new WhatIf(
                true,
                window.group(),
                window.now(),
                setting,
                steps,
                columns,
                there.past().assumptions());
    }

    private static WhatIf.Sums measured(GroupPast there) {
        var carsWh =
                there.measuredWh().stream().mapToInt(wh -> wh == null ? 0 : wh).toArray();
        var past = there.past();
        return sums(
                past,
                new Outcome(carsWh, new int[carsWh.length], new int[carsWh.length], past.limitW(), there.fates()),
                there.greenWh());
    }

    private static WhatIf.Sums sums(Replay.Past past, Outcome outcome) {
        long greenWh = 0;
        for (int i = 0; i < past.steps(); i++) {
            greenWh += Math.min(outcome.carsWh()[i], Math.max(0, past.pvWh()[i] - past.loadWh()[i]));
        }
        return sums(past, outcome, greenWh);
    }

    private static WhatIf.Sums sums(Replay.Past past, Outcome outcome, long greenWh) {
        long peakWh = 0;
        long energyWh = 0;
        int above = 0;
        for (int i = 0; i < past.steps(); i++) {
            long gridWh = (long) outcome.carsWh()[i] + past.loadWh()[i] + outcome.batteryWh()[i] - past.pvWh()[i];
            peakWh = Math.max(peakWh, gridWh);
            above += gridWh * past.stepsPerHour() > outcome.limitW()[i] ? 1 : 0;
            energyWh += outcome.carsWh()[i];
        }
        long undeliveredWh = 0;
        int requests = 0;
        int refused = 0;
        int promises = 0;
        int kept = 0;
        for (Fate fate : outcome.fates()) {
            boolean hasLeft = fate.stay().leftStep() <= past.steps();
            // who is yet to come is in plans, and in no sum
            if (!fate.asked() || fate.stay().arrivalStep() >= past.steps()) {
                continue;
            }
            requests++;
            refused += fate.accepted() ? 0 : 1;
            if (hasLeft && (fate.accepted() || !isAskedAgain(fate, outcome.fates()))) {
                undeliveredWh += Math.max(0, fate.stay().takesWh() - fate.takenWh());
            }
            if (hasLeft && fate.accepted()) {
                promises++;
                kept += isKept(fate) ? 1 : 0;
            }
        }
        return new WhatIf.Sums(
                peakWh * past.stepsPerHour(),
                above,
                energyWh,
                greenWh,
                undeliveredWh,
                requests,
                refused,
                promises,
                kept);
    }

    /** Whoever leaves early breaks its own promise. */
    private static boolean isKept(Fate fate) {
        var stay = fate.stay();
        return fate.takenWh() >= Math.min(fate.promisedWh(), stay.takesWh()) || stay.leftStep() < stay.departureStep();
    }

    /** Whether somebody charged at the same charge point in the stay of one that was refused: most of them asked again for less. */
    private static boolean isAskedAgain(Fate refused, List<Fate> fates) {
        return fates.stream()
                .anyMatch(f -> f.asked()
                        && f.accepted()
                        && f.stay().point() == refused.stay().point()
                        && f.stay().askStep() >= refused.stay().askStep()
                        && f.stay().arrivalStep() < refused.stay().departureStep());
    }
}

package org.chargeproof.simulation;

import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import org.chargeproof.protocol.ledger.GroupPolicy;
import org.chargeproof.protocol.ledger.LedgerEvent.ForecastStep;
import org.chargeproof.simulation.rule.Rule;
import org.chargeproof.simulation.rule.RuleChoice;
import org.chargeproof.site.file.BatterySite;
import org.chargeproof.site.phases.Phase;
import org.jspecify.annotations.Nullable;

/**
 * A stretch of time that is over, computed again under a setting: the same cars, other equipment and PV, by the same state, inputs and planner
 * as in the simulation.
 *
 * <p>The simulation knows hours of four steps. Elsewhere an hour can have another number of them ({@code stepsPerHour}); a step is a step
 * then, energies stay as they are, and a power is what gives the same Wh in a step.
 */
public final class Replay {
    /** Of a battery that nobody has bought yet: what comes out of 100 Wh that went in. */
    public static final int EFFICIENCY_PERCENT = 90;

    private static final int LOSSLESS_PERCENT = 100;

    private static final LocalDateTime START = LocalDateTime.of(2026, 1, 5, 0, 0);
    private static final Habits HABITS = new Habits(true, true);

    private final Past past;
    private final BooleanSupplier mayGoOn;

    /**
     * What there was. Steps count from 0; those of arrays are all of the past.
     *
     * @param stepsPerHour W = Wh in a step * {@code stepsPerHour}
     * @param ratedW of each charge point
     * @param minW least power of each other than none
     * @param maxLoadW the most that other equipment takes
     * @param policy of the group
     * @param limitW what the group may take, other equipment included
     * @param loadWh of other equipment
     * @param pvWh of PV
     * @param firmPvWh of it what was warranted
     * @param forecasts of steps, from 0 on and beyond the past; null where nothing was said
     * @param stays in the order of their requests
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
    public record Past(
            int stepsPerHour,
            int[] ratedW,
            int[] minW,
            int maxLoadW,
            GroupPolicy policy,
            int[] limitW,
            int[] loadWh,
            int[] pvWh,
            int[] firmPvWh,
            List<@Nullable ForecastStep> forecasts,
            List<Stay> stays) {
        /** How many steps it has. */
        public int steps() {
            return limitW.length;
        }
    }

    /**
     * A car that came, or was refused.
     *
     * @param point place of its charge point
     * @param askStep in whose plan its request could be decided
     * @param arrivalStep from which on it could charge
     * @param departureStep when its driver said that it leaves
     * @param leftStep from which on it was gone
     * @param wantedWh what its driver asked for
     * @param leastWh the least that would have done
     * @param joins whether the planner may choose when it charges
     * @param takesWh what it takes if it can
     * @param mostWhPerStep what it draws at most
     */
    public record Stay(
            int point,
            int askStep,
            int arrivalStep,
            int departureStep,
            int leftStep,
            int wantedWh,
            int leastWh,
            boolean joins,
            int takesWh,
            int mostWhPerStep) {}

    /**
     * What is to be different.
     *
     * @param limitW of all that the group takes; null for what it was, step by step
     * @param policy of the group
     * @param batteryWh what a battery stores, that is empty at first; 0 for none
     * @param batteryW its power, charging and discharging
     * @param isControlled false for full power at once, whatever the limit is
     */
    public record Setting(
            @Nullable Integer limitW, GroupPolicy policy, int batteryWh, int batteryW, boolean isControlled) {
        /** As it was. */
        public static Setting asItWas(Past past) {
            return new Setting(null, past.policy(), 0, 0, true);
        }

        /** Without smart charging. */
        public static Setting uncontrolled(Past past) {
            return new Setting(null, past.policy(), 0, 0, false);
        }
    }

    /**
     * What became of a car.
     *
     * @param asked false when the charge point was still taken
     * @param takenWh up to the end of the past
     */
    public record Fate(Stay stay, boolean asked, boolean accepted, int promisedWh, int takenWh) {}

    /**
     * What it comes to, by step.
     *
     * @param carsWh what all cars took
     * @param batteryWh what the battery took, below 0 for what it gave
     * @param storedWh what it stores then
     * @param limitW that counted
     * @param fates of the stays, in their order
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
    public record Outcome(int[] carsWh, int[] batteryWh, int[] storedWh, int[] limitW, List<Fate> fates) {}

    /** @param mayGoOn is asked before each step */
    public Replay(Past past, BooleanSupplier mayGoOn) {
        this.past = past;
        this.mayGoOn = mayGoOn;
    }

    /**
     * Computes it.
     *
     * @throws CancellationException when it may not go on
     * @throws org.chargeproof.planner.InvalidInputException when it is more than can be planned
     */
    public Outcome run(Setting setting) {
        var visits = new HashMap<Visit, Integer>();
        var site = site(visits, setting.isControlled());
        var followed = new Followed(visits);
        Rule rule = RuleChoice.parse(setting.isControlled() ? "exact" : "uncontrolled")
                .makes()
                .get();
        var limited = new MeasuredSurroundings(past, setting.limitW());
        var simulation = new GroupSimulation(
                site, limited, setting.policy(), rule, HABITS, null, followed, equipment(setting, site));
        simulation.run(0, past.steps() - 1);
        return followed.outcome(limited);
    }

    private @Nullable Equipment equipment(Setting setting, Site site) {
        if (setting.batteryWh() == 0 || !setting.isControlled()) {
            return null;
        }
        int powerW = quarterHourW(setting.batteryW() / past.stepsPerHour());
        var phases = new Phase[site.ratedW().length];
        Arrays.fill(phases, Phase.ALL);
        // schedules without losses take milliseconds, others a tenth of a second; what is lost is counted all the same
        return new Equipment(
                new EquippedGroup(battery(setting, powerW, EFFICIENCY_PERCENT), EquippedGroup.NO_PHASES, phases),
                battery(setting, powerW, LOSSLESS_PERCENT),
                Equipment.Mode.PUBLISHED,
                site);
    }

    private static BatterySite battery(Setting setting, int powerW, int efficiencyPercent) {
        return new BatterySite(
                BatterySite.NOT_REGISTERED, setting.batteryWh(), powerW, powerW, efficiencyPercent, 0, 0);
    }

    private Site site(Map<Visit, Integer> places, boolean isControlled) {
        int perHour = past.stepsPerHour();
        int[] ratedW =
                Arrays.stream(past.ratedW()).map(w -> quarterHourW(w / perHour)).toArray();
        int[] minW = Arrays.stream(past.minW())
                .map(w -> quarterHourW(Math.ceilDiv(w, perHour)))
                .toArray();
        var visits = new ArrayList<Visit>();
        for (int i = 0; i < past.stays().size(); i++) {
            var visit = visit(past.stays().get(i), isControlled);
            // two requests of one stay can be alike but for their places
            if (places.putIfAbsent(visit.inWholeSteps(ratedW[visit.point()]), i) == null) {
                visits.add(visit);
            }
        }
        visits.sort(Comparator.comparingInt(Visit::askStep));
        return new Site("past", START, ratedW, minW, visits);
    }

    private static Visit visit(Stay s, boolean isControlled) {
        return new Visit(
                s.point(),
                seconds(s.arrivalStep()),
                seconds(s.departureStep()),
                seconds(s.leftStep()),
                s.wantedWh(),
                s.takesWh(),
                quarterHourW(s.mostWhPerStep()),
                false,
                // without control nobody plans ahead
                new Visit.Asking(
                        isControlled ? s.askStep() : Math.max(s.askStep(), s.arrivalStep()), s.leastWh(), s.joins()));
    }

    private static long seconds(int step) {
        return (long) step * Site.STEP_SECONDS;
    }

    /** The power that gives so much in a step of the simulation. */
    private static int quarterHourW(int stepWh) {
        return stepWh * Site.STEPS_PER_HOUR;
    }

    /** Reads the meters. */
    private final class Followed implements GroupSimulation.Readings {
        private final Map<Visit, Integer> places;
        private final int[] carsWh = new int[past.steps()];
        private final int[] batteryWh = new int[past.steps()];
        private final int[] storedWh = new int[past.steps()];
        private final Fate[] fates;

        Followed(Map<Visit, Integer> places) {
            this.places = places;
            this.fates = past.stays().stream()
                    .map(stay -> new Fate(stay, false, false, 0, 0))
                    .toArray(Fate[]::new);
        }

        @Override
        public void decided(Visit visit, boolean accepted, int promisedWh) {
            int i = place(visit);
            fates[i] = new Fate(fates[i].stay(), true, accepted, promisedWh, 0);
        }

        @Override
        public void took(int step, Visit visit, int takenWh) {
            int i = place(visit);
            Fate f = fates[i];
            fates[i] = new Fate(f.stay(), f.asked(), f.accepted(), f.promisedWh(), f.takenWh() + takenWh);
            carsWh[step] += takenWh;
        }

        @Override
        public void passed(int step, int flowWh, int storesWh, long gridWh) {
            batteryWh[step] = flowWh;
            storedWh[step] = storesWh;
            if (!mayGoOn.getAsBoolean()) {
                throw new CancellationException("a replay was to stop in step " + step);
            }
        }

        private int place(Visit visit) {
            Integer place = places.get(visit);
            if (place == null) {
                throw new IllegalStateException("nobody is " + visit);
            }
            return place;
        }

        Outcome outcome(MeasuredSurroundings limited) {
            int[] limitW = new int[past.steps()];
            Arrays.setAll(limitW, limited::limitAsStatedW);
            return new Outcome(carsWh, batteryWh, storedWh, limitW, List.of(fates));
        }
    }

    /** As they were measured, and said before. */
    private record MeasuredSurroundings(Past past, @Nullable Integer otherLimitW) implements Surroundings {
        /** In W of the past's hours. */
        int limitAsStatedW(int step) {
            return otherLimitW != null ? otherLimitW : past.limitW()[Math.clamp(step, 0, past.steps() - 1)];
        }

        @Override
        public int limitW(int step) {
            return quarterHourW(limitAsStatedW(step) / past.stepsPerHour());
        }

        @Override
        public int capacityW() {
            return limitW(0);
        }

        @Override
        public int maxLoadW() {
            return quarterHourW(Math.ceilDiv(past.maxLoadW(), past.stepsPerHour()));
        }

        @Override
        public boolean areReported() {
            return true;
        }

        @Override
        public int loadWh(int step) {
            return at(past.loadWh(), step);
        }

        @Override
        public int pvWh(int step) {
            return at(past.pvWh(), step);
        }

        @Override
        public int firmPvWh(int step) {
            return at(past.firmPvWh(), step);
        }

        @Override
        public ForecastStep forecast(int step) {
            var said = step >= 0 && step < past.forecasts().size()
                    ? past.forecasts().get(step)
                    : null;
            // as inputs are made without a forecast
            int maxWh = Math.ceilDiv(past.maxLoadW(), past.stepsPerHour());
            return said == null ? new ForecastStep(maxWh, maxWh, 0, 0) : said;
        }

        private static int at(int[] valuesWh, int step) {
            return step >= 0 && step < valuesWh.length ? valuesWh[step] : 0;
        }
    }
}

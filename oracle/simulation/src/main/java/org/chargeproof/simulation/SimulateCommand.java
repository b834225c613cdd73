package org.chargeproof.simulation;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.console.input.OptionChecks;
import org.chargeproof.console.output.Progress;
import org.chargeproof.console.settings.ConfiguredCommandLine;
import org.chargeproof.simulation.Simulation.Case;
import org.chargeproof.simulation.rule.RuleChoice;
import org.chargeproof.simulation.scenario.SessionFile;
import org.chargeproof.simulation.scenario.TypicalYear;
import org.chargeproof.site.battery.Battery;
import org.chargeproof.site.file.BatterySite;
import org.chargeproof.site.file.PhaseSite;
import org.chargeproof.site.file.SiteFile;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code chargeproof simulate}. */
@Command(
        name = "simulate",
        header = "Simulates charging requests with and without smart charging, side by side.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        sortOptions = false,
        description = {
            "Runs days, months or years of charging without a chain, with the same planner, admission and state as the oracles, under one"
                    + " rule after the other, and shows them in one table.",
            "Rules: exact (the planner, with the default policy), exact:POLICY (flat, earliest, peak=PERCENT of the least possible peak,"
                    + " green=PERCENT of the limit), uncontrolled, fcfs (first come, full power for the stay), equal, edf (earliest deadline"
                    + " first), llf (least laxity first), proportional (curtailed in proportion to flexibility)."
        })
public final class SimulateCommand implements Callable<Integer> {
    private static final int FORMAT = 1;
    private static final Pattern BATTERY =
            Pattern.compile("([0-9]{1,5}(?:\\.[0-9]{1,3})?),([0-9]{1,5}(?:\\.[0-9]{1,3})?)(?:,([0-9]{1,3}))?");
    private static final int MOST_PHASE_A = 10_000;
    private static final Pattern EARLY = Pattern.compile("([0-9]{1,3}):([0-9]{1,3})");

    /** When cars begin to charge. */
    enum Start {
        PLANNED,
        AT_ONCE;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** Whose word counts. */
    enum Inputs {
        STATED,
        ACTUAL
    }

    @Option(
            names = "--sessions",
            paramLabel = "FILE",
            description = "Real sessions (CSV); docs/how-to/simulate.md says how to read open data sets.")
    private @Nullable Path sessions;

    @Option(
            names = "--least-points",
            defaultValue = "4",
            paramLabel = "N",
            description =
                    "With --sessions: leaves out groups with fewer charge points, which can hardly serve anybody under"
                            + " a small limit, whatever the rule.")
    private int minPoints;

    @Option(
            names = "--generate",
            paramLabel = "home|workplace|public|rapid",
            description = "Sessions made up instead; the kind of site decides when cars come, stay and want.")
    private GeneratedSites.@Nullable Kind kind;

    @Option(names = "--groups", defaultValue = "8", paramLabel = "N", description = "With --generate: groups.")
    private int groups;

    @Option(
            names = "--points",
            defaultValue = "12",
            paramLabel = "N",
            description = "With --generate: charge points in each of them.")
    private int points;

    @Option(names = "--days", defaultValue = "30", paramLabel = "N", description = "With --generate: days.")
    private int days;

    @Option(
            names = "--rule",
            split = ",",
            defaultValue = "uncontrolled,proportional,exact",
            paramLabel = "RULE",
            description = "Rules, in the order of the table.")
    private List<String> ruleNames = List.of();

    @Option(
            names = "--limit",
            split = ",",
            defaultValue = "15",
            paramLabel = "PERCENT",
            description = "What each group may take, in percent of the rated power of its charge points, 1 to 100.")
    private List<Integer> limits = List.of();

    @Option(
            names = "--pv",
            defaultValue = "0",
            paramLabel = "KWP-PER-LIMIT",
            description =
                    "Peak power of each group's PV, in kW per kW of its limit, 0 to 10. Plans see the PV of the day before.")
    private double pv;

    @Option(
            names = "--pv-file",
            paramLabel = "FILE",
            description =
                    "A typical year of PV, kW per kWp (CSV, 8,760 or 35,040 rows). Default: clear sky at 50 degrees.")
    private @Nullable Path pvFile;

    @Option(
            names = "--load-file",
            paramLabel = "FILE",
            description = "A typical year of other equipment behind each cabinet, kW (CSV as above); its highest value"
                    + " comes on top of the limit.")
    private @Nullable Path loadFile;

    @Option(
            names = "--inputs",
            defaultValue = "actual",
            paramLabel = "stated|actual",
            description =
                    "What planners are told: the driver's requested_kwh and requested_departure, or what really happened.")
    private Inputs inputs = Inputs.ACTUAL;

    @Option(
            names = "--take-less",
            description = "Drivers take what there is until their departure, where not all of it can be had.")
    private boolean takesLess;

    @Option(
            names = "--least-current",
            description = "Charge points deliver nothing or at least 6 A, by rating on one or three phases.")
    private boolean minCurrent;

    @Option(
            names = "--start",
            defaultValue = "planned",
            paramLabel = "planned|at-once",
            description = "When cars begin: with the first plan that knows them, or with their request, by what the running"
                    + " timestep's plan leaves unused; also in the last part of their stay.")
    private Start start = Start.PLANNED;

    @Option(
            names = "--cars",
            defaultValue = "rated",
            paramLabel = "rated|slow|tapering",
            description =
                    "What cars draw: what the charge point gives; 3.3, 3.68 or 7.36 kW by the session's mean power; or less"
                            + " and less over the last fifth of their energy. Planners are not told.")
    private Behavior.Cars cars = Behavior.Cars.RATED;

    @Option(
            names = "--leave-early",
            defaultValue = "0:0",
            paramLabel = "SHARE:PART",
            description =
                    "So many percent of the drivers leave before they said, by up to so many percent of their stay.")
    private String leaveEarly = "";

    @Option(
            names = "--ask-more",
            defaultValue = "1",
            paramLabel = "FACTOR",
            description = "Drivers ask for so many times what they take, 1 to 10.")
    private double askMore;

    @Option(
            names = "--battery",
            paramLabel = "KWH,KW[,PERCENT]",
            description =
                    "Each group has a battery of so much energy and power, of which so many percent come out again"
                            + " (default 100, planned exactly; less takes longer). It is half full at first and at the end of each"
                            + " schedule. The exact rules are shown without and with it.")
    private @Nullable String battery;

    @Option(
            names = "--phases",
            paramLabel = "A",
            description =
                    "The charge points of each group may take so much on each phase, at 230 V. Those rated for up to 7.4 kW load"
                            + " L1, L2 and L3 in turn, the others all three. The exact rules are shown without and with it.")
    private @Nullable Integer phaseA;

    @Option(
            names = "--site",
            paramLabel = "FILE",
            description =
                    "Instead of both: a site file, whose groups and charge points count from 0 in the order of the simulation"
                            + " (docs/reference/site-file.md).")
    private @Nullable Path site;

    @Option(names = "--seed", defaultValue = "1", paramLabel = "N", description = "For all that is random.")
    private long seed;

    @Option(
            names = "--check",
            description = "Holds every answer of the exact rule against a maximum flow of another library. Slow.")
    private boolean check;

    @Option(names = "--report", paramLabel = "FILE", description = "Writes all figures as JSON.")
    private @Nullable Path report;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        long begun = System.nanoTime();
        var rules = ruleNames.stream().map(RuleChoice::parse).toList();
        limits.forEach(limit -> OptionChecks.requireRange("--limit", limit, 1, 100));
        OptionChecks.requireRange("--pv", pv, 0, 10);
        OptionChecks.requireRange("--ask-more", askMore, 1, 10);
        OptionChecks.requireWritable(report);
        Behavior behavior = behavior();
        List<Site> sites = sites();
        List<EquippedGroup> equipped = equipped(sites);
        if (start == Start.AT_ONCE && equipped.stream().anyMatch(EquippedGroup::hasAny)) {
            throw new BadInputException(
                    "--start at-once does not go with batteries and phases: their plans know nothing of it. Leave one out.");
        }
        var simulation = new Simulation(
                sites.stream().map(behavior::of).toList(),
                pv,
                pvFile == null ? TypicalYear.clearSky() : TypicalYear.read(pvFile),
                loadFile == null ? null : TypicalYear.read(loadFile),
                new Habits(takesLess, minCurrent, start == Start.AT_ONCE),
                check,
                equipped);
        int sessionCount = sites.stream().mapToInt(s -> s.visits().size()).sum();
        int pointCount = sites.stream().mapToInt(s -> s.ratedW().length).sum();
        PrintWriter out = spec.commandLine().getOut();
        out.printf(
                Locale.ROOT,
                "%s: %,d sessions, %d groups, %d charge points%n",
                source(),
                sessionCount,
                sites.size(),
                pointCount);
        out.flush();

        var cases = cases(rules, equipped);
        Map<Case, Tally> tallies;
        try (var progress = new Progress("sessions", (long) sessionCount * cases.size())) {
            tallies = simulation.run(cases, Runtime.getRuntime().availableProcessors(), progress::add);
        }
        double seconds = (System.nanoTime() - begun) / 1e9;
        var runs = runs(tallies, rules, equipped);
        SimulationTable.print(runs, out);
        double perSecond = (double) sessionCount * cases.size() / seconds;
        out.printf(
                Locale.ROOT,
                "%n%,d simulated sessions in %.1f s: %,.0f a second%n",
                (long) sessionCount * cases.size(),
                seconds,
                perSecond);
        out.flush();
        if (report != null) {
            var whole = new SimulationReport(
                    FORMAT,
                    source(),
                    sites.size(),
                    pointCount,
                    sessionCount,
                    inputs.name().toLowerCase(Locale.ROOT),
                    behavior,
                    pv,
                    takesLess,
                    minCurrent,
                    start.toString(),
                    runs,
                    seconds,
                    perSecond);
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(report.toFile(), whole);
        }
        return 0;
    }

    /** All rules under all limits, and the flat plan, which the sum of squares is measured by. */
    private List<Case> cases(List<RuleChoice> rules, List<EquippedGroup> equipped) {
        boolean hasFlat = rules.stream().anyMatch(r -> r.name().equals(RuleChoice.FLAT.name()));
        var all = hasFlat
                ? rules
                : Stream.concat(rules.stream(), Stream.of(RuleChoice.FLAT)).toList();
        return limits.stream()
                .flatMap(limit -> all.stream()
                        .flatMap(rule -> modes(rule, rules.contains(rule) ? equipped : List.of()).stream()
                                .map(mode -> new Case(limit, rule, mode))))
                .toList();
    }

    /** How a rule is run: the exact ones also beside batteries and phases. */
    private static List<Equipment.Mode> modes(RuleChoice rule, List<EquippedGroup> equipped) {
        var modes = new ArrayList<>(List.of(Equipment.Mode.WATCHED));
        if (rule.isExact() && equipped.stream().anyMatch(EquippedGroup::hasAny)) {
            modes.add(Equipment.Mode.PUBLISHED);
            if (hasPhases(equipped) && !hasBatteries(equipped)) {
                modes.add(Equipment.Mode.PLANNED);
            }
        }
        return modes;
    }

    private static boolean hasBatteries(List<EquippedGroup> equipped) {
        return equipped.stream().anyMatch(group -> group.battery() != null);
    }

    private static boolean hasPhases(List<EquippedGroup> equipped) {
        return equipped.stream().anyMatch(group -> group.phaseLimitWh() != EquippedGroup.NO_PHASES);
    }

    /** Of a rule, and of what it goes along with. */
    private static String name(Case c, List<EquippedGroup> equipped) {
        String beside = (hasBatteries(equipped) ? "+battery" : "") + (hasPhases(equipped) ? "+phases" : "");
        return switch (c.mode()) {
            case WATCHED -> c.rule().name();
            case PUBLISHED -> c.rule().name() + beside;
            case PLANNED -> c.rule().name() + beside + ",known";
        };
    }

    private List<SimulationReport.Run> runs(
            Map<Case, Tally> tallies, List<RuleChoice> rules, List<EquippedGroup> equipped) {
        var runs = new ArrayList<SimulationReport.Run>();
        boolean hasSite = equipped.stream().anyMatch(EquippedGroup::hasAny);
        for (int limit : limits) {
            Tally flat = null;
            for (var entry : tallies.entrySet()) {
                if (entry.getKey().limitPercent() == limit
                        && entry.getKey().mode() == Equipment.Mode.WATCHED
                        && entry.getKey().rule().name().equals(RuleChoice.FLAT.name())) {
                    flat = entry.getValue();
                }
            }
            for (RuleChoice rule : rules) {
                for (var mode : modes(rule, equipped)) {
                    var asked = new Case(limit, rule, mode);
                    Tally tally = tallies.get(asked);
                    if (tally != null) {
                        runs.add(SimulationReport.Run.of(
                                limit,
                                name(asked, equipped),
                                tally,
                                flat,
                                hasSite
                                        ? SimulationReport.SiteFigures.of(
                                                tally,
                                                hasBatteries(equipped) && mode == Equipment.Mode.PUBLISHED,
                                                hasPhases(equipped))
                                        : null));
                    }
                }
            }
        }
        return runs;
    }

    /** Batteries and phases of the groups; empty when none are asked for. */
    private List<EquippedGroup> equipped(List<Site> sites) {
        if (site != null) {
            if (battery != null || phaseA != null) {
                throw new BadInputException(
                        "--site says all of batteries and phases. Leave --battery and --phases out.");
            }
            var stated = SiteFile.read(site);
            for (int group : stated.groups().keySet()) {
                if (group >= sites.size()) {
                    throw new BadInputException("--site: there is no group " + group + "; there are " + sites.size()
                            + ", numbered from 0. Change the file, or simulate more groups.");
                }
            }
            var equipped = new ArrayList<EquippedGroup>();
            for (int g = 0; g < sites.size(); g++) {
                equipped.add(EquippedGroup.of(sites.get(g), stated.group(g)));
            }
            return equipped;
        }
        if (battery == null && phaseA == null) {
            return List.of();
        }
        if (phaseA != null) {
            OptionChecks.requireRange("--phases", phaseA, 1, MOST_PHASE_A);
        }
        int limitW = phaseA == null ? EquippedGroup.NO_PHASES : phaseA * PhaseSite.VOLTS;
        var stated = battery == null ? null : battery(battery);
        return sites.stream()
                .map(each -> EquippedGroup.alike(each, stated, limitW))
                .toList();
    }

    private static BatterySite battery(String text) {
        var matcher = BATTERY.matcher(text);
        if (!matcher.matches()) {
            throw new BadInputException(
                    "--battery is '" + text
                            + "'; it must be energy in kWh and power in kW, such as 50,20, or 50,20,90 with the percentage that comes out again.");
        }
        int capacityWh = (int) Math.round(Double.parseDouble(matcher.group(1)) * 1_000);
        int powerW = (int) Math.round(Double.parseDouble(matcher.group(2)) * 1_000);
        int percent = matcher.group(3) == null ? 100 : Integer.parseInt(matcher.group(3));
        OptionChecks.requireRange("--battery, energy in Wh", capacityWh, 1, Battery.MOST_WH);
        OptionChecks.requireRange("--battery, power in W", powerW, 1, Battery.MOST_WH);
        OptionChecks.requireRange("--battery, percentage", percent, 1, 100);
        // with nothing in it, and nothing kept for what nobody knows yet, it would help nobody
        int halfWh = capacityWh / 2;
        return new BatterySite(BatterySite.NOT_REGISTERED, capacityWh, powerW, powerW, percent, halfWh, halfWh);
    }

    private List<Site> sites() {
        if (sessions == null && kind == null) {
            throw new BadInputException(
                    "no sessions are given. Use --sessions FILE, or --generate home (or workplace, public, rapid).");
        }
        if (sessions != null && kind != null) {
            throw new BadInputException("--sessions and --generate exclude each other. Leave one out.");
        }
        if (sessions != null) {
            for (String option : List.of("--groups", "--points", "--days")) {
                if (isGiven(option)) {
                    throw new BadInputException(option + " goes with --generate, not with --sessions. Leave it out.");
                }
            }
            OptionChecks.requireRange("--least-points", minPoints, 1, 1_000);
            return Sites.of(SessionFile.read(sessions), minPoints, inputs == Inputs.STATED);
        }
        OptionChecks.requireRange("--groups", groups, 1, 10_000);
        OptionChecks.requireRange("--points", points, 1, 1_000);
        OptionChecks.requireRange("--days", days, 1, 3_660);
        return GeneratedSites.generate(Objects.requireNonNull(kind), groups, points, days, seed);
    }

    private Behavior behavior() {
        var matcher = EARLY.matcher(leaveEarly);
        if (!matcher.matches()) {
            throw new BadInputException("--leave-early is '" + leaveEarly
                    + "'; it must be two percentages such as 50:50, drivers and part of their stay.");
        }
        int share = Integer.parseInt(matcher.group(1));
        int part = Integer.parseInt(matcher.group(2));
        OptionChecks.requireRange("--leave-early, first number", share, 0, 100);
        OptionChecks.requireRange("--leave-early, second number", part, 0, 100);
        return new Behavior(cars, share, part, askMore, seed);
    }

    private String source() {
        return sessions != null
                ? String.valueOf(sessions.getFileName())
                : "generated, " + String.valueOf(kind).toLowerCase(Locale.ROOT) + ", seed " + seed;
    }

    private boolean isGiven(String option) {
        return ConfiguredCommandLine.given(spec).containsKey(option);
    }
}

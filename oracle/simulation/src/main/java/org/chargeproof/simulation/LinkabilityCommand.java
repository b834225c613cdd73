package org.chargeproof.simulation;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.console.input.OptionChecks;
import org.chargeproof.console.output.TextTable;
import org.chargeproof.simulation.scenario.SessionFile;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code chargeproof linkability}. */
@Command(
        name = "linkability",
        header = "Plays a curious member that links the sessions of a driver, and tells how often it is right.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Drivers with habits charge by the planner, and a member looks at all that the chain shows. It is given a session and ten others"
                    + " of the same provider, one of them of the same driver, and guesses. See"
                    + " docs/concepts/who-can-see-what.md.",
            "The same seed gives the same figures."
        })
public final class LinkabilityCommand implements Callable<Integer> {
    private static final double GOAL = 1.5;

    @Option(
            names = "--sessions",
            paramLabel = "FILE",
            description = "Real sessions (CSV) with their users, as 'simulate' reads them.")
    private @Nullable Path sessions;

    @Option(
            names = "--generate",
            paramLabel = "home|workplace|public",
            description = "Drivers made up instead (default: workplace).")
    private GeneratedSites.@Nullable Kind kind;

    @Option(
            names = "--sites",
            defaultValue = "4",
            paramLabel = "N",
            showDefaultValue = CommandLine.Help.Visibility.ALWAYS,
            description = "With --generate: sites, of 20 charge points and 30 drivers each.")
    private int sites;

    @Option(
            names = "--days",
            defaultValue = "40",
            paramLabel = "N",
            showDefaultValue = CommandLine.Help.Visibility.ALWAYS,
            description = "With --generate: days.")
    private int days;

    @Option(
            names = "--providers",
            defaultValue = "2",
            paramLabel = "N",
            showDefaultValue = CommandLine.Help.Visibility.ALWAYS,
            description = "Providers that drivers are with.")
    private int providers;

    @Option(
            names = "--limit",
            defaultValue = "25",
            paramLabel = "PERCENT",
            showDefaultValue = CommandLine.Help.Visibility.ALWAYS,
            description = "What each site may take, in percent of the rated power of its charge points.")
    private int limitPercent;

    @Option(
            names = "--seed",
            defaultValue = "1",
            paramLabel = "N",
            showDefaultValue = CommandLine.Help.Visibility.ALWAYS,
            description = "For all that is random.")
    private long seed;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        if (sessions != null && kind != null) {
            throw new BadInputException("--sessions and --generate exclude each other. Leave one out.");
        }
        OptionChecks.requireRange("--sites", sites, 1, 100);
        OptionChecks.requireRange("--days", days, 4, 1_000);
        OptionChecks.requireRange("--providers", providers, 1, 100);
        OptionChecks.requireRange("--limit", limitPercent, 1, 100);
        var chosen = kind == null ? GeneratedSites.Kind.WORKPLACE : kind;
        var driven = sessions != null
                ? DrivenSites.of(SessionFile.read(sessions))
                : GeneratedDrivers.generate(chosen, sites, 20, 30, days, seed);
        var seen = SeenSession.of(driven, limitPercent, providers, seed);
        if (seen.size() < 2 * Linkability.CANDIDATES) {
            throw new BadInputException("there are " + seen.size()
                    + " sessions; too few to guess among ten. Give more sessions, or more --days.");
        }
        var out = spec.commandLine().getOut();
        out.printf(
                Locale.ROOT,
                "%s, seed %d: %,d sessions of %d drivers with %d providers at %d sites%n",
                sessions != null
                        ? String.valueOf(sessions.getFileName())
                        : "generated, " + chosen.name().toLowerCase(Locale.ROOT),
                seed,
                seen.size(),
                driven.driverCount(),
                providers,
                driven.sites().size());
        out.println("right guesses among " + Linkability.CANDIDATES
                + " possible sessions, in percent (times chance); goal at most " + GOAL + " times");
        var linkability = new Linkability(seen, driven.driverCount(), seed);
        for (var scope : Linkability.Scope.values()) {
            var result = linkability.measure(scope);
            out.println();
            out.println("candidates " + scope.words() + ": " + String.format(Locale.ROOT, "%,d", result.questions())
                    + " questions");
            if (result.questions() == 0) {
                out.println("  too few sessions to ask any");
                continue;
            }
            print(result).print(out);
        }
        out.flush();
        return 0;
    }

    private static TextTable print(Linkability.Result result) {
        var head = new ArrayList<String>(List.of("attacker"));
        for (var regime : AccountRegime.values()) {
            head.add(regime.words());
        }
        head.add("goal in the last");
        var table = new TextTable(head.toArray(String[]::new));
        result.rightShare().forEach((attacker, byRegime) -> {
            var row = new ArrayList<String>(List.of(attacker.words()));
            byRegime.values()
                    .forEach(share -> row.add(
                            String.format(Locale.ROOT, "%.1f (%.2f)", 100 * share, share * Linkability.CANDIDATES)));
            double last = byRegime.getOrDefault(AccountRegime.BATCHED, 0.0) * Linkability.CANDIDATES;
            row.add(last <= GOAL ? "met" : "NOT MET");
            table.row(row.toArray(String[]::new));
        });
        return table;
    }
}

package org.chargeproof.simulation;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.console.input.OptionChecks;
import org.chargeproof.console.output.TextTable;
import org.chargeproof.simulation.Gaming.Result;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code chargeproof gaming}. */
@Command(
        name = "gaming",
        header = "Seeks ways to get more flexibility tokens than by being honest.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Draws deviations on many days of a made-up group, charges each day again by the planner, has it billed by the program"
                    + " of bills, and holds the tokens against those of the same day without the deviation. Beside it, a posted"
                    + " price. See docs/concepts/gaming.md.",
            "The same seed gives the same figures. Exit code 0, whatever is found."
        })
public final class GamingCommand implements Callable<Integer> {
    private static final double MOST_MEAN_PERCENT = 0;
    private static final double MOST_99TH_PERCENT = 1;
    private static final double PERCENTILE = 99;

    @Option(
            names = "--generate",
            defaultValue = "workplace",
            paramLabel = "home|workplace|public",
            showDefaultValue = CommandLine.Help.Visibility.ALWAYS,
            description = "The kind of site.")
    private GeneratedSites.Kind kind = GeneratedSites.Kind.WORKPLACE;

    @Option(
            names = "--points",
            defaultValue = "16",
            paramLabel = "N",
            showDefaultValue = CommandLine.Help.Visibility.ALWAYS,
            description = "Charge points of the group.")
    private int points;

    @Option(
            names = "--days",
            defaultValue = "60",
            paramLabel = "N",
            showDefaultValue = CommandLine.Help.Visibility.ALWAYS,
            description = "Days to draw from.")
    private int days;

    @Option(
            names = "--deviations",
            defaultValue = "200",
            paramLabel = "N",
            showDefaultValue = CommandLine.Help.Visibility.ALWAYS,
            description = "Of each kind.")
    private int deviations;

    @Option(
            names = "--limit",
            defaultValue = "40",
            paramLabel = "PERCENT",
            showDefaultValue = CommandLine.Help.Visibility.ALWAYS,
            description = "What the group may take, in percent of the rated power of its charge points.")
    private int limitPercent;

    @Option(
            names = "--rule",
            defaultValue = "exact:flat",
            paramLabel = "RULE",
            showDefaultValue = CommandLine.Help.Visibility.ALWAYS,
            description = "By what is charged: the planner with a policy, as 'simulate' names it.")
    private String rule = "";

    @Option(
            names = "--bound-by-all",
            description =
                    "Holds the tokens of a day to what all saved together, as a change of the program of bills would.")
    private boolean boundByAll;

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
        OptionChecks.requireRange("--points", points, 2, 200);
        OptionChecks.requireRange("--days", days, 2, 1_000);
        OptionChecks.requireRange("--deviations", deviations, 1, 100_000);
        OptionChecks.requireRange("--limit", limitPercent, 1, 100);
        var out = spec.commandLine().getOut();
        var gaming = new Gaming(kind, points, days, limitPercent, rule, boundByAll, seed);
        if (gaming.days() == 0) {
            throw new BadInputException(
                    "no car came on any of " + days + " days. Give more --days, or another --seed.");
        }
        out.printf(
                Locale.ROOT,
                "generated, %s, seed %d: %d sessions on %d days at %d charge points under %d %% of their power; %.2f tokens a session%n",
                kind.name().toLowerCase(Locale.ROOT),
                seed,
                gaming.sessions(),
                gaming.days(),
                points,
                limitPercent,
                gaming.meanTokens());
        out.println("gain in percent of the honest tokens; goals: on average at most 0, 99 of 100 at most 1");
        out.println("served: those among them who got as much energy as without");
        out.println();
        var results = gaming.search(deviations);
        var table = new TextTable(
                "deviation",
                "drawn",
                "mean",
                "99th",
                "highest",
                "goals",
                "misses Wh",
                "served",
                "mean",
                "99th",
                "posted: mean",
                "99th",
                "goals");
        results.forEach((deviation, result) -> table.row(
                deviation.words(),
                String.valueOf(result.gains().length),
                text(Result.mean(result.gains())),
                text(Result.percentile(result.gains(), PERCENTILE)),
                text(Result.percentile(result.gains(), 100)),
                goals(result.gains()),
                String.format(Locale.ROOT, "%.0f", result.missedWh()),
                String.valueOf(result.servedGains().length),
                text(Result.mean(result.servedGains())),
                text(Result.percentile(result.servedGains(), PERCENTILE)),
                text(Result.mean(result.postedGains())),
                text(Result.percentile(result.postedGains(), PERCENTILE)),
                goals(result.postedGains())));
        table.print(out);
        out.println();
        print("tokens", gaming.budget(), out);
        out.printf(
                Locale.ROOT,
                "budget, tokens: above what the waiting of those saved who are paid (the program's own bound) on %,d of %,d days%n",
                gaming.budget().aboveSavedByPaid,
                gaming.budget().days);
        print("posted price", gaming.postedBudget(), out);
        out.flush();
        return 0;
    }

    private static void print(String what, Gaming.Budget budget, PrintWriter out) {
        out.printf(
                Locale.ROOT,
                "budget, %s: %.1f %% of what waiting saved; above it on %,d of %,d days as they were, and %,d of %,d with a deviation%n",
                what,
                100 * budget.paid / Math.max(1, budget.saved),
                budget.aboveAsIs,
                budget.daysAsIs,
                budget.above - budget.aboveAsIs,
                budget.days - budget.daysAsIs);
    }

    private static String goals(double[] gains) {
        boolean mean = Result.mean(gains) <= MOST_MEAN_PERCENT;
        boolean most = Result.percentile(gains, PERCENTILE) <= MOST_99TH_PERCENT;
        return mean && most ? "met" : mean ? "99th NOT MET" : most ? "mean NOT MET" : "NOT MET";
    }

    private static String text(double percent) {
        return String.format(Locale.ROOT, "%.2f", percent);
    }
}

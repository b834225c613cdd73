package org.chargeproof.cli.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.console.input.Invocation;
import org.chargeproof.console.input.OptionChecks;
import org.chargeproof.console.process.AtExit;
import org.chargeproof.console.process.Folders;
import org.chargeproof.console.settings.ConfiguredCommandLine;
import org.chargeproof.operator.network.files.Consensus;
import org.chargeproof.protocol.time.NetworkParameters;
import org.chargeproof.simulation.scenario.SessionFile;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code chargeproof demo}: a day of charging on a whole network. */
@Command(
        name = "demo",
        header = "Runs a day of charging on a whole network.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        sortOptions = false,
        description = "Runs a day of charging on a whole network: deploys the contracts, registers operators, "
                + "groups and charge points, stores the planner on chain, starts one oracle per operator, "
                + "lets drivers ask and cars charge, and audits everything at the end. Exit code 0 only "
                + "if every promise was kept, no limit was exceeded, and every plan was proven.")
public final class DemoCommand implements Callable<Integer> {
    private static final int MOST_OPERATORS = 31;
    private static final int MOST_POINTS_PER_GROUP = 1_000;
    private static final LocalDate GENERATED_DAY = LocalDate.of(2026, 6, 1);
    private static final int STEPS_PER_HOUR = 4;
    /** IBFT 2.0 stands the loss of one of four. */
    private static final int LEAST_VALIDATORS = 4;
    /** More nodes than this do not keep up on a small machine. */
    private static final int MOST_VALIDATORS = 7;

    private static final int QUORUM_NUMERATOR = 2;
    private static final int QUORUM_DENOMINATOR = 3;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--sessions", paramLabel = "FILE", description = "Real sessions (CSV) instead of generated ones.")
    private @Nullable Path sessions;

    @Option(
            names = "--day",
            paramLabel = "YYYY-MM-DD",
            description = "With --sessions: the first day (default: the one on which most sessions begin).")
    private @Nullable LocalDate day;

    @Option(
            names = "--limit",
            defaultValue = "25",
            paramLabel = "PERCENT",
            description = "With --sessions: group limit in percent of the rated power.")
    private int limitPercent;

    @Option(
            names = "--hours",
            defaultValue = "24",
            paramLabel = "N",
            description =
                    "How long to run. Less than a day begins at 8:00, or with the first session of the file's day.")
    private int hours;

    @Option(
            names = "--operators",
            defaultValue = "4",
            paramLabel = "N",
            description = "Operators, each with an oracle.")
    private int operators;

    @Option(names = "--groups", defaultValue = "8", paramLabel = "N", description = "Generated groups.")
    private int groups;

    @Option(names = "--points", defaultValue = "12", paramLabel = "N", description = "Charge points in each of them.")
    private int points;

    @Option(
            names = "--seed",
            defaultValue = "1",
            paramLabel = "N",
            description = "Another seed, another generated day.")
    private long seed;

    @Option(
            names = "--byzantine",
            defaultValue = "0",
            paramLabel = "K",
            description = "Oracles that post and attest wrong setpoints.")
    private int byzantine;

    @Option(
            names = "--silent",
            defaultValue = "0",
            paramLabel = "K",
            description = "Oracles that are stopped half-way; with --ledger besu, their validators are killed too.")
    private int silent;

    @Option(
            names = "--abuse",
            description = "The last operator attacks all others in every timestep, together with a stranger, by every"
                    + " call that the contracts offer; with --ledger besu, nodes are flooded, too.")
    private boolean abuse;

    @Option(
            names = "--ledger",
            defaultValue = "embedded",
            paramLabel = "embedded|besu|URL",
            description = "Where to run: an embedded ledger, a Besu network with the plugin that is started for it, or"
                    + " the JSON-RPC of a gas-free network.")
    private String ledger = "";

    @Option(
            names = "--consensus",
            defaultValue = "ibft2",
            paramLabel = "ibft2|qbft",
            description = "With --ledger besu: how the validators agree.")
    private Consensus consensus = Consensus.IBFT2;

    @Option(
            names = "--timestep-seconds",
            defaultValue = "30",
            paramLabel = "N",
            description = "With --ledger besu or URL, where time cannot be moved: length of a timestep.")
    private int timestepSeconds;

    @Option(names = "--report", paramLabel = "FILE", description = "Writes the report as JSON.")
    private @Nullable Path report;

    @Option(
            names = "--stay",
            description = "Keeps the embedded ledger running at the end, to look at and to audit, until Enter.")
    private boolean stay;

    @Option(
            names = "--keep",
            paramLabel = "DIR",
            description =
                    "Keeps keys, data and logs of the oracles there (default: a temporary folder that is removed).")
    private @Nullable Path keep;

    @Override
    public Integer call() throws IOException {
        long start = System.nanoTime();
        OptionChecks.requireRange("--hours", hours, 1, 24 * 366);
        OptionChecks.requireRange("--operators", operators, 1, MOST_OPERATORS);
        OptionChecks.requireRange("--groups", groups, 1, 10_000);
        OptionChecks.requireRange("--points", points, 1, MOST_POINTS_PER_GROUP);
        OptionChecks.requireRange("--limit", limitPercent, 1, 100);
        OptionChecks.requireRange("--byzantine", byzantine, 0, operators);
        OptionChecks.requireRange("--silent", silent, 0, operators - byzantine);
        if (abuse) {
            OptionChecks.requireRange("--operators (of whom one attacks)", operators, 4, MOST_OPERATORS);
            OptionChecks.requireRange("--byzantine (beside --abuse)", byzantine, 0, 0);
            OptionChecks.requireRange("--silent (beside --abuse)", silent, 0, 0);
        }
        OptionChecks.requireRange("--timestep-seconds", timestepSeconds, 10, 900);
        OptionChecks.requireWritable(report);
        if (sessions == null) {
            requireNotGiven("with --sessions FILE", "--day", "--limit");
        } else {
            requireNotGiven("without --sessions", "--groups", "--points", "--seed", "--abuse");
        }
        if (!ledger.equals("besu")) {
            requireNotGiven("with --ledger besu", "--consensus");
        }
        if (ledger.equals("embedded")) {
            requireNotGiven("with --ledger besu or URL", "--timestep-seconds");
        } else {
            requireNotGiven("on the embedded ledger", "--stay");
        }
        LocalDate date = GENERATED_DAY;
        Scenario scenario;
        if (sessions == null) {
            // who attacks has nothing to lose
            scenario = GeneratedDay.generate(seed, hours, abuse ? operators - 1 : operators, groups, points);
        } else {
            var file = SessionFile.read(sessions);
            date = day == null ? file.busiestDay() : day;
            scenario = RealDays.of(file, date, hours, operators, limitPercent);
        }
        requireEmpty(keep);
        Path folder = keep == null ? Files.createTempDirectory("chargeproof-demo") : Files.createDirectories(keep);
        var cleanUp = AtExit.run(() -> {
            if (keep == null) {
                Folders.delete(folder);
            }
        });
        try {
            say(scenario.title());
            return switch (ledger) {
                case "embedded" -> onEmbeddedLedger(scenario, date, folder, start);
                case "besu" -> onBesu(scenario, folder, start);
                default -> onLedger(DemoNodes.one(ledger, true), ledger, scenario, folder, start);
            };
        } finally {
            cleanUp.close();
        }
    }

    private int onEmbeddedLedger(Scenario scenario, LocalDate date, Path folder, long startNanos) throws IOException {
        var parameters = new NetworkParameters(900, 60, 6, STEPS_PER_HOUR, QUORUM_NUMERATOR, QUORUM_DENOMINATOR);
        long startSeconds = date.atStartOfDay().toEpochSecond(ZoneOffset.UTC) + scenario.firstHour() * 3600L;
        // one timestep to set everything up
        try (var embedded = EmbeddedLedger.start(startSeconds - parameters.timestepSeconds())) {
            say("embedded ledger at " + embedded.url());
            var demonstration = demonstration(
                    scenario,
                    new Demonstration.Options(
                            DemoNodes.one(embedded.url(), false),
                            "embedded",
                            parameters,
                            true,
                            startSeconds,
                            operators,
                            byzantine,
                            silent,
                            abuse,
                            folder));
            int exitCode = tell(demonstration.run(startNanos));
            if (stay) {
                say("The ledger stays until you press Enter. In another terminal:\n  " + Invocation.of("audit --rpc ")
                        + embedded.url() + " --contract " + demonstration.consortium());
                System.in.read();
            }
            return exitCode;
        }
    }

    private int onBesu(Scenario scenario, Path folder, long startNanos) throws IOException {
        int validators = Math.clamp(operators, LEAST_VALIDATORS, MOST_VALIDATORS);
        // more, and the network halts: IBFT 2.0
        OptionChecks.requireRange("--silent (validators are killed too)", silent, 0, (validators - 1) / 3);
        try (var besu = BesuLedger.start(folder, consensus, validators, this::say)) {
            return onLedger(besu.nodes(), ledger, scenario, folder, startNanos);
        }
    }

    private int onLedger(DemoNodes nodes, String name, Scenario scenario, Path folder, long startNanos)
            throws IOException {
        var parameters = new NetworkParameters(
                timestepSeconds,
                timestepSeconds / 2,
                Math.max(1, timestepSeconds / 10),
                STEPS_PER_HOUR,
                QUORUM_NUMERATOR,
                QUORUM_DENOMINATOR);
        return tell(demonstration(
                        scenario,
                        new Demonstration.Options(
                                nodes, name, parameters, false, 0, operators, byzantine, silent, abuse, folder))
                .run(startNanos));
    }

    private Demonstration demonstration(Scenario scenario, Demonstration.Options options) {
        return new Demonstration(options, scenario, Demonstration.oracles(byzantine), this::say);
    }

    /**
     * Writes the report and the summary.
     *
     * @return exit code
     */
    private int tell(DemoReport result) throws IOException {
        if (report != null) {
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(report.toFile(), result);
        }
        DemoSummary.print(result, out());
        return result.isGood() ? 0 : 1;
    }

    private void say(String line) {
        out().println(line);
        out().flush();
    }

    private PrintWriter out() {
        return Objects.requireNonNull(spec).commandLine().getOut();
    }

    /** An option that would be ignored is a misunderstanding. */
    private void requireNotGiven(String where, String... options) {
        var given = ConfiguredCommandLine.given(Objects.requireNonNull(spec));
        for (String option : options) {
            if (given.containsKey(option)) {
                throw new BadInputException(option + " has an effect only " + where + ". Leave it out, or see --help.");
            }
        }
    }

    /** Oracles refuse the data of another network. */
    private static void requireEmpty(@Nullable Path folder) throws IOException {
        if (folder != null && Files.isDirectory(folder)) {
            try (var inside = Files.list(folder)) {
                if (inside.findAny().isPresent()) {
                    throw new BadInputException("the folder " + folder + " is not empty. Give --keep a new one.");
                }
            }
        }
    }
}

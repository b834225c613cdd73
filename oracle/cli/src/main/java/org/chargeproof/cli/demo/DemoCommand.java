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
import java.util.concurrent.locks.LockSupport;
import org.chargeproof.cli.demo.ledger.BesuLedger;
import org.chargeproof.cli.demo.ledger.DemoNodes;
import org.chargeproof.cli.demo.ledger.EmbeddedLedger;
import org.chargeproof.cli.demo.scenario.GeneratedDay;
import org.chargeproof.cli.demo.scenario.RealDays;
import org.chargeproof.cli.demo.scenario.Scenario;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.console.input.Invocation;
import org.chargeproof.console.input.OptionChecks;
import org.chargeproof.console.input.ProjectFolder;
import org.chargeproof.console.output.Count;
import org.chargeproof.console.output.ProgressLine;
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
                + "if every promise was kept, no limit was exceeded, and every plan was proven. "
                + "With --live the network stays and lives on, for programs to be built on it.")
public final class DemoCommand implements Callable<Integer> {
    private static final int MOST_OPERATORS = 31;
    /** The contracts' limits: of a network, and of an operator in it. */
    private static final int MOST_POINTS = 20_000;

    private static final int MOST_POINTS_OF_ONE = 5_000;
    private static final int MOST_GROUPS = 5_000;
    private static final int MOST_GROUPS_OF_ONE = 1_000;
    private static final int MOST_POINTS_PER_GROUP = 1_000;
    private static final int MOST_PORT = 65_535;
    private static final LocalDate GENERATED_DAY = LocalDate.of(2026, 6, 1);
    private static final int STEPS_PER_HOUR = 4;
    /** IBFT 2.0 stands the loss of one of four. */
    private static final int LEAST_VALIDATORS = 4;
    /** More nodes than this do not keep up on a small machine. */
    private static final int MOST_VALIDATORS = 7;

    private static final int MOST_CHEATING = 10_000;
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
            names = "--stations",
            defaultValue = "normal",
            paramLabel = "normal|flaky",
            description =
                    "How charge points behave. flaky: a tenth of them refuses profiles, follows late, loses contact,"
                            + " says that it follows and does not, restarts, or gives full power until a profile comes, in turn.")
    private Stations stations = Stations.NORMAL;

    /** How charge points behave. */
    private enum Stations {
        NORMAL,
        FLAKY
    }

    @Option(
            names = "--abuse",
            description = "The last operator attacks all others in every timestep, together with a stranger, by every"
                    + " call that the contracts offer; with --ledger besu, nodes are flooded, too.")
    private boolean abuse;

    @Option(
            names = "--cheating-payer",
            defaultValue = "0",
            paramLabel = "N",
            description = "Sessions whose driver stops paying, pays less, never pays, or closes with an old voucher.")
    private int cheatingPayers;

    @Option(
            names = "--cheating-payee",
            defaultValue = "0",
            paramLabel = "N",
            description =
                    "Sessions whose charge point asks for more than it delivers, or delivers no more and goes on asking.")
    private int cheatingPayees;

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
            description =
                    "With --live, --serve, --ledger besu or URL, where time goes by the clock: length of a timestep.")
    private int timestepSeconds;

    @Option(names = "--report", paramLabel = "FILE", description = "Writes the report as JSON.")
    private @Nullable Path report;

    @Option(
            names = "--stay",
            description =
                    "Keeps the embedded ledger at the end, to look at and to audit, until Enter or Ctrl-C: its oracles"
                            + " have ended, and its time stands still. For a network that lives on: --live.")
    private boolean stay;

    @Option(
            names = "--keep",
            paramLabel = "DIR",
            description =
                    "Keeps keys, data and logs of the oracles there (default: a temporary folder that is removed).")
    private @Nullable Path keep;

    @Option(
            names = "--live",
            description = "Runs a network that lives on until Ctrl-C, on the embedded ledger and at fixed ports and"
                    + " addresses: real time, oracles, cars that come and go, and keys of an operator and a driver"
                    + " for you.")
    private boolean live;

    @Option(
            names = "--serve",
            description =
                    "The same as --live for who comes with a browser: the pages' addresses with a driver's key, whose wallet"
                            + " the first oracle keeps, and bills that are soon final.")
    private boolean serve;

    @Option(
            names = "--rpc-port",
            defaultValue = "8545",
            paramLabel = "PORT",
            description = "With --live or --serve: of the ledger, on 127.0.0.1. 0 takes any free one.")
    private int rpcPort;

    @Option(
            names = "--http-port",
            defaultValue = "8090",
            paramLabel = "PORT",
            description =
                    "With --live or --serve: of the first oracle, and the next ones of the others, on 127.0.0.1. 0 takes any free"
                            + " ones.")
    private int httpPort;

    @Option(
            names = "--network-file",
            paramLabel = "FILE",
            description =
                    "With --live or --serve: where addresses and keys are written for programs, while it lives (default: live.json"
                            + " in the project's folder).")
    private @Nullable Path networkFile;

    @Override
    public Integer call() throws IOException {
        long start = System.nanoTime();
        if (live || serve) {
            return live();
        }
        requireNotGiven("with --live or --serve", "--rpc-port", "--http-port", "--network-file");
        OptionChecks.requireRange("--hours", hours, 1, 24 * 366);
        requireRoom();
        OptionChecks.requireRange("--limit", limitPercent, 1, 100);
        OptionChecks.requireRange("--byzantine", byzantine, 0, operators);
        OptionChecks.requireRange("--silent", silent, 0, operators - byzantine);
        if (abuse) {
            OptionChecks.requireRange("--operators (of whom one attacks)", operators, 4, MOST_OPERATORS);
            OptionChecks.requireRange("--byzantine (beside --abuse)", byzantine, 0, 0);
            OptionChecks.requireRange("--silent (beside --abuse)", silent, 0, 0);
        }
        OptionChecks.requireRange("--cheating-payer", cheatingPayers, 0, MOST_CHEATING);
        OptionChecks.requireRange("--cheating-payee", cheatingPayees, 0, MOST_CHEATING);
        requireTimestep();
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
            requireNotGiven("with --live, --serve, --ledger besu or URL", "--timestep-seconds");
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
        LocalDate startDate = date;
        return inFolder((folder, output) -> {
            output.say(scenario.title());
            return switch (ledger) {
                case "embedded" -> onEmbeddedLedger(scenario, startDate, folder, output, start);
                case "besu" -> onBesu(scenario, folder, output, start);
                default -> onLedger(DemoNodes.one(ledger, true), ledger, scenario, folder, output, start);
            };
        });
    }

    /** What is run with a folder for keys, data and logs, which is removed afterwards, however that comes. */
    @FunctionalInterface
    private interface Run {
        int in(Path folder, DemoOutput output) throws IOException;
    }

    @SuppressWarnings("try") // what is done at the end needs no name before
    private int inFolder(Run run) throws IOException {
        requireEmpty(keep);
        Path folder = keep == null ? Files.createTempDirectory("chargeproof-demo") : Files.createDirectories(keep);
        try (var removing = AtExit.run(() -> {
                    if (keep == null) {
                        Folders.delete(folder);
                    }
                });
                var progress = new ProgressLine(out());
                var ending = AtExit.run(progress::close)) {
            return run.in(folder, output(progress));
        }
    }

    private DemoOutput output(ProgressLine progress) {
        return new DemoOutput() {
            @Override
            public void say(String line) {
                progress.close();
                DemoCommand.this.say(line);
            }

            @Override
            public void progress(String line) {
                progress.tell(line);
            }
        };
    }

    private int live() throws IOException {
        requireNotGiven(
                serve ? "without --serve" : "without --live",
                "--sessions",
                "--day",
                "--limit",
                "--hours",
                "--byzantine",
                "--silent",
                "--abuse",
                "--cheating-payer",
                "--cheating-payee",
                "--stations",
                "--ledger",
                "--consensus",
                "--report",
                "--stay");
        requireRoom();
        requireTimestep();
        OptionChecks.requireRange("--rpc-port", rpcPort, 0, MOST_PORT);
        OptionChecks.requireRange("--http-port", httpPort, 0, MOST_PORT - operators + 1);
        Path file = networkFile == null ? ProjectFolder.find().resolve("live.json") : networkFile;
        return inFolder((folder, output) -> {
            new LiveDemonstration(
                            new LiveDemonstration.Options(
                                    parameters(),
                                    operators,
                                    groups,
                                    points,
                                    seed,
                                    rpcPort,
                                    httpPort,
                                    file,
                                    folder,
                                    serve),
                            output)
                    .run();
            return 0;
        });
    }

    /** Refuses what the contracts would, before it is made up. */
    private void requireRoom() {
        OptionChecks.requireRange("--operators", operators, 1, MOST_OPERATORS);
        OptionChecks.requireRange("--groups", groups, 1, MOST_GROUPS);
        OptionChecks.requireRange("--points", points, 1, MOST_POINTS_PER_GROUP);
        long all = (long) groups * points;
        if (all > MOST_POINTS) {
            throw new BadInputException("--groups " + groups + " times --points " + points + " is " + all
                    + " charge points; a network has at most " + MOST_POINTS
                    + ". Take fewer groups, or fewer charge points in each.");
        }
        long groupsOfOne = Math.ceilDiv(groups, operators);
        // half of the last group's may be another operator's
        long pointsOfOne = groupsOfOne * points + points / 2;
        if (groupsOfOne > MOST_GROUPS_OF_ONE || (operators > 1 ? pointsOfOne : all) > MOST_POINTS_OF_ONE) {
            throw new BadInputException("with --operators " + operators + " one of them would have "
                    + Count.of(groupsOfOne, "group") + " and up to " + Count.of(pointsOfOne, "charge point")
                    + "; an operator has at most " + MOST_GROUPS_OF_ONE + " and " + MOST_POINTS_OF_ONE
                    + ". Take more operators, or fewer groups or charge points.");
        }
    }

    private void requireTimestep() {
        OptionChecks.requireRange("--timestep-seconds", timestepSeconds, 10, 900);
    }

    private int onEmbeddedLedger(Scenario scenario, LocalDate date, Path folder, DemoOutput output, long startNanos)
            throws IOException {
        var parameters = new NetworkParameters(900, 60, 6, STEPS_PER_HOUR, QUORUM_NUMERATOR, QUORUM_DENOMINATOR);
        long startSeconds = date.atStartOfDay().toEpochSecond(ZoneOffset.UTC) + scenario.firstHour() * 3600L;
        // one timestep to set everything up
        try (var embedded = EmbeddedLedger.start(startSeconds - parameters.timestepSeconds())) {
            output.say("embedded ledger at " + embedded.url());
            var demonstration = demonstration(
                    scenario,
                    output,
                    new Demonstration.Options(
                            DemoNodes.one(embedded.url(), false),
                            "embedded",
                            parameters,
                            true,
                            startSeconds,
                            operators,
                            mischief(),
                            folder));
            int exitCode = tell(demonstration.run(startNanos));
            if (stay) {
                stay(embedded.url(), demonstration.consortium());
            }
            return exitCode;
        }
    }

    private void stay(String url, String consortium) throws IOException {
        say("The ledger stays until Enter or Ctrl-C. Its oracles have ended, and its time");
        say("stands still: it makes a block when told to (evm_mine). In another terminal:");
        say("  " + Invocation.of("audit") + " --rpc " + url + " --contract \\");
        say("    " + consortium);
        say("For a network that lives on: " + Invocation.of("demo --live"));
        if (System.in.read() == -1) {
            // nobody is there to press Enter
            while (true) {
                LockSupport.park();
            }
        }
    }

    private int onBesu(Scenario scenario, Path folder, DemoOutput output, long startNanos) throws IOException {
        int validators = Math.clamp(operators, LEAST_VALIDATORS, MOST_VALIDATORS);
        // more, and the network halts: IBFT 2.0
        OptionChecks.requireRange("--silent (validators are killed too)", silent, 0, (validators - 1) / 3);
        try (var besu = BesuLedger.start(folder, consensus, validators, output::say)) {
            return onLedger(besu.nodes(), ledger, scenario, folder, output, startNanos);
        }
    }

    private int onLedger(
            DemoNodes nodes, String name, Scenario scenario, Path folder, DemoOutput output, long startNanos)
            throws IOException {
        return tell(demonstration(
                        scenario,
                        output,
                        new Demonstration.Options(nodes, name, parameters(), false, 0, operators, mischief(), folder))
                .run(startNanos));
    }

    /** Of a network whose time goes by the clock. */
    private NetworkParameters parameters() {
        return new NetworkParameters(
                timestepSeconds,
                timestepSeconds / 2,
                Math.max(1, timestepSeconds / 10),
                STEPS_PER_HOUR,
                QUORUM_NUMERATOR,
                QUORUM_DENOMINATOR);
    }

    private Mischief mischief() {
        return new Mischief(byzantine, silent, abuse, cheatingPayers, cheatingPayees, stations == Stations.FLAKY);
    }

    private Demonstration demonstration(Scenario scenario, DemoOutput output, Demonstration.Options options) {
        return new Demonstration(options, scenario, Demonstration.oracles(byzantine), output);
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

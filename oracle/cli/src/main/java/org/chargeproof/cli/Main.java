package org.chargeproof.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.Map;
import org.chargeproof.api.ApiKeyCommand;
import org.chargeproof.audit.AuditCommand;
import org.chargeproof.audit.BillCommand;
import org.chargeproof.audit.ReputationCommand;
import org.chargeproof.audit.report.VerifyReportCommand;
import org.chargeproof.cli.benchmark.PaymentBenchmarkCommand;
import org.chargeproof.cli.demo.DemoCommand;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.console.output.PrintableWriter;
import org.chargeproof.console.settings.ConfiguredCommandLine;
import org.chargeproof.cpo.command.CpoCommand;
import org.chargeproof.database.DatabaseCommand;
import org.chargeproof.ledger.LedgerException;
import org.chargeproof.ledger.RpcErrorException;
import org.chargeproof.operator.assets.AssetsCommand;
import org.chargeproof.operator.assets.ForecastCommand;
import org.chargeproof.operator.assets.MetersCommand;
import org.chargeproof.operator.assets.PricesCommand;
import org.chargeproof.operator.assets.UsersCommand;
import org.chargeproof.operator.consortium.command.ConsortiumCommand;
import org.chargeproof.operator.meter.MeterCommand;
import org.chargeproof.operator.network.command.NetworkCommand;
import org.chargeproof.operator.payment.PayCommand;
import org.chargeproof.operator.payment.WalletCommand;
import org.chargeproof.oracle.OracleCommand;
import org.chargeproof.oracle.ocpi.OcpiCommand;
import org.chargeproof.oracle.person.PersonCommand;
import org.chargeproof.protocol.encoding.BytesClasses;
import org.chargeproof.simulation.GamingCommand;
import org.chargeproof.simulation.LinkabilityCommand;
import org.chargeproof.simulation.SimulateCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The one entry to everything that people run. */
@Command(
        name = "chargeproof",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Smart charging that proves itself.",
        subcommands = {
            ApiKeyCommand.class,
            AssetsCommand.class,
            AuditCommand.class,
            ConsortiumCommand.class,
            CpoCommand.class,
            DatabaseCommand.class,
            DemoCommand.class,
            ForecastCommand.class,
            GamingCommand.class,
            LinkabilityCommand.class,
            MeterCommand.class,
            MetersCommand.class,
            NetworkCommand.class,
            OcpiCommand.class,
            OracleCommand.class,
            PayCommand.class,
            PaymentBenchmarkCommand.class,
            PersonCommand.class,
            PricesCommand.class,
            SimulateCommand.class,
            UsersCommand.class,
            BillCommand.class,
            ReputationCommand.class,
            VerifyReportCommand.class,
            WalletCommand.class,
            CommandLine.HelpCommand.class
        })
public final class Main {
    /** Exit code for input that cannot be used: options, files, addresses, nodes. */
    private static final int BAD_INPUT = 2;

    private static final int FAILED = 1;
    /** What shells say of a program that was interrupted. */
    private static final int INTERRUPTED = 130;

    private static volatile boolean ending;

    private Main() {}

    /** Runs a command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        BytesClasses.initialize();
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> ending = true));
        System.exit(run(arguments));
    }

    /** Runs a command. @return its exit code */
    public static int run(String... arguments) {
        // what chains and nodes wrote reaches no terminal as it is
        return run(System.getenv(), PrintableWriter.to(System.out), PrintableWriter.to(System.err), arguments);
    }

    /**
     * Runs a command that writes elsewhere.
     *
     * @param environment that sets options which the arguments leave out
     * @return its exit code
     */
    public static int run(Map<String, String> environment, PrintWriter out, PrintWriter err, String... arguments) {
        CommandLine line = commandLine(out, err);
        tellVersion(line);
        try {
            return new ConfiguredCommandLine(line, environment).execute(arguments);
        } catch (BadInputException e) {
            line.getErr().println(line.getColorScheme().errorText(e.getMessage()));
            return BAD_INPUT;
        }
    }

    /** Every command tells the program's version. */
    private static void tellVersion(CommandLine line) {
        line.getCommandSpec().versionProvider(new Version());
        line.getSubcommands().values().forEach(Main::tellVersion);
    }

    private static CommandLine commandLine(PrintWriter out, PrintWriter err) {
        return new CommandLine(new Main())
                .setOut(out)
                .setErr(err)
                // colors are of the kind that reaches no terminal
                .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
                .setCaseInsensitiveEnumValuesAllowed(true)
                // what is wrong, and nothing behind it: a page of usage would push it off the screen
                .setParameterExceptionHandler((e, given) -> {
                    CommandLine command = e.getCommandLine();
                    command.getErr().println(e.getMessage());
                    CommandLine.UnmatchedArgumentException.printSuggestions(e, command.getErr());
                    command.getErr().println("See " + command.getCommandSpec().qualifiedName() + " --help.");
                    return BAD_INPUT;
                })
                .setExecutionExceptionHandler((e, command, parsed) -> {
                    if (ending) {
                        // what breaks because everything ends is no news
                        return INTERRUPTED;
                    }
                    // these say by themselves what to do; a stack trace would hide it
                    if (e instanceof LedgerException
                            || e instanceof RpcErrorException
                            || e instanceof BadInputException) {
                        command.getErr().println(command.getColorScheme().errorText(e.getMessage()));
                        return BAD_INPUT;
                    }
                    if (e instanceof IOException || e instanceof UncheckedIOException) {
                        command.getErr()
                                .println(command.getColorScheme().errorText("cannot read or write: " + e.getMessage()));
                        return BAD_INPUT;
                    }
                    e.printStackTrace(command.getErr());
                    return FAILED;
                });
    }
}

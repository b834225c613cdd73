package org.chargeproof.audit;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.chargeproof.input.BadInputException;
import org.chargeproof.input.KeyFile;
import org.chargeproof.input.NetworkOptions;
import org.chargeproof.ledger.LedgerClient;
import org.chargeproof.ledger.Network;
import org.jspecify.annotations.Nullable;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.Keys;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code chargeproof audit}: re-executes plans against the ledger. */
@Command(
        name = "audit",
        header = "Re-executes every plan of a network, from nothing but a node.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Re-executes plans: rebuilds the inputs from the ledger's logs, runs the algorithm that "
                + "the ledger holds, and compares the result with what the operators' quorum made final. "
                + "Needs nothing but a node. Exit code: 0 all plans match, 1 a plan does not match or is "
                + "missing, 2 the audit could not be made.")
public final class AuditCommand implements Callable<Integer> {
    private static final int ALL_MATCH = 0;
    private static final int NOT_ALL_MATCH = 1;
    private static final int NO_AUDIT = 2;

    @Mixin
    private NetworkOptions options = new NetworkOptions();

    @Option(
            names = "--from",
            paramLabel = "TIMESTEP",
            description = "First timestep. Default: the first for which an algorithm counts.")
    private @Nullable Integer from;

    @Option(
            names = "--to",
            paramLabel = "TIMESTEP",
            description = "Last timestep. Default: the last that has begun, or the next if its plan is final.")
    private @Nullable Integer to;

    @Option(names = "--group", paramLabel = "N", description = "Only this group; may be repeated.")
    private List<Integer> groups = List.of();

    @Option(names = "--json", description = "Write the report to standard output as JSON, and nothing else.")
    private boolean json;

    @Option(names = "--report", paramLabel = "FILE", description = "Write a signed report.")
    private @Nullable Path reportFile;

    @Option(
            names = "--key",
            paramLabel = "FILE",
            description =
                    "Key that signs the report: an encrypted keystore (JSON) or 64 hex digits. Default: a new one.")
    private @Nullable Path keyFile;

    @Option(names = "--password-file", paramLabel = "FILE", description = "First line: the keystore's password.")
    private @Nullable Path passwordFile;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Keep algorithms there for the next audit. Default: a folder that is removed at the end.")
    private @Nullable Path dataFolder;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        PrintWriter err = spec.commandLine().getErr();
        // before anything that takes long
        var credentials = reportFile == null ? null : credentials(reportFile, err);
        try (var client = LedgerClient.connect(options.rpcUrl(), options.rpcToken())) {
            var network = Network.discover(client, options.contract());
            var output = new AuditOutput(spec.commandLine().getOut(), err, network.parameters(), json);
            var range = new AuditRange(from, to, Set.copyOf(groups));
            AuditReport report = dataFolder == null
                    ? Auditor.audit(network, range, output)
                    : Auditor.audit(network, dataFolder, range, output);
            output.finish(report);
            if (reportFile != null && credentials != null) {
                SignedReport.sign(report, credentials).write(reportFile);
                err.println(
                        "report signed by " + Keys.toChecksumAddress(credentials.getAddress()) + " in " + reportFile);
            }
            return report.allMatch() ? ALL_MATCH : NOT_ALL_MATCH;
        } catch (AuditException e) {
            err.println(e.getMessage());
            return NO_AUDIT;
        }
    }

    private Credentials credentials(Path report, PrintWriter err) {
        Path folder = report.toAbsolutePath().getParent();
        if (Files.isDirectory(report) || folder == null || !Files.isWritable(folder)) {
            throw new BadInputException("cannot write a report to " + report
                    + ". Name a file in a folder that exists and that you may write to.");
        }
        if (keyFile != null) {
            return KeyFile.read(keyFile, passwordFile);
        }
        try {
            err.println(
                    "no --key: the report is signed with a new key that is forgotten afterwards. It shows that the report"
                            + " was not changed, but not who made it.");
            return Credentials.create(Keys.createEcKeyPair());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has what a key needs", e);
        }
    }
}

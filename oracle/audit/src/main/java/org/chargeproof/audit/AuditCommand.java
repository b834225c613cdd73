package org.chargeproof.audit;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.audit.report.AuditException;
import org.chargeproof.audit.report.AuditReport;
import org.chargeproof.audit.report.ReportJson;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.console.input.NetworkOptions;
import org.chargeproof.ledger.KeyFile;
import org.chargeproof.ledger.LedgerClient;
import org.chargeproof.ledger.LedgerException;
import org.chargeproof.ledger.Network;
import org.chargeproof.ledger.RpcErrorException;
import org.chargeproof.ledger.SnapshotFolder;
import org.jspecify.annotations.Nullable;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.Keys;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code chargeproof audit}: re-executes plans against the ledger. With a report to sign, it starts itself anew without the key for
 * all that has to do with the node, and signs what comes back.
 */
@Command(
        name = "audit",
        header = "Re-executes every plan of a network, from nothing but a node.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Re-executes plans: rebuilds the inputs from the ledger's logs, runs the algorithm that "
                + "the ledger holds, and compares the result with what the operators' quorum made final. "
                + "Needs nothing but a node. Exit code: 0 all plans match, 1 a plan does not match or is "
                + "missing, 2 the audit could not be made, or not for all plans.")
public final class AuditCommand implements Callable<Integer> {
    private static final int ALL_MATCH = 0;
    private static final int NOT_ALL_MATCH = 1;
    private static final int NO_AUDIT = 2;
    private static final int MOST_LINE_CHARACTERS = 1_000;
    /** Longer than a timestep may be planned. */
    private static final Duration PATIENCE = Duration.ofSeconds(45);

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

    @Option(
            names = "--algorithm",
            paramLabel = "SHA256",
            description = "Run this algorithm and no other; may be repeated. Default: whatever the ledger says, if it"
                    + " can do nothing but compute.")
    private List<String> algorithms = List.of();

    @Option(names = "--json", description = "Write the report to standard output as JSON, and nothing else.")
    private boolean json;

    @Option(names = SignedAudit.REPORT, paramLabel = "FILE", description = "Write a signed report.")
    private @Nullable Path reportFile;

    @Option(
            names = SignedAudit.KEY,
            paramLabel = "FILE",
            description =
                    "Key that signs the report: an encrypted keystore (JSON) or 64 hex digits. Default: a new one."
                            + " The process that talks to the node never reads it.")
    private @Nullable Path keyFile;

    @Option(names = SignedAudit.PASSWORD, paramLabel = "FILE", description = "First line: the keystore's password.")
    private @Nullable Path passwordFile;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Keep algorithms there for the next audit. Default: a folder that is removed at the end.")
    private @Nullable Path dataFolder;

    @Option(
            names = "--dump",
            paramLabel = "DIR",
            description = "Write the input, the plan and the certificate of every plan that is audited to DIR, and the"
                    + " algorithms beside them, so that 'java -jar' can be tried by hand.")
    private @Nullable Path dumpFolder;

    @Option(
            names = "--since",
            paramLabel = "REPORT",
            description =
                    "Go on from a report, signed or not: audit from its last timestep on. Its signature, its head block"
                            + " and the verdict on that timestep must be right.")
    private @Nullable Path sinceFile;

    @Option(
            names = "--snapshots",
            paramLabel = "DIR",
            description =
                    "Keep the ledger's state there at the end, and begin with it in an audit with --since or --from:"
                            + " logs that this auditor read before are not read again. The folder must be your own.")
    private @Nullable Path snapshotFolder;

    @Option(names = SignedAudit.UNSIGNED, paramLabel = "FILE", hidden = true)
    private @Nullable Path unsignedFile;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private final Duration patience;
    private volatile long lastSign = System.nanoTime();

    public AuditCommand() {
        this(PATIENCE);
    }

    /** @param patience after so long without a whole answer of the node there is no audit */
    AuditCommand(Duration patience) {
        this.patience = patience;
    }

    @Override
    public Integer call() {
        PrintWriter err = spec.commandLine().getErr();
        try {
            var pinned = pinned();
            if (sinceFile != null && from != null) {
                throw new BadInputException("--since and --from both say where to start. Give one of them.");
            }
            if (reportFile != null) {
                // before anything that takes long
                var credentials = credentials(reportFile, err);
                var signed = new SignedAudit(spec, reportFile, credentials);
                return signed.run();
            }
            return audit(pinned);
        } catch (LedgerException | RpcErrorException | BadInputException | AuditException e) {
            err.println(line(String.valueOf(e.getMessage())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            err.println("the audit was interrupted.");
        } catch (ExecutionException | RuntimeException | IOException | StackOverflowError | OutOfMemoryError e) {
            var cause = e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e;
            err.println(line("the audit could not be made: something was not as it should be ("
                    + cause.getClass().getSimpleName() + ": " + cause.getMessage()
                    + "). Maybe the node answers oddly; ask another one."));
        }
        return NO_AUDIT;
    }

    /** All that has to do with the node, on a thread that is left alone when nothing comes back any more. */
    private int audit(Set<Bytes32> pinned) throws InterruptedException, ExecutionException {
        var work = new FutureTask<>(() -> work(pinned));
        var thread = Thread.ofPlatform().daemon().name("audit").start(work);
        lastSign = System.nanoTime();
        while (true) {
            try {
                return work.get(200, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                if (System.nanoTime() - lastSign > patience.toNanos()) {
                    thread.interrupt();
                    throw new LedgerException(options.rpcUrl() + " has given no whole answer for "
                            + patience.toSeconds() + " s. Maybe it is overloaded; ask again, or another node.");
                }
            } catch (ExecutionException e) {
                if (e.getCause() instanceof RuntimeException known) {
                    throw known;
                }
                throw e;
            }
        }
    }

    private int work(Set<Bytes32> pinned) throws IOException {
        PrintWriter err = spec.commandLine().getErr();
        try (var client = LedgerClient.connect(options.rpcUrl(), options.rpcToken())) {
            alive();
            var network = Network.discover(client, options.contract());
            alive();
            var since = sinceFile == null ? null : FormerReport.read(sinceFile);
            if (since != null) {
                err.println("goes on from " + sinceFile + ", "
                        + (since.signer() == null ? "which nobody signed" : "signed by " + since.signer())
                        + ": timestep " + since.to() + " is audited again, those before it are not.");
            }
            var range =
                    new AuditRange(since == null ? from : Integer.valueOf(since.to()), to, Set.copyOf(groups), pinned);
            var dump = dumpFolder == null ? null : new PlanDump(dumpFolder, range);
            var output = new AuditOutput(spec.commandLine().getOut(), err, network.parameters(), json, dump);
            Path kept = dataFolder == null ? dumpFolder : dataFolder;
            var snapshots = snapshotFolder == null
                    ? null
                    : new SnapshotFolder(snapshotFolder, network.identity(), note -> err.println(line(note)));
            Function<Path, AuditReport> audit =
                    folder -> Auditor.audit(network, folder, range, output, this::alive, since, snapshots);
            AuditReport report = kept == null ? Auditor.inFolderOfItsOwn(audit) : audit.apply(kept);
            checkChain(client);
            output.finish(report);
            if (unsignedFile != null) {
                Files.write(unsignedFile, ReportJson.canonicalBytes(ReportJson.of(report)));
            }
            if (report.anyWrong()) {
                return NOT_ALL_MATCH;
            }
            if (!report.allMatch()) {
                err.println("what could be verified matches, but not all could: see UNVERIFIED above.");
                return NO_AUDIT;
            }
            return ALL_MATCH;
        }
    }

    private void checkChain(LedgerClient client) {
        long now = client.ask(client.web3j().ethChainId()).getChainId().longValueExact();
        if (now != client.chainId() || now <= 0) {
            throw new LedgerException(options.rpcUrl() + " says that it follows chain " + client.chainId()
                    + ", and then " + now + ". Maybe it was exchanged meanwhile; ask again, or another node.");
        }
    }

    private void alive() {
        lastSign = System.nanoTime();
    }

    private Set<Bytes32> pinned() {
        return algorithms.stream()
                .map(text -> {
                    if (!text.matches("(0x)?[0-9a-fA-F]{64}")) {
                        throw new BadInputException("--algorithm is '" + text
                                + "'; it is 64 hex digits, the SHA-256 of a jar, as 'sha256sum' prints it.");
                    }
                    return Bytes32.fromHexString(text.toLowerCase(Locale.ROOT));
                })
                .collect(Collectors.toUnmodifiableSet());
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

    /** One line without what moves a terminal's cursor: parts of it may come from a node. */
    private static String line(String text) {
        var line = new StringBuilder();
        text.codePoints()
                .limit(MOST_LINE_CHARACTERS)
                .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? ' ' : c)
                .forEach(line::appendCodePoint);
        return line.toString();
    }
}

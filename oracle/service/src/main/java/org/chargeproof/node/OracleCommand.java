package org.chargeproof.node;

import io.vertx.core.Vertx;
import java.net.BindException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.chargeproof.input.BadInputException;
import org.chargeproof.input.KeyFile;
import org.chargeproof.input.NetworkOptions;
import org.chargeproof.input.Profile;
import org.chargeproof.input.WellKnownKeys;
import org.chargeproof.ledger.TransactionSigner;
import org.chargeproof.ledger.Web3Signer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code chargeproof oracle}: one operator's oracle, until it is told to stop. */
@Command(
        name = "oracle",
        header = "Runs one operator's oracle.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        sortOptions = false,
        description = "Runs one operator's oracle: follows the ledger through the operator's own node, plans "
                + "every charging group when a gate closes, posts or attests the plan, and hands "
                + "setpoints over. Ends in order on SIGTERM; goes on where it was after any other end.")
public final class OracleCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(OracleCommand.class);
    private static final int FAILED = 70;
    private static final int MOST_PORT = 65_535;

    @Mixin
    private NetworkOptions network = new NetworkOptions();

    @Option(
            names = "--key",
            paramLabel = "FILE",
            description = "Key of your oracle account: an encrypted keystore (JSON) or 64 hex digits.")
    private @Nullable Path keyFile;

    @Option(names = "--password-file", paramLabel = "FILE", description = "First line: the keystore's password.")
    private @Nullable Path passwordFile;

    @Option(
            names = "--signer",
            paramLabel = "URL",
            description = "Instead of --key: a Web3Signer (mode eth1) that has the key of your oracle account.")
    private @Nullable String signerUrl;

    @Option(names = "--account", paramLabel = "ADDRESS", description = "With --signer: your oracle account.")
    private @Nullable String account;

    @Option(
            names = "--profile",
            paramLabel = "PROFILE",
            defaultValue = "development",
            description = "production refuses keys in plain text and keys that everybody knows.")
    private Profile profile = Profile.DEVELOPMENT;

    @Option(
            names = "--data",
            required = true,
            paramLabel = "DIR",
            description = "For the copy of the logs, the outbox and algorithms; created if need be.")
    private @Nullable Path dataFolder;

    @Option(
            names = "--backend",
            paramLabel = "URL",
            description =
                    "Your system that takes setpoints (PUT URL/setpoints/TIMESTEP). Without it they are only on chain.")
    private @Nullable String backendUrl;

    @Option(
            names = "--http-host",
            defaultValue = "127.0.0.1",
            paramLabel = "HOST",
            description = "Where health, metrics and status are served.")
    private String httpHost = "";

    @Option(names = "--http-port", defaultValue = "8090", paramLabel = "PORT", description = "0 takes any free port.")
    private int httpPort;

    @Option(
            names = "--poll",
            defaultValue = "500",
            paramLabel = "MS",
            description = "Pause between two looks for a new block.")
    private int pollMillis;

    @Option(
            names = "--events",
            defaultValue = "auto",
            paramLabel = "auto|plugin|headers",
            description = "Where timestep events come from: the plugin in your node, or block headers;"
                    + " auto takes the plugin where there is one.")
    private EventSource events = EventSource.AUTO;

    @Option(
            names = "--second-opinion-every",
            defaultValue = "100",
            paramLabel = "N",
            description = "Every N-th plan is solved again by another solver; 0 for none.")
    private int secondOpinionEvery;

    @Override
    public Integer call() throws InterruptedException {
        return run(config(), Instrumentation.none());
    }

    /** What the options say. */
    public OracleConfig config() {
        if (httpPort < 0 || httpPort > MOST_PORT) {
            throw new BadInputException("--http-port is " + httpPort + "; it must be from 0 to " + MOST_PORT + ".");
        }
        if (backendUrl != null && !backendUrl.matches("https?://.+")) {
            throw new BadInputException("--backend is '" + backendUrl + "'; it must begin with http:// or https://.");
        }
        requireAtLeast("--poll", pollMillis, 1);
        requireAtLeast("--second-opinion-every", secondOpinionEvery, 0);
        return new OracleConfig(
                network.rpcUrl(),
                network.rpcToken(),
                network.contract(),
                signer(),
                Objects.requireNonNull(dataFolder),
                httpHost,
                httpPort,
                backendUrl,
                pollMillis,
                secondOpinionEvery,
                events);
    }

    private TransactionSigner signer() {
        if ((keyFile == null) == (signerUrl == null)) {
            throw new BadInputException(
                    "whose transactions? Name either a key file with --key, or a Web3Signer with --signer URL --account ADDRESS.");
        }
        if ((signerUrl == null) != (account == null)) {
            throw new BadInputException(
                    "--signer and --account belong together: the signer may have keys of many accounts.");
        }
        if (signerUrl != null && passwordFile != null) {
            throw new BadInputException("--password-file is for a keystore; the signer has its own.");
        }
        if (account != null && !account.matches("0x[0-9a-fA-F]{40}")) {
            throw new BadInputException("--account is '" + account + "'; an address is 0x and 40 hex digits.");
        }
        if (profile == Profile.PRODUCTION) {
            return productionSigner();
        }
        return keyFile != null
                ? TransactionSigner.of(KeyFile.read(keyFile, passwordFile))
                : Web3Signer.connect(Objects.requireNonNull(signerUrl), Objects.requireNonNull(account));
    }

    private TransactionSigner productionSigner() {
        if (account != null) {
            WellKnownKeys.refuse(account);
        }
        TransactionSigner signer = keyFile != null
                ? TransactionSigner.of(KeyFile.readEncrypted(keyFile, passwordFile))
                : Web3Signer.connect(Objects.requireNonNull(signerUrl), Objects.requireNonNull(account));
        WellKnownKeys.refuse(signer.address());
        return signer;
    }

    /** Runs an oracle until the process is told to stop. @return exit code */
    public static int run(OracleConfig config, Instrumentation instrumentation) throws InterruptedException {
        Vertx vertx = Vertx.vertx();
        var oracle = new OracleVerticle(config, instrumentation);
        try {
            vertx.deployVerticle(oracle)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get();
        } catch (ExecutionException e) {
            vertx.close();
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            String remedy = e.getCause() instanceof BindException
                    ? ". Port " + config.httpPort() + " is in use; give another with --http-port."
                    : "";
            throw new BadInputException("the oracle cannot start: " + e.getCause() + remedy, e);
        }
        LOG.info("oracle {} listens on http://{}:{}", config.signer().address(), config.httpHost(), oracle.port());
        var stopping = Thread.ofPlatform()
                .unstarted(() ->
                        vertx.close().toCompletionStage().toCompletableFuture().join());
        Runtime.getRuntime().addShutdownHook(stopping);
        boolean inOrder = oracle.awaitEnd();
        return inOrder ? 0 : FAILED;
    }

    private static void requireAtLeast(String option, int value, int least) {
        if (value < least) {
            throw new BadInputException(option + " is " + value + "; it must be at least " + least + ".");
        }
    }
}

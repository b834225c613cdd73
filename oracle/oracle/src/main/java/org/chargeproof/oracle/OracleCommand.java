package org.chargeproof.oracle;

import io.vertx.core.Vertx;
import java.net.BindException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.console.input.NetworkOptions;
import org.chargeproof.ledger.SignerOptions;
import org.chargeproof.site.file.BatterySite;
import org.chargeproof.site.file.SiteFile;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
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
    /** See IAssetRegistry.registerBattery. */
    private static final int BATTERIES_OF_GROUP = 16;

    @Mixin
    private NetworkOptions network = new NetworkOptions();

    @Mixin
    private SignerOptions signer = new SignerOptions();

    @Option(
            names = "--data",
            required = true,
            paramLabel = "DIR",
            description = "For the copy of the logs, the outbox, snapshots and algorithms; created if need be.")
    private @Nullable Path dataFolder;

    @Option(
            names = "--backend",
            paramLabel = "URL",
            description =
                    "Your system that takes setpoints (PUT URL/setpoints/TIMESTEP). Without it they are only on chain.")
    private @Nullable String backendUrl;

    @Mixin
    private OcpiOptions ocpi = new OcpiOptions();

    @Mixin
    private ApiOptions api = new ApiOptions();

    @Mixin
    private PersonOptions persons = new PersonOptions();

    @Mixin
    private PayingOptions paying = new PayingOptions();

    @Option(
            names = "--meter-key",
            paramLabel = "FILE",
            description = "Key of your meter account: what sessions tell by OCPI is reported with it.")
    private @Nullable Path meterKeyFile;

    @Option(
            names = "--meter-password-file",
            paramLabel = "FILE",
            description = "First line: the password of --meter-key.")
    private @Nullable Path meterPasswordFile;

    @Option(
            names = "--meter-account",
            paramLabel = "ADDRESS",
            description = "Instead of --meter-key, with --signer: your meter account.")
    private @Nullable String meterAccount;

    @Option(
            names = "--site",
            paramLabel = "FILE",
            description =
                    "Batteries and limits of phases of your groups: the forecasts that your systems put in at /api/v1 are"
                            + " published with both in them (docs/how-to/batteries-and-phases.md). Takes your meter account.")
    private @Nullable Path site;

    @Option(
            names = "--http-host",
            defaultValue = "127.0.0.1",
            paramLabel = "HOST",
            description = "Where health, metrics, status and /rpc are served.")
    private String httpHost = "";

    @Option(names = "--http-port", defaultValue = "8090", paramLabel = "PORT", description = "0 takes any free port.")
    private int httpPort;

    @Mixin
    private TlsOptions tls = new TlsOptions();

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

    @Option(
            names = "--charge-rpc",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Whether app backends are answered charge_... at /rpc.")
    private boolean chargeRpc = true;

    @Override
    public Integer call() throws InterruptedException {
        return run(config(), Instrumentation.none());
    }

    /** Understands options as the command line does, for a program that runs an oracle in its own way. */
    public static OracleConfig config(String... arguments) {
        var command = new OracleCommand();
        new CommandLine(command).setCaseInsensitiveEnumValuesAllowed(true).parseArgs(arguments);
        return command.config();
    }

    /** What the options say. */
    public OracleConfig config() {
        if (httpPort < 0 || httpPort > MOST_PORT) {
            throw new BadInputException("--http-port is " + httpPort + "; it must be from 0 to " + MOST_PORT + ".");
        }
        if (backendUrl != null && !isHttp(backendUrl)) {
            // not the text itself: it may hold a password
            throw new BadInputException(
                    "--backend is no address of a server. It must look like https://backend.example:9000/chargeproof.");
        }
        requireAtLeast("--poll", pollMillis, 1);
        requireAtLeast("--second-opinion-every", secondOpinionEvery, 0);
        var rpcToken = network.rpcToken();
        var served = api.settings(Objects.requireNonNull(dataFolder), httpHost);
        var oracle = signer.signer();
        var meter = signer.another("--meter-key", meterKeyFile, meterPasswordFile, "--meter-account", meterAccount);
        return new OracleConfig(
                network.rpcUrl(),
                rpcToken,
                network.contract(),
                oracle,
                meter,
                Objects.requireNonNull(dataFolder),
                httpHost,
                httpPort,
                tls.files(httpHost, ApiOptions.LOOPBACK.contains(httpHost), signer.isProduction()),
                backendUrl,
                pollMillis,
                secondOpinionEvery,
                events,
                chargeRpc,
                ocpi.config(Objects.requireNonNull(dataFolder), httpHost, signer.isProduction()),
                ocpi.roaming(Objects.requireNonNull(dataFolder), httpHost, signer.isProduction()),
                served,
                site(meter != null, served != null),
                persons.config(signer, dataFolder, served != null, oracle, meter),
                paying.config(dataFolder, signer.isProduction()));
    }

    private @Nullable SiteFile site(boolean hasMeterAccount, boolean hasApi) {
        if (site == null) {
            return null;
        }
        if (!hasMeterAccount || !hasApi) {
            throw new BadInputException("--site publishes forecasts that your systems put in at /api/v1: "
                    + (hasApi ? "give your meter account with --meter-key." : "leave --no-api out."));
        }
        var stated = SiteFile.read(site);
        for (var group : stated.groups().values()) {
            var battery = group.battery();
            if (battery != null && battery.battery() == BatterySite.NOT_REGISTERED) {
                throw new BadInputException(
                        "--site: the battery of group " + group.group()
                                + " has no number. Register it (AssetRegistry.registerBattery), and name its number as \"battery\": what it holds is told by it.");
            }
            if (battery != null && battery.battery() / BATTERIES_OF_GROUP != group.group()) {
                throw new BadInputException("--site: battery " + battery.battery() + " is none of group "
                        + group.group()
                        + ", whose batteries have numbers from " + (long) BATTERIES_OF_GROUP * group.group() + " to "
                        + ((long) BATTERIES_OF_GROUP * (group.group() + 1L) - 1) + ". Change the file.");
            }
        }
        return stated;
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
        LOG.info(
                "oracle {} listens on {}://{}:{}",
                config.signer().address(),
                config.scheme(),
                config.httpHost(),
                oracle.port());
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

    private static boolean isHttp(String url) {
        try {
            var uri = new URI(url);
            return uri.getHost() != null && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()));
        } catch (URISyntaxException e) {
            return false;
        }
    }
}

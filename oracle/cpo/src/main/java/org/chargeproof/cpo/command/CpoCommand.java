package org.chargeproof.cpo.command;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.console.input.OptionChecks;
import org.chargeproof.console.input.SecretFile;
import org.chargeproof.console.output.TextTable;
import org.chargeproof.console.process.AtExit;
import org.chargeproof.cpo.CpoPlatform;
import org.chargeproof.cpo.CpoSettings;
import org.chargeproof.cpo.LimitSource;
import org.chargeproof.cpo.ProfileCounts;
import org.chargeproof.cpo.PushReport;
import org.chargeproof.cpo.Quirk;
import org.chargeproof.cpo.Station;
import org.chargeproof.ocpi.http.AddressPolicy;
import org.chargeproof.ocpi.http.CallFailedException;
import org.chargeproof.ocpi.http.OcpiException;
import org.chargeproof.ocpi.http.PartyId;
import org.chargeproof.ocpi.http.RefusedAddressException;
import org.chargeproof.ocpi.http.ServerLimits;
import org.chargeproof.ocpi.json.BadObjectException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code chargeproof cpo}. */
@Command(
        name = "cpo",
        header = "Plays a charge point operator: an OCPI platform with charge points and cars, to try an oracle on.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Answers OCPI 2.2.1 and 2.3.0 as a charge point operator (charging profiles, locations, sessions, credentials), tells the"
                        + " oracle of sessions and of charge points, and lets simulated cars charge as far as the profiles allow"
                        + " that it gets. Prints each change, and a table each minute. Power is in W or kW, energy in Wh or kWh, times"
                        + " are UTC. Nothing is charged, nobody pays. Runs in real time until it is interrupted; then all cars leave.")
public final class CpoCommand implements Callable<Integer> {
    private static final int MOST_PORT = 65_535;
    private static final int MOST_CARS_PER_HOUR = 100_000;
    private static final int MOST_REPORT_SECONDS = 3_600;
    private static final int MOST_TOKEN_BYTES = 4_096;
    private static final int TOKENS = 100;
    private static final int TABLE_SECONDS = 60;
    private static final int MOST_FAILURES_SHOWN = 3;
    private static final long END_SECONDS = 20;
    private static final long CALL_TIMEOUT_MILLIS = 10_000;
    private static final int MILLIS = 1_000;
    private static final DateTimeFormatter CLOCK =
            DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

    @Option(
            names = "--stations",
            required = true,
            paramLabel = "FILE",
            description =
                    "Charge points: CSV with evse_id, rated_power_w and, where they differ from what is usual, min_power_w (0),"
                            + " default_power_w (what it gives without a profile; the rated power), quirk (NONE), group (its location),"
                            + " latitude, longitude, connector. Files of 'assets import' can be read.")
    private @Nullable Path stationsFile;

    @Option(
            names = "--party",
            required = true,
            split = ",",
            paramLabel = "COUNTRY*PARTY",
            description = "Who you are, such as DE*ABC: the beginning of the EVSE ids. Several with commas.")
    private List<String> partyNames = new ArrayList<>();

    @Option(
            names = "--data",
            required = true,
            paramLabel = "DIRECTORY",
            description = "Where partners and their tokens are kept; made if it is not there.")
    private @Nullable Path data;

    @Option(
            names = "--http-host",
            defaultValue = "127.0.0.1",
            paramLabel = "HOST",
            description = "Where to listen (default: ${DEFAULT-VALUE}); others need TLS before it.")
    private String httpHost = "";

    @Option(
            names = "--http-port",
            defaultValue = "8095",
            paramLabel = "PORT",
            description = "0 takes any free port (default: ${DEFAULT-VALUE}).")
    private int httpPort;

    @Option(
            names = "--public-url",
            paramLabel = "URL",
            description = "The address that partners know, up to and with /ocpi; by default that where it listens.")
    private @Nullable String publicUrl;

    @Option(
            names = "--oracle",
            paramLabel = "URL",
            description =
                    "The OCPI versions of the oracle, to register with it. Without it, an invitation for the oracle is"
                            + " written to DIRECTORY/NAME.invitation.")
    private @Nullable String oracleUrl;

    @Option(
            names = "--oracle-token-file",
            paramLabel = "FILE",
            description =
                    "The oracle's invitation (CREDENTIALS_TOKEN_A). Needed once; DIRECTORY keeps what came of it.")
    private @Nullable Path tokenFile;

    @Option(
            names = "--oracle-name",
            defaultValue = "oracle",
            paramLabel = "NAME",
            description = "Your name for the oracle (default: ${DEFAULT-VALUE}).")
    private String oracleName = "";

    @Option(
            names = "--allow",
            split = ",",
            paramLabel = "BLOCK",
            description =
                    "Addresses that may be called beside public ones by HTTPS, such as 127.0.0.0/8 for this machine.")
    private List<String> allowed = new ArrayList<>();

    @Option(
            names = "--cars-per-hour",
            defaultValue = "10",
            paramLabel = "N",
            description =
                    "How many cars come in an hour, on average, to all charge points together (default: ${DEFAULT-VALUE})."
                            + " They stay 30 minutes to 6.5 hours; who finds no free charge point drives on.")
    private double carsPerHour;

    @Option(
            names = "--seed",
            defaultValue = "1",
            paramLabel = "N",
            description = "Chooses other cars and other oddities (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--tokens",
            split = ",",
            paramLabel = "UID",
            description = "What drivers show, with commas; by default TOKEN001 to TOKEN100.")
    private List<String> tokens = new ArrayList<>();

    @Option(
            names = "--flaky",
            defaultValue = "0",
            paramLabel = "SHARE",
            description =
                    "How many of the charge points without a quirk in the file behave oddly at a time, from 0 to 1; who"
                            + " does is drawn each 10 minutes (default: ${DEFAULT-VALUE}).")
    private double flaky;

    @Option(
            names = "--report-seconds",
            defaultValue = "60",
            paramLabel = "SECONDS",
            description =
                    "How often sessions are told while cars charge (default: ${DEFAULT-VALUE}); beginnings and ends are told at once.")
    private int reportSeconds;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException, InterruptedException {
        OptionChecks.requireRange("--http-port", httpPort, 0, MOST_PORT);
        OptionChecks.requireRange("--cars-per-hour", carsPerHour, 0, MOST_CARS_PER_HOUR);
        OptionChecks.requireRange("--flaky", flaky, 0, 1);
        OptionChecks.requireRange("--report-seconds", reportSeconds, 1, MOST_REPORT_SECONDS);
        if (!oracleName.matches("[A-Za-z0-9_-]{1,36}")) {
            throw new BadInputException("--oracle-name must have 1 to 36 letters, digits, _ and -.");
        }
        List<StationsFile.Row> rows = StationsFile.read(Objects.requireNonNull(stationsFile));
        CpoSettings settings = settings();
        Files.createDirectories(settings.folder());
        var vertx = Vertx.vertx();
        try (CpoPlatform platform = open(vertx, settings)) {
            var flakyOnes = new ArrayList<Station>();
            for (StationsFile.Row row : rows) {
                Station station = add(platform, row);
                if (row.quirk() == Quirk.NONE) {
                    flakyOnes.add(station);
                } else {
                    station.setQuirk(row.quirk(), now());
                }
            }
            PrintWriter out = spec.commandLine().getOut();
            out.println(rows.size() + " charge points of " + String.join(", ", partyNames) + " at "
                    + platform.versionsUrl());
            join(platform, out);
            out.flush();
            List<String> shown = tokens.isEmpty()
                    ? IntStream.rangeClosed(1, TOKENS)
                            .mapToObj(i -> String.format(Locale.ROOT, "TOKEN%03d", i))
                            .toList()
                    : tokens;
            run(platform, new Traffic(platform, flakyOnes, shown, carsPerHour, flaky, seed), out);
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
        return 0;
    }

    private CpoSettings settings() {
        List<PartyId> parties = partyNames.stream().map(CpoCommand::party).toList();
        AddressPolicy.Block[] blocks;
        try {
            blocks = allowed.stream().map(AddressPolicy.Block::of).toArray(AddressPolicy.Block[]::new);
        } catch (IllegalArgumentException e) {
            throw new BadInputException("--allow: " + e.getMessage() + ".", e);
        }
        String url = publicUrl;
        return new CpoSettings(
                parties,
                "chargeproof cpo",
                Objects.requireNonNull(data),
                httpHost,
                httpPort,
                url == null ? "http://" + httpHost + ":%d/ocpi" : url.replaceAll("/+$", ""),
                AddressPolicy.allowing(blocks),
                ServerLimits.standard(),
                CALL_TIMEOUT_MILLIS,
                CpoSettings.RESULT_TIMEOUT_SECONDS,
                "EUR");
    }

    private static PartyId party(String text) {
        try {
            return PartyId.parse(text);
        } catch (BadObjectException e) {
            throw new BadInputException(
                    "--party is '" + text
                            + "'; it must be a country of two letters, a star and three characters, such as DE*ABC.",
                    e);
        }
    }

    private static CpoPlatform open(Vertx vertx, CpoSettings settings) {
        try {
            return new CpoPlatform(vertx, settings, CpoCommand::now);
        } catch (CompletionException e) {
            throw new BadInputException(
                    "cannot listen at " + settings.host() + ":" + settings.port() + " (" + e.getCause()
                            + "). Name another --http-port, or 0 for any free one.",
                    e);
        } catch (IllegalArgumentException e) {
            throw new BadInputException(String.valueOf(e.getMessage()), e);
        }
    }

    private static Station add(CpoPlatform platform, StationsFile.Row row) {
        try {
            return platform.add(row.data());
        } catch (IllegalArgumentException e) {
            throw new BadInputException("--stations and --party: " + e.getMessage() + ".", e);
        }
    }

    /** Registers with the oracle, or lets it register. */
    private void join(CpoPlatform platform, PrintWriter out) throws IOException {
        Path invitation = Objects.requireNonNull(data).resolve(oracleName + ".invitation");
        if (platform.isRegistered(oracleName)) {
            out.println("registered with '" + oracleName + "' before");
        } else if (oracleUrl != null) {
            if (tokenFile == null) {
                throw new BadInputException("--oracle needs --oracle-token-file, the invitation of the oracle.");
            }
            register(platform, oracleUrl, token(tokenFile));
            out.println("registered with '" + oracleName + "'");
        } else if (platform.isKnown(oracleName)) {
            out.println("'" + oracleName + "' was invited and has not registered yet: its token is in " + invitation);
        } else {
            Files.deleteIfExists(invitation);
            SecretFile.write(invitation, platform.invite(oracleName) + "\n");
            out.println("'" + oracleName + "' is invited: let it register at " + platform.versionsUrl()
                    + " with the token in " + invitation);
        }
    }

    private void register(CpoPlatform platform, String url, String token) {
        try {
            platform.register(oracleName, url, token);
        } catch (RefusedAddressException e) {
            throw new BadInputException(
                    "--oracle: " + e.reason() + " Use --allow, such as --allow 127.0.0.0/8 for this machine.", e);
        } catch (CallFailedException | OcpiException | BadObjectException | IllegalArgumentException e) {
            throw new BadInputException(
                    "the oracle does not register this platform: " + e.getMessage()
                            + " Look at --oracle and at its invitation, which is good for one registration.",
                    e);
        }
    }

    private static String token(Path file) throws IOException {
        SecretFile.warnIfOthersMayRead("an invitation", file);
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(MOST_TOKEN_BYTES), StandardCharsets.US_ASCII).strip();
        }
    }

    private void run(CpoPlatform platform, Traffic traffic, PrintWriter out) throws InterruptedException {
        var stop = new CountDownLatch(1);
        var done = new CountDownLatch(1);
        try (var ended = AtExit.run(() -> end(stop, done));
                ExecutorService reports = Executors.newSingleThreadExecutor()) {
            Objects.requireNonNull(ended);
            try {
                loop(platform, traffic, reports, stop, out);
            } finally {
                long second = now();
                traffic.end(second).forEach(change -> print(out, second, change));
                platform.advance(second);
                print(out, platform.report(second));
                print(out, platform.counts());
                done.countDown();
            }
        }
    }

    /** The process ends when this returns: not before all cars have left and the oracle was told. */
    private static void end(CountDownLatch stop, CountDownLatch done) {
        stop.countDown();
        try {
            if (!done.await(END_SECONDS, TimeUnit.SECONDS)) {
                System.err.println("the oracle was not told of all ends within " + END_SECONDS + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void loop(
            CpoPlatform platform, Traffic traffic, ExecutorService reports, CountDownLatch stop, PrintWriter out)
            throws InterruptedException {
        Map<String, String> allowedBefore = new HashMap<>();
        var isReporting = new AtomicBoolean();
        var changed = new ArrayList<String>();
        long reported = Long.MIN_VALUE;
        long tabled = now();
        do {
            long second = now();
            platform.advance(second);
            for (Traffic.Change change : traffic.advance(second)) {
                print(out, second, change);
                changed.add(change.evseId());
            }
            limits(platform, second, allowedBefore, out);
            boolean isDue = second - reportSeconds >= reported;
            if ((isDue || !changed.isEmpty()) && isReporting.compareAndSet(false, true)) {
                List<String> some = List.copyOf(changed);
                changed.clear();
                reported = isDue ? second : reported;
                reports.execute(() -> {
                    try {
                        print(out, isDue ? platform.report(second) : platform.report(second, some));
                    } finally {
                        isReporting.set(false);
                    }
                });
            }
            if (second - tabled >= TABLE_SECONDS) {
                tabled = second;
                table(platform, second, out);
            }
        } while (!stop.await(MILLIS - System.currentTimeMillis() % MILLIS, TimeUnit.MILLISECONDS));
    }

    /** Tells where what is allowed has changed. */
    private static void limits(CpoPlatform platform, long second, Map<String, String> allowedBefore, PrintWriter out) {
        for (Station station : platform.stations()) {
            LimitSource source = station.source(second);
            String allows = source == LimitSource.UNPLUGGED
                    ? ""
                    : "allows " + Watts.kilo(station.powerLimitW(second)) + " kW: " + words(source);
            String before = allowedBefore.put(station.data().evseId(), allows);
            if (!allows.isEmpty() && !allows.equals(before)) {
                print(out, second, new Traffic.Change(station.data().evseId(), allows));
            }
        }
    }

    private static void table(CpoPlatform platform, long second, PrintWriter out) {
        var table = new TextTable("charge point", "quirk", "allowed kW", "drawn kW", "kWh", "battery %", "lives by");
        int pluggedIn = 0;
        for (Station station : platform.stations()) {
            if (station.isPluggedIn(second)) {
                pluggedIn++;
                double state = station.stateOfCharge();
                table.row(
                        station.data().evseId(),
                        station.quirk() == Quirk.NONE ? "-" : station.quirk().name(),
                        Watts.kilo(station.powerLimitW(second)),
                        Watts.kilo(station.drawnPowerW()),
                        Watts.kiloExact(station.sessionEnergyWh()),
                        state < 0 ? "-" : String.valueOf(Math.round(100 * state)),
                        words(station.source(second)));
            }
        }
        out.println();
        out.println(CLOCK.format(Instant.ofEpochSecond(second)) + "  " + pluggedIn + " of "
                + platform.stations().size() + " charge points in use");
        if (pluggedIn > 0) {
            table.print(out);
        }
        print(out, platform.counts());
        out.println();
        out.flush();
    }

    private static String words(LimitSource source) {
        return switch (source) {
            case UNPLUGGED -> "nothing";
            case DEFAULT -> "its default";
            case PROFILE -> "its profile";
            case LAST_PERIOD -> "the last period of its profile (fallback)";
        };
    }

    private static void print(PrintWriter out, long second, Traffic.Change change) {
        out.println(CLOCK.format(Instant.ofEpochSecond(second)) + "  " + change.evseId() + "  " + change.what());
        out.flush();
    }

    private static void print(PrintWriter out, PushReport report) {
        List<PushReport.Failure> failures = report.failures();
        for (PushReport.Failure failure : failures.subList(0, Math.min(MOST_FAILURES_SHOWN, failures.size()))) {
            out.println("not told to '" + failure.partner() + "': " + failure.what() + ": " + failure.reason());
        }
        if (failures.size() > MOST_FAILURES_SHOWN) {
            out.println("and " + (failures.size() - MOST_FAILURES_SHOWN) + " more");
        }
        out.flush();
    }

    private static void print(PrintWriter out, ProfileCounts counts) {
        out.println("profiles: " + counts.received() + " received, " + counts.applied() + " applied (" + counts.late()
                + " of them late), " + counts.refused() + " refused, " + counts.ignored() + " ignored, " + counts.lost()
                + " lost, " + counts.overtaken() + " overtaken, " + counts.invalid() + " invalid, " + counts.tooOften()
                + " too often, " + counts.unknownSession() + " of unknown sessions");
        out.flush();
    }

    private static long now() {
        return System.currentTimeMillis() / MILLIS;
    }
}

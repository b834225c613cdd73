package org.chargeproof.cli.demo;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import org.chargeproof.cli.demo.deployment.DemoNetwork;
import org.chargeproof.cli.demo.deployment.Keys;
import org.chargeproof.cli.demo.deployment.Pseudonyms;
import org.chargeproof.cli.demo.ledger.EmbeddedLedger;
import org.chargeproof.cli.demo.scenario.GeneratedDay;
import org.chargeproof.cli.demo.scenario.Scenario;
import org.chargeproof.cli.demo.world.ChargingWorld;
import org.chargeproof.cli.demo.world.CpoBackends;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.console.output.Count;
import org.chargeproof.console.process.AtExit;
import org.chargeproof.ledger.LedgerClient;
import org.chargeproof.ledger.LedgerException;
import org.chargeproof.ledger.Network;
import org.chargeproof.ledger.RpcErrorException;
import org.chargeproof.protocol.ledger.MarketTerms;
import org.chargeproof.protocol.time.NetworkParameters;
import org.jspecify.annotations.Nullable;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.Hash;

/**
 * A consortium that lives on, for who builds on it: the ledger makes a block a second, oracles plan, cars come and go, and whoever asks from
 * outside has a car, too.
 */
final class LiveDemonstration {
    /** A working day, from 8:00 on; then the next one. */
    private static final int DAY_HOURS = 12;

    /** Everything is set up in the past, with a second for each block. */
    private static final long SETUP_SECONDS = 7_200;

    private static final long PREPARING_SECONDS = 60;
    private static final int POINTS_PER_BLOCK = 50;
    /** What is prepared before the first timestep takes some seconds, and oracles read it. */
    private static final int MARGIN_SECONDS = 3;

    private static final int APPENDED_STEPS_AHEAD = 3;
    private static final int POLL_MILLIS = 100;
    private static final int MOST_FAILURES = 3;
    /** A stay for which a visitor is told to ask. */
    private static final int TRIED_TIMESTEPS = 8;

    /** Nobody needs this key to be secret: who deploys has no say in the network afterwards. */
    static final Credentials DEPLOYER = Credentials.create(Hash.sha3String("chargeproof live demonstration"));

    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss");
    private static final String HEAD = "time      timestep asked  cars      kW  plan of the next timestep";

    /** For who waits for a bill: an hour of quarter-hours, as usually, would be minutes. */
    private static final MarketTerms QUICK_BILLS =
            new MarketTerms(2, 2, MarketTerms.DEFAULTS.compensationE4(), MarketTerms.DEFAULTS.kappaE6());

    private final Options options;
    private final DemoOutput output;
    /** Of the first oracle. */
    private final int httpPort;

    /**
     * What lives on.
     *
     * @param rpcPort of the ledger; 0 for any free one
     * @param httpPort of the first oracle, which the others follow; 0 for any free ones
     * @param networkFile for programs: addresses and keys
     * @param folder for the oracles' keys, data and logs
     * @param serves whether somebody is to come with a browser: with a wallet at the first oracle, whose pages may ask the ledger
     */
    record Options(
            NetworkParameters parameters,
            int operators,
            int groups,
            int points,
            long seed,
            int rpcPort,
            int httpPort,
            Path networkFile,
            Path folder,
            boolean serves) {}

    LiveDemonstration(Options options, DemoOutput output) throws IOException {
        this.options = options;
        this.output = output;
        // the ledger is told whose pages may ask it before there is an oracle
        this.httpPort = options.serves() && options.httpPort() == 0 ? freePort() : options.httpPort();
    }

    /**
     * Runs until the process is told to end.
     *
     * @throws BadInputException when a port is in use, or the file for programs cannot be written
     */
    void run() throws IOException {
        requireFreePorts();
        LiveFile.requireFree(options.networkFile());
        Vertx vertx = Vertx.vertx();
        long startSeconds = Demonstration.clockSeconds() - SETUP_SECONDS;
        String origin = options.serves() ? "http://127.0.0.1:" + httpPort : "";
        try (var embedded = EmbeddedLedger.startForOthers(options.rpcPort(), startSeconds, origin);
                var client = LedgerClient.connect(embedded.url());
                var backends = new CpoBackends(vertx, Demonstration::clockSeconds)) {
            run(embedded, client, backends);
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    @SuppressWarnings("try") // what is done at the end needs no name before
    private void run(EmbeddedLedger embedded, LedgerClient client, CpoBackends backends) throws IOException {
        var time = new LiveTime(client);
        Scenario scenario = day(0);
        var founded = DemoNetwork.found(
                client,
                time,
                DEPLOYER,
                options.parameters(),
                options.serves() ? QUICK_BILLS : MarketTerms.DEFAULTS,
                Keys.operators(options.operators()),
                scenario,
                output::say);
        Network network = founded.network();
        try (var fleet = new OracleFleet(options.folder(), network.address(), POLL_MILLIS, f -> {})) {
            var desk = options.serves() ? VisitorDesk.open(founded, fleet) : null;
            output.say("starting " + Count.of(options.operators(), "oracle"));
            for (int i = 0; i < options.operators(); i++) {
                var oracleOptions = new ArrayList<>(backends.oracleOptions(i));
                if (desk != null && i == 0) {
                    oracleOptions.addAll(desk.oracleOptions());
                }
                fleet.start(
                        i,
                        i == 0 ? httpPort : options.httpPort() == 0 ? 0 : httpPort + i,
                        embedded.url(),
                        founded.operators().get(i).oracle(),
                        oracleOptions,
                        List.of("org.chargeproof.cli.Main", "oracle"));
            }
            fleet.awaitStarted();
            // forecasts reach so far ahead only; what is prepared takes a block for each batch of drivers
            time.advanceTo(Demonstration.clockSeconds() - PREPARING_SECONDS - scenario.pointCount() / POINTS_PER_BLOCK);
            Credentials driver = Keys.fresh();
            registerDriver(founded, driver);
            int first = founded.parameters().timestepAt(Demonstration.clockSeconds() + MARGIN_SECONDS) + 1;
            founded.approvePrograms(first + 1);
            var world =
                    new ChargingWorld(scenario, network, founded.transactions(), founded.operators(), backends, first);
            world.prepare(founded.parameters().timestepAt(time.now()));
            time.letRun();
            fleet.awaitAnswersToApps();
            var visitor = desk == null ? null : desk.admit(fleet.url(0));
            var content = content(embedded, founded, fleet, driver, visitor);
            LiveFile.write(options.networkFile(), content);
            try (var deleting = AtExit.run(() -> delete(options.networkFile()))) {
                introduce(content);
                new Life(embedded, founded, fleet, world, first).go();
            }
        }
    }

    private static void registerDriver(DemoNetwork founded, Credentials driver) {
        founded.transactions()
                .send(
                        founded.operators().getFirst().owner(),
                        "registering a driver",
                        founded.network().assets().getContractAddress(),
                        Pseudonyms.register(founded.network(), 1, List.of(driver)));
        founded.transactions().confirm();
    }

    private Scenario day(int number) {
        return GeneratedDay.generate(
                options.seed() + number, DAY_HOURS, options.operators(), options.groups(), options.points());
    }

    private LiveFile.Content content(
            EmbeddedLedger embedded,
            DemoNetwork founded,
            OracleFleet fleet,
            Credentials driver,
            LiveFile.@Nullable Visitor visitor) {
        Network network = founded.network();
        var oracles = new ArrayList<LiveFile.Oracle>();
        for (int i = 0; i < founded.operators().size(); i++) {
            oracles.add(
                    new LiveFile.Oracle(i + 1, founded.operators().get(i).name(), fleet.url(i), fleet.url(i) + "/rpc"));
        }
        var operator = founded.operators().getFirst();
        var market = network.requireMarket();
        return new LiveFile.Content(
                ProcessHandle.current().pid(),
                embedded.url(),
                network.client().chainId(),
                new LiveFile.Contracts(
                        checksum(network.address()),
                        checksum(network.assets().getContractAddress()),
                        checksum(network.charging().getContractAddress()),
                        checksum(network.plans().getContractAddress()),
                        checksum(network.algorithms().getContractAddress()),
                        checksum(market.euro().getContractAddress()),
                        checksum(market.flexibility().getContractAddress()),
                        checksum(market.settlement().getContractAddress()),
                        checksum(market.channels().getContractAddress()),
                        checksum(market.meters().getContractAddress()),
                        checksum(market.valuations().getContractAddress())),
                founded.parameters().timestepSeconds(),
                founded.parameters().gateSeconds(),
                oracles,
                1,
                LiveFile.Account.of(operator.owner()),
                LiveFile.Account.of(operator.meter()),
                LiveFile.Account.of(driver),
                visitor,
                visitor == null
                        ? null
                        : new LiveFile.Pages(
                                fleet.url(0) + "/#key=" + visitor.key(),
                                fleet.url(0) + "/cockpit",
                                fleet.url(0) + "/ledger"));
    }

    private void introduce(LiveFile.Content content) {
        if (content.pages() != null) {
            introduce(content.pages(), content.timestepSeconds());
        }
        output.say("");
        output.say("The consortium lives until Ctrl-C. Its time is real: a block a second, a");
        output.say("timestep every " + content.timestepSeconds()
                + " s, in which a quarter of an hour of energy is charged.");
        output.say("Everything listens on 127.0.0.1 alone.");
        output.say("");
        output.say("ledger      " + content.rpcUrl() + ", chain " + content.chainId());
        output.say("Consortium  " + content.contracts().consortium());
        for (var oracle : content.oracles()) {
            output.say("oracle " + oracle.operator() + "    " + oracle.rpcUrl() + ", " + oracle.name());
        }
        introduce("owner     ", content.owner());
        introduce("meter     ", content.meter());
        introduce("driver    ", content.driver());
        output.say("All of it as JSON: " + options.networkFile());
        output.say("Build an app on it: docs/how-to/build-an-app.md");
        output.say("");
        output.say(HEAD);
    }

    private void introduce(LiveFile.Pages pages, int timestepSeconds) {
        int billSeconds = (QUICK_BILLS.graceTimesteps() + QUICK_BILLS.settlementTimesteps()) * timestepSeconds;
        output.say("");
        output.say("Open in a browser on this machine. You are a driver with 200 euros to spend:");
        output.say("  " + pages.driver());
        output.say("What an operator sees:  " + pages.cockpit());
        output.say("What an auditor sees:   " + pages.ledger());
        output.say("Try this:");
        output.say("  - Ask for 10 kWh at a free charge point, and to leave in " + TRIED_TIMESTEPS * timestepSeconds
                + " s. Your car is");
        output.say("    there; the next plan answers, at most " + 2 * timestepSeconds + " s later.");
        output.say("  - Watch your power change with the timesteps, as others come and go.");
        output.say("  - End it, and read the receipt: what you got, what it cost, why power was");
        output.say("    cut. Its bill is final " + billSeconds + " s later or so: check its proof by the");
        output.say("    addresses of the ledger and the Consortium that stand below.");
        output.say("  - See in the ledger who computed the same plan, and run one again yourself.");
    }

    private void introduce(String role, LiveFile.Account account) {
        output.say(role + "  " + account.address());
        output.say("       key  " + account.privateKey());
    }

    /** What goes on, timestep by timestep. */
    private final class Life implements Timesteps.Events {
        private final EmbeddedLedger embedded;
        private final DemoNetwork founded;
        private final OracleFleet fleet;
        private final ChargingWorld world;
        private final DemoLedger ledger;
        private final Timesteps timesteps;
        private final int first;
        private int days = 1;
        private int failures;

        Life(EmbeddedLedger embedded, DemoNetwork founded, OracleFleet fleet, ChargingWorld world, int first) {
            this.embedded = embedded;
            this.founded = founded;
            this.fleet = fleet;
            this.world = world;
            this.ledger = new DemoLedger(founded.network());
            this.timesteps = new Timesteps(founded.network(), founded.time(), world, ledger, false, first);
            this.first = first;
        }

        /** Goes on until the ledger or an oracle ends. */
        void go() {
            for (int step = 0; ; step++) {
                // after a machine has slept, what it slept through is over
                step = Math.max(
                        step, founded.parameters().timestepAt(founded.time().now()) - first);
                // others may have used the keys that they were given
                founded.transactions().renewNonces();
                try {
                    while (step >= world.steps() - APPENDED_STEPS_AHEAD) {
                        world.append(day(days++));
                    }
                    timesteps.step(step, this);
                    failures = 0;
                } catch (LedgerException | RpcErrorException e) {
                    if (!embedded.isAlive() || ++failures == MOST_FAILURES) {
                        throw e;
                    }
                    fleet.requireRunning();
                    founded.transactions().forget();
                    output.say("not all of this timestep was reported: " + e.getMessage());
                }
                ledger.forgetBefore(first + step - 2);
            }
        }

        @Override
        public void followed() {
            fleet.requireRunning();
            world.cars().adopt(ledger.sessions().values());
        }

        @Override
        public void passed(int step, int timestep, int requests) {
            output.say("%-9s %d %5d %5d %7.1f  %s"
                    .formatted(
                            LocalTime.now(ZoneId.systemDefault()).format(CLOCK),
                            timestep,
                            requests,
                            world.cars().charging(),
                            world.energy().lastWh() * founded.parameters().stepsPerHour() / 1000.0,
                            StepLine.plan(timestep + 1, ledger)));
            for (var decision : ledger.decisions()) {
                var session = ledger.sessions().get(decision.session());
                if (decision.timestep() == timestep + 1
                        && session != null
                        && !world.cars().isOwn(session)) {
                    output.say("          session " + session.id() + " at charge point "
                            + session.chargePoint().id()
                            + (decision.accepted() ? " is accepted" : " is refused, with an offer"));
                }
            }
        }
    }

    private void requireFreePorts() throws IOException {
        int last = options.httpPort() + options.operators() - 1;
        if (options.httpPort() != 0 && options.rpcPort() >= options.httpPort() && options.rpcPort() <= last) {
            throw new BadInputException("--rpc-port is " + options.rpcPort() + ", and the oracles need "
                    + options.httpPort() + " to " + last + ". Give another with --rpc-port or --http-port.");
        }
        requireFree(options.rpcPort(), "the ledger", "--rpc-port");
        for (int i = 0; i < options.operators() && options.httpPort() != 0; i++) {
            requireFree(options.httpPort() + i, "oracle " + (i + 1), "--http-port");
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void requireFree(int port, String who, String option) throws IOException {
        try (var socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        } catch (IOException e) {
            throw new BadInputException(
                    "port " + port + " is not free for " + who + " (" + e.getMessage()
                            + "). Maybe another demonstration or node runs: end it, or give another with " + option
                            + "; 0 takes any free one.",
                    e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + file, e);
        }
    }

    private static String checksum(String address) {
        return org.web3j.crypto.Keys.toChecksumAddress(address);
    }
}

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
import org.chargeproof.protocol.time.NetworkParameters;
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
    /** Nobody needs this key to be secret: who deploys has no say in the network afterwards. */
    static final Credentials DEPLOYER = Credentials.create(Hash.sha3String("chargeproof live demonstration"));

    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss");
    private static final String HEAD = "time      timestep asked  cars      kW  plan of the next timestep";

    private final Options options;
    private final DemoOutput output;

    /**
     * What lives on.
     *
     * @param rpcPort of the ledger; 0 for any free one
     * @param httpPort of the first oracle, which the others follow; 0 for any free ones
     * @param networkFile for programs: addresses and keys
     * @param folder for the oracles' keys, data and logs
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
            Path folder) {}

    LiveDemonstration(Options options, DemoOutput output) {
        this.options = options;
        this.output = output;
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
        try (var embedded = EmbeddedLedger.startForOthers(options.rpcPort(), startSeconds);
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
                Keys.operators(options.operators()),
                scenario,
                output::say);
        Network network = founded.network();
        try (var fleet = new OracleFleet(options.folder(), network.address(), POLL_MILLIS, f -> {})) {
            output.say("starting " + Count.of(options.operators(), "oracle"));
            for (int i = 0; i < options.operators(); i++) {
                fleet.start(
                        i,
                        options.httpPort() == 0 ? 0 : options.httpPort() + i,
                        embedded.url(),
                        founded.operators().get(i).oracle(),
                        backends.oracleOptions(i),
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
            var content = content(embedded, founded, fleet, driver);
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
            EmbeddedLedger embedded, DemoNetwork founded, OracleFleet fleet, Credentials driver) {
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
                LiveFile.Account.of(driver));
    }

    private void introduce(LiveFile.Content content) {
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

package org.chargeproof.cli.demo;

import io.vertx.core.Vertx;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.chargeproof.audit.AuditRange;
import org.chargeproof.audit.Auditor;
import org.chargeproof.audit.ProgressListener;
import org.chargeproof.audit.report.AuditReport;
import org.chargeproof.audit.report.SettlementVerdict;
import org.chargeproof.audit.report.TimestepVerdict;
import org.chargeproof.audit.report.Verdict;
import org.chargeproof.cli.abuse.Abuse;
import org.chargeproof.cli.demo.deployment.DemoNetwork;
import org.chargeproof.cli.demo.deployment.Keys;
import org.chargeproof.cli.demo.ledger.DemoNodes;
import org.chargeproof.cli.demo.ledger.MovedTime;
import org.chargeproof.cli.demo.payment.DemoPayments;
import org.chargeproof.cli.demo.scenario.DemoSite;
import org.chargeproof.cli.demo.scenario.FlakyStations;
import org.chargeproof.cli.demo.scenario.Scenario;
import org.chargeproof.cli.demo.world.Backends;
import org.chargeproof.cli.demo.world.ChargingWorld;
import org.chargeproof.cli.demo.world.Hems;
import org.chargeproof.cli.demo.world.OcpiBackends;
import org.chargeproof.cli.demo.world.Providers;
import org.chargeproof.console.output.Count;
import org.chargeproof.ledger.LedgerClient;
import org.chargeproof.ledger.Network;
import org.chargeproof.operator.owner.ChainTime;
import org.chargeproof.operator.owner.RealTime;
import org.chargeproof.protocol.bill.Settlement;
import org.chargeproof.protocol.time.NetworkParameters;
import org.jspecify.annotations.Nullable;

/** Runs a scenario on a whole network: contracts, oracles, cars, and the audit at the end. */
final class Demonstration {
    /** Where time cannot be moved: for approvals, users, forecasts and the start of the oracles. */
    private static final int PREPARING_SECONDS = 40;

    private static final int POINTS_PREPARED_PER_SECOND = 50;

    /** What a hostile guest may have in somebody's group. */
    private static final int GUEST_POINTS = 2;

    private static final int GUEST_RATED_W = 8_000;
    private static final int POLL_MILLIS = 5;

    private final Options options;
    private final Scenario scenario;
    private final @Nullable DemoSite site;
    private final Oracles oracles;
    private final DemoOutput output;
    private String consortium = "";

    /**
     * What is demonstrated.
     *
     * @param nodes of the ledger
     * @param ledgerName for the report
     * @param parameters of the network to deploy
     * @param movable whether the ledger makes a block only when it is told to
     * @param startSeconds when the scenario starts, unix seconds; 0 for as soon as possible
     * @param mischief what does not go as it should
     * @param folder for the oracles' keys, data and logs
     */
    record Options(
            DemoNodes nodes,
            String ledgerName,
            NetworkParameters parameters,
            boolean movable,
            long startSeconds,
            int operators,
            Mischief mischief,
            Path folder) {
        /** Operators with an oracle. */
        int oracles() {
            return operators - (mischief.abuse() ? 1 : 0);
        }
    }

    /** How the oracles are run. */
    interface Oracles {
        /** Main class of an oracle, and the arguments before the oracle's own options. */
        List<String> program(int number);

        /** Done again and again while the demonstration waits for an oracle. */
        default void whileWaiting(OracleFleet fleet) {}
    }

    Demonstration(Options options, Scenario scenario, Oracles oracles, DemoOutput output) {
        this.options = options;
        // charge points that misbehave keep no limits of phases
        this.site = options.mischief().flaky() ? null : DemoSite.of(scenario);
        this.scenario = options.mischief().flaky()
                ? FlakyStations.reserved(scenario)
                : site == null ? scenario : site.in(scenario);
        this.oracles = oracles;
        this.output = output;
    }

    /** Honest ones, but the first few. */
    static Oracles oracles(int byzantine) {
        return number -> number < byzantine
                ? List.of(ByzantineOracle.class.getName())
                : List.of("org.chargeproof.cli.Main", "oracle");
    }

    /** Address of the network's Consortium, once it is deployed. */
    String consortium() {
        return consortium;
    }

    /**
     * Runs it.
     *
     * @param startNanos when the whole began, for the report
     */
    DemoReport run(long startNanos) {
        Vertx vertx = Vertx.vertx();
        try (LedgerClient client = LedgerClient.connect(options.nodes().rpcUrl())) {
            return run(startNanos, client, vertx);
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    private DemoReport run(long startNanos, LedgerClient client, Vertx vertx) {
        var fleetOrNull = new OracleFleet[1];
        ChainTime time = options.movable()
                ? new MovedTime(client, () -> awaitEverybody(client, fleetOrNull[0]))
                : new RealTime(client);
        var founded = DemoNetwork.found(
                client,
                time,
                Keys.fresh(),
                options.parameters(),
                Keys.operators(options.operators()),
                scenario,
                output::say);
        LongSupplier clock = options.movable() ? time::now : Demonstration::clockSeconds;
        try (Backends backends = new OcpiBackends(
                        vertx,
                        options.folder(),
                        founded.operators().stream().map(Keys.Operator::meter).toList(),
                        scenario.points(),
                        options.mischief().flaky() ? FlakyStations.of(scenario) : Set.of(),
                        options.mischief().flaky() ? FlakyStations.withFullPower(scenario) : Set.of(),
                        clock);
                var providers = new Providers(vertx, options.folder(), options.operators());
                var payments = new DemoPayments(
                        founded,
                        options.folder().resolve("wallets"),
                        options.mischief().cheatingPayers(),
                        options.mischief().cheatingPayees())) {
            output.say("bringing euros into circulation, and opening channels for them");
            payments.open();
            return run(startNanos, client, time, backends, providers, fleetOrNull, founded, payments);
        }
    }

    private DemoReport run(
            long startNanos,
            LedgerClient client,
            ChainTime time,
            Backends backends,
            Providers providers,
            @Nullable OracleFleet[] fleetOrNull,
            DemoNetwork founded,
            DemoPayments payments) {
        Network network = founded.network();
        int first = firstTimestep(founded);
        founded.approvePrograms(first + 1);
        var hems = new Hems(() -> scenario, founded.parameters(), options.oracles(), options.folder(), site);
        registerBattery(founded);
        var world = new ChargingWorld(
                scenario, network, founded.transactions(), founded.operators(), backends, first, hems);
        world.cars().setAccounts(payments::nextAccount);
        world.prepare(founded.parameters().timestepAt(time.now()));
        consortium = network.address();
        output.say("Consortium at " + network.address() + " on chain " + client.chainId());

        try (hems;
                var fleet = new OracleFleet(
                        options.folder(),
                        network.address(),
                        options.movable() ? POLL_MILLIS : 200,
                        oracles::whileWaiting)) {
            output.say("starting " + Count.of(options.oracles(), "oracle")
                    + (options.mischief().byzantine() > 0
                            ? ", " + Count.of(options.mischief().byzantine(), "liar") + " among them"
                            : ""));
            for (int i = 0; i < options.oracles(); i++) {
                fleet.start(
                        i,
                        options.nodes().rpcUrl(i),
                        founded.operators().get(i).oracle(),
                        oracleOptions(i, backends, providers, hems),
                        oracles.program(i));
            }
            fleet.awaitStarted();
            backends.connect(fleet);
            providers.connect(fleet);
            hems.connect(fleet, founded.parameters().timestepAt(time.now()));
            fleetOrNull[0] = fleet;
            var ledger = new DemoLedger(network);
            world.cars().setStopped(payments::isStopped);
            world.cars().setPayment((id, untilWh) -> {
                var session = ledger.sessions().get(id);
                // interim power is paid for, too, whether a plan accepts the session or not
                return session == null
                        ? untilWh
                        : payments.charge(
                                id,
                                session.account().toHexString(),
                                ledger.terms(id),
                                session.chargePoint().operator(),
                                untilWh);
            });
            Abuse.Report abuse = runDay(founded, first, world, fleet, ledger, payments);
            var opinions = new DemoReport.SecondOpinion(
                    fleet.sum("chargeproof_second_opinion_plans_total"),
                    fleet.sum("chargeproof_second_opinion_differences_total"));
            String late = DemoChecks.late(fleet.sum("chargeproof_transactions_late_total"));
            var problems = DemoChecks.problems(
                    options,
                    scenario.steps(),
                    first,
                    fleet,
                    ledger,
                    world.cars().turnedAway());
            if (!late.isEmpty() && options.movable() && options.mischief().byzantine() == 0) {
                problems.add(late);
            } else if (!late.isEmpty()) {
                // by a clock that does not wait, an oracle may come too late
                output.say(late);
            }
            var settlements = new ArrayList<Settlement>();
            var audited = audit(network, first, settlements);
            var cdrs = providers.compare(
                    network,
                    settlements,
                    operator -> operator >= options.mischief().byzantine()
                            && operator < options.oracles()
                            && fleet.runs(operator));
            var doors = new DemoReport.Doors(
                    fleet.sum("chargeproof_profiles_set_total"),
                    fleet.sum("chargeproof_profiles_confirmed_total"),
                    fleet.sum("chargeproof_profiles_rejected_total"),
                    fleet.sum("chargeproof_profiles_late_total"),
                    IntStream.rangeClosed(first + 1, first + scenario.steps())
                            .map(ledger::notApplied)
                            .sum(),
                    world.energy().fallbacksApplied(),
                    cdrs.told(),
                    cdrs.wrong(),
                    cdrs.missing());
            var settled = new SettledDay(founded, world, ledger, payments).settle(audited, settlements, output);
            problems.addAll(payments.problems());
            problems.addAll(backends.problems());
            if (cdrs.wrong() > 0 || cdrs.missing() > 0) {
                problems.add(cdrs.wrong() + " CDRs are not what is final on the ledger, and " + cdrs.missing()
                        + " did not reach their provider");
            }
            return new DemoFigures(options, scenario, network, world, ledger, first, hems)
                    .report(startNanos, audited, settled, opinions, doors, problems, abuse);
        }
    }

    private static List<String> oracleOptions(int operator, Backends backends, Providers providers, Hems hems) {
        var all = new ArrayList<>(backends.oracleOptions(operator));
        all.addAll(providers.oracleOptions(operator));
        all.addAll(hems.oracleOptions(operator));
        return all;
    }

    private void registerBattery(DemoNetwork founded) {
        if (site == null) {
            return;
        }
        var assets = founded.network().assets();
        var battery = site.battery();
        founded.transactions()
                .send(
                        founded.operators()
                                .get(scenario.groups().get(site.batteryGroup()).owner())
                                .owner(),
                        "registering a battery",
                        assets.getContractAddress(),
                        assets.registerBattery(
                                BigInteger.valueOf(site.batteryGroup()),
                                BigInteger.valueOf(battery.capacityWh()),
                                BigInteger.valueOf(battery.chargeW())));
        founded.transactions().confirm();
    }

    private int firstTimestep(DemoNetwork founded) {
        var p = founded.parameters();
        return options.movable()
                ? p.timestepAt(options.startSeconds())
                // the approvals and what is prepared then take blocks of real time
                : p.timestepAt(Math.max(founded.time().now(), clockSeconds()))
                        + Math.ceilDiv(
                                PREPARING_SECONDS + scenario.pointCount() / POINTS_PREPARED_PER_SECOND,
                                p.timestepSeconds())
                        + 1;
    }

    private Abuse.@Nullable Report runDay(
            DemoNetwork founded,
            int first,
            ChargingWorld world,
            OracleFleet fleet,
            DemoLedger ledger,
            DemoPayments payments) {
        var timesteps = new Timesteps(founded.network(), founded.time(), world, ledger, options.movable(), first);
        output.say(StepLine.HEAD);
        if (!options.mischief().abuse()) {
            timesteps.run(scenario.steps(), new Day(founded, world, fleet, ledger, payments, null));
            return null;
        }
        try (var attack = attack(founded, world)) {
            timesteps.run(scenario.steps(), new Day(founded, world, fleet, ledger, payments, attack));
            return attack.report();
        }
    }

    /** The last operator and a stranger; the first operator has let the last one into its first group. */
    private Abuse attack(DemoNetwork founded, ChargingWorld world) {
        Network network = founded.network();
        int hostile = founded.operators().size();
        var keys = founded.operators().getLast();
        founded.transactions()
                .send(
                        founded.operators().getFirst().owner(),
                        "opening a group",
                        network.assets().getContractAddress(),
                        network.assets()
                                .openGroup(
                                        BigInteger.ZERO,
                                        BigInteger.valueOf(hostile),
                                        BigInteger.valueOf(GUEST_POINTS),
                                        BigInteger.valueOf(GUEST_RATED_W)));
        founded.transactions().confirm();
        output.say(keys.name() + " and a stranger attack the others, in every timestep");
        return new Abuse(new Abuse.Target(
                options.nodes().rpcUrls(),
                network.address(),
                hostile,
                keys.owner(),
                keys.oracle(),
                keys.meter(),
                world.cars().pseudonyms(),
                0,
                scenario.pointCount(),
                !options.movable()));
    }

    /** What happens beside the day itself: oracles that fall silent, attacks, and a line for each timestep. */
    private final class Day implements Timesteps.Events {
        private final DemoNetwork founded;
        private final ChargingWorld world;
        private final OracleFleet fleet;
        private final DemoLedger ledger;
        private final DemoPayments payments;
        private final @Nullable Abuse abuse;

        Day(
                DemoNetwork founded,
                ChargingWorld world,
                OracleFleet fleet,
                DemoLedger ledger,
                DemoPayments payments,
                @Nullable Abuse abuse) {
            this.founded = founded;
            this.world = world;
            this.fleet = fleet;
            this.ledger = ledger;
            this.payments = payments;
            this.abuse = abuse;
        }

        @Override
        public void started(int step, int timestep) {
            if (step != scenario.steps() / 2) {
                return;
            }
            for (int i = options.operators() - options.mischief().silent(); i < options.operators(); i++) {
                String node = options.nodes().killer().kill(i);
                fleet.stop(i);
                world.fallsSilent(i, timestep);
                output.say("the oracle of " + founded.operators().get(i).name() + " falls silent"
                        + (node.isEmpty() ? "" : ", its " + node + " is killed"));
            }
        }

        @Override
        public void reporting(int timestep) {
            payments.endStopped();
            if (abuse != null) {
                var pids = new LinkedHashMap<>(options.nodes().pids().get());
                pids.putAll(fleet.pids());
                abuse.timestep(timestep, pids);
            }
        }

        @Override
        public void gateClosed(int timestep) {
            if (abuse != null) {
                abuse.gate(timestep);
            }
        }

        @Override
        public void passed(int step, int timestep, int requests) {
            double kilowatts = world.energy().lastWh() * founded.parameters().stepsPerHour() / 1000.0;
            output.progress(StepLine.of(scenario, step, timestep + 1, requests, kilowatts, ledger));
        }
    }

    private void awaitEverybody(LedgerClient client, @Nullable OracleFleet fleet) {
        if (fleet != null) {
            fleet.awaitActed(client.head().number());
        }
    }

    /** @param settlements takes those that are final with the bills that they should have */
    private AuditReport audit(Network network, int first, List<Settlement> settlements) {
        output.say("auditing everything from the chain alone");
        return Auditor.audit(
                network,
                options.folder().resolve("audit"),
                AuditRange.timesteps(first + 1, first + scenario.steps()),
                new ProgressListener() {
                    @Override
                    public void onTimestep(TimestepVerdict verdict, int done, int total) {
                        // the report has them all
                    }

                    @Override
                    public void onSettlement(SettlementVerdict verdict, Settlement settlement) {
                        if (verdict.verdict() == Verdict.MATCH) {
                            settlements.add(settlement);
                        }
                    }
                });
    }

    /** Where blocks are made by the clock, it knows better than a node that is a little behind. */
    static long clockSeconds() {
        return TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis());
    }
}

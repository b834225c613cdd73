package org.chargeproof.cli.demo;

import io.vertx.core.Vertx;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.chargeproof.audit.AuditRange;
import org.chargeproof.audit.AuditReport;
import org.chargeproof.audit.Auditor;
import org.chargeproof.audit.ProgressListener;
import org.chargeproof.audit.Verdict;
import org.chargeproof.cli.abuse.Abuse;
import org.chargeproof.console.input.Invocation;
import org.chargeproof.ledger.LedgerClient;
import org.chargeproof.ledger.Network;
import org.chargeproof.operator.owner.ChainTime;
import org.chargeproof.operator.owner.RealTime;
import org.chargeproof.operator.owner.Transactions;
import org.chargeproof.protocol.ledger.Session;
import org.chargeproof.protocol.time.NetworkParameters;
import org.jspecify.annotations.Nullable;

/** Runs a scenario on a whole network: contracts, oracles, cars, and the audit at the end. */
final class Demonstration {
    private static final List<String> NAMES = List.of(
            "Aurora Charge",
            "Boreal Power",
            "Cirrus Drive",
            "Delta Grid",
            "Ember Mobility",
            "Fjord Energy",
            "Gale Charging",
            "Halo Power");
    /** Chain seconds from a timestep's start to its reports, and from there to the requests. */
    private static final int REPORTS_AFTER_SECONDS = 5;

    /** Where time cannot be moved: for approvals, users, forecasts and the start of the oracles. */
    private static final int PREPARING_SECONDS = 40;

    private static final int POINTS_PREPARED_PER_SECOND = 50;

    private static final int BLOCKS_IN_GATE_SECONDS = 2;
    /** What a hostile guest may have in somebody's group. */
    private static final int GUEST_POINTS = 2;

    private static final int GUEST_RATED_W = 8_000;
    private static final int MOST_REMARKS_OF_A_KIND = 4;
    private static final int POLL_MILLIS = 5;

    private final Options options;
    private final Scenario scenario;
    private final Oracles oracles;
    private final Consumer<String> say;
    private String consortium = "";

    /**
     * What is demonstrated.
     *
     * @param nodes of the ledger
     * @param ledgerName for the report
     * @param parameters of the network to deploy
     * @param movable whether the ledger makes a block only when it is told to
     * @param startSeconds when the scenario starts, unix seconds; 0 for as soon as possible
     * @param byzantine how many oracles lie
     * @param silent how many oracles stop half-way
     * @param abuse whether the last operator has no oracle, and attacks instead, together with a stranger
     * @param folder for the oracles' keys, data and logs
     */
    record Options(
            DemoNodes nodes,
            String ledgerName,
            NetworkParameters parameters,
            boolean movable,
            long startSeconds,
            int operators,
            int byzantine,
            int silent,
            boolean abuse,
            Path folder) {
        /** Operators with an oracle. */
        int oracles() {
            return operators - (abuse ? 1 : 0);
        }
    }

    /** How the oracles are run. */
    interface Oracles {
        /** Main class of an oracle, and the arguments before the oracle's own options. */
        List<String> program(int number);

        /** Done again and again while the demonstration waits for an oracle. */
        default void whileWaiting(OracleFleet fleet) {}
    }

    Demonstration(Options options, Scenario scenario, Oracles oracles, Consumer<String> say) {
        this.options = options;
        this.scenario = scenario;
        this.oracles = oracles;
        this.say = say;
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
        try (var backends = new CpoBackends(vertx, options.movable() ? time::now : Demonstration::clockSeconds)) {
            return run(startNanos, client, time, backends, fleetOrNull);
        }
    }

    private DemoReport run(
            long startNanos,
            LedgerClient client,
            ChainTime time,
            CpoBackends backends,
            @Nullable OracleFleet[] fleetOrNull) {
        var transactions = new Transactions(client, time);
        var operators = IntStream.range(0, options.operators())
                .mapToObj(i -> Keys.operator(i < NAMES.size() ? NAMES.get(i) : "Operator " + (i + 1)))
                .toList();
        var deployment = new Deployment(client, transactions, say);
        Network network = deployment.contracts(options.parameters(), operators);
        deployment.assets(network, scenario, operators);
        var algorithm = deployment.algorithm(network, operators);
        var p = network.parameters();
        int first = options.movable()
                ? p.timestepAt(options.startSeconds())
                // the approvals and what is prepared below take blocks of real time
                : p.timestepAt(Math.max(time.now(), clockSeconds()))
                        + Math.ceilDiv(
                                PREPARING_SECONDS + scenario.pointCount() / POINTS_PREPARED_PER_SECOND,
                                p.timestepSeconds())
                        + 1;
        deployment.approve(network, operators, algorithm, first + 1);
        var world = new ChargingWorld(scenario, network, transactions, operators, backends, first);
        world.prepare(p.timestepAt(time.now()));
        consortium = network.address();
        say.accept("Consortium at " + network.address() + " on chain " + client.chainId());

        try (var fleet = new OracleFleet(
                options.folder(), network.address(), options.movable() ? POLL_MILLIS : 200, oracles::whileWaiting)) {
            say.accept("starting " + options.oracles() + " oracles"
                    + (options.byzantine() > 0 ? ", " + options.byzantine() + " of them liars" : ""));
            for (int i = 0; i < options.oracles(); i++) {
                fleet.start(
                        i, options.nodes().rpcUrl(i), operators.get(i).oracle(), backends.url(i), oracles.program(i));
            }
            fleet.awaitStarted();
            fleetOrNull[0] = fleet;
            var ledger = new DemoLedger(network);
            Abuse.Report abuse = null;
            if (options.abuse()) {
                try (var attack = attack(network, world, transactions, operators)) {
                    runDay(first, network, time, world, fleet, ledger, operators, attack);
                    abuse = attack.report();
                }
            } else {
                runDay(first, network, time, world, fleet, ledger, operators, null);
            }
            var opinions = new DemoReport.SecondOpinion(
                    fleet.sum("chargeproof_second_opinion_plans_total"),
                    fleet.sum("chargeproof_second_opinion_differences_total"));
            var problems = problems(first, fleet, ledger, world.turnedAway());
            return report(startNanos, first, network, world, ledger, audit(network, first), opinions, problems, abuse);
        }
    }

    /** The last operator and a stranger; the first operator has let the last one into its first group. */
    private Abuse attack(
            Network network, ChargingWorld world, Transactions transactions, List<Keys.Operator> operators) {
        int hostile = operators.size();
        var keys = operators.getLast();
        transactions.send(
                operators.getFirst().owner(),
                "opening a group",
                network.assets().getContractAddress(),
                network.assets()
                        .openGroup(
                                BigInteger.ZERO,
                                BigInteger.valueOf(hostile),
                                BigInteger.valueOf(GUEST_POINTS),
                                BigInteger.valueOf(GUEST_RATED_W)));
        transactions.confirm();
        say.accept(keys.name() + " and a stranger attack the others, in every timestep");
        return new Abuse(new Abuse.Target(
                options.nodes().rpcUrls(),
                network.address(),
                hostile,
                keys.owner(),
                keys.oracle(),
                keys.meter(),
                world.pseudonyms(),
                0,
                scenario.pointCount(),
                !options.movable()));
    }

    private void runDay(
            int first,
            Network network,
            ChainTime time,
            ChargingWorld world,
            OracleFleet fleet,
            DemoLedger ledger,
            List<Keys.Operator> operators,
            @Nullable Abuse abuse) {
        var p = network.parameters();
        int steps = scenario.steps();
        for (int step = 0; step <= steps; step++) {
            int timestep = first + step;
            time.advanceTo(p.startOf(timestep));
            ledger.follow();
            if (step > 0) {
                // what the timestep before came to
                if (step > 1) {
                    world.report(timestep - 1);
                }
                world.begin(timestep);
            }
            if (step == steps) {
                break;
            }
            if (step == steps / 2) {
                for (int i = options.operators() - options.silent(); i < options.operators(); i++) {
                    String node = options.nodes().killer().kill(i);
                    fleet.stop(i);
                    world.fallsSilent(i, timestep);
                    say.accept("the oracle of " + operators.get(i).name() + " falls silent"
                            + (node.isEmpty() ? "" : ", its " + node + " is killed"));
                }
            }
            time.advanceTo(p.startOf(timestep) + Math.min(REPORTS_AFTER_SECONDS, p.timestepSeconds() / 10));
            if (abuse != null) {
                var pids = new LinkedHashMap<>(options.nodes().pids().get());
                pids.putAll(fleet.pids());
                abuse.timestep(timestep, pids);
            }
            world.unplug(step, ledger.sessions());
            long gateSeconds = (step + 1L) * Scenario.STEP_SECONDS - 60;
            int requests = world.plugIn(gateSeconds, timestep + 1);
            time.advanceTo(p.gateOf(timestep));
            if (abuse != null) {
                abuse.gate(timestep);
            }
            // who comes behind the gate waits for the timestep after the next
            requests += world.plugIn((step + 1L) * Scenario.STEP_SECONDS, timestep + 2);
            awaitFinal(timestep + 1, p, time, ledger);
            if (step > 0) {
                world.charge(timestep);
            }
            tell(step, timestep + 1, requests, world, ledger, network);
        }
        // the last planned timestep runs to its end, and its meters are read
        int last = first + steps;
        time.advanceTo(p.gateOf(last));
        awaitFinal(last + 1, p, time, ledger);
        time.advanceTo(p.startOf(last + 1));
        world.charge(last);
        world.report(last);
        ledger.follow();
        world.unplug(steps, ledger.sessions());
    }

    /** Where time is moved: blocks until the plan is final and handed over, or the gate's time is used up. */
    private void awaitFinal(int planned, NetworkParameters p, ChainTime time, DemoLedger ledger) {
        long end = p.startOf(planned);
        if (!options.movable()) {
            time.advanceTo(end);
            ledger.follow();
            return;
        }
        int quietBlocks = 0;
        while (time.now() + BLOCKS_IN_GATE_SECONDS < end && quietBlocks < 3) {
            time.advanceTo(time.now() + BLOCKS_IN_GATE_SECONDS);
            ledger.follow();
            // once final: attestations that came late, and what was applied
            quietBlocks += ledger.finalOf(planned) == null ? 0 : 1;
        }
    }

    private void awaitEverybody(LedgerClient client, @Nullable OracleFleet fleet) {
        if (fleet != null) {
            fleet.awaitActed(client.head().number());
        }
    }

    private void tell(int step, int planned, int requests, ChargingWorld world, DemoLedger ledger, Network network) {
        int minutes = scenario.firstHour() * 60 + step * 15;
        var last = ledger.decisions();
        long accepted = last.stream()
                .filter(d -> d.timestep() == planned && d.accepted())
                .count();
        long refused = last.stream()
                .filter(d -> d.timestep() == planned && !d.accepted())
                .count();
        var plan = ledger.finalOf(planned);
        String outcome;
        if (plan == null) {
            outcome = "NOT FINAL: fallback";
        } else {
            var post = ledger.state().planRecord(planned).finalPost();
            var record = ledger.state().planRecord(planned);
            long wrong = record.candidates().size() - 1L;
            outcome = "final %d s after the gate, posted by %s, %d of %d attest%s"
                    .formatted(
                            ledger.gateToFinalSeconds(planned),
                            post == null ? "?" : name(ledger, post.operator()),
                            record.votes().values().stream()
                                    .filter(c -> c == plan.candidate())
                                    .count(),
                            plan.members(),
                            wrong > 0 ? ", " + wrong + " other post" + (wrong > 1 ? "s" : "") + " rejected" : "");
        }
        say.accept("%3d/%d  day %d %02d:%02d  %2d requests (%d accepted, %d refused)  %6.1f kW  %s"
                .formatted(
                        step + 1,
                        scenario.steps(),
                        minutes / 1440 + 1,
                        minutes / 60 % 24,
                        minutes % 60,
                        requests,
                        accepted,
                        refused,
                        world.lastWh() * network.parameters().stepsPerHour() / 1000.0,
                        outcome));
    }

    private static String name(DemoLedger ledger, int operator) {
        var member = ledger.state().operator(operator);
        return member == null ? "operator " + operator : member.name();
    }

    /** What went wrong although every plan may be final and right. */
    private List<String> problems(int first, OracleFleet fleet, DemoLedger ledger, int turnedAway) {
        var problems = new ArrayList<String>();
        int honest = options.oracles() - options.byzantine();
        for (int step = 0; step < scenario.steps(); step++) {
            int running = honest - (step < scenario.steps() / 2 ? 0 : options.silent());
            int votes = ledger.votes(first + 1 + step);
            if (ledger.finalOf(first + 1 + step) != null && votes < running) {
                problems.add("timestep %d: only %d of %d honest oracles stand for its plan"
                        .formatted(first + 1 + step, votes, running));
            }
        }
        if (!options.abuse() && turnedAway > 0) {
            problems.add(turnedAway + " requests were refused by the contracts");
        }
        countProblem(problems, fleet, "chargeproof_handover_failures_total", "handovers of setpoints failed");
        countProblem(problems, fleet, "chargeproof_plan_failures_total", "timesteps could not be planned");
        if (options.byzantine() == 0) {
            countProblem(problems, fleet, "chargeproof_disagreements_total", "final plans differ from an oracle's own");
            countProblem(
                    problems, fleet, "chargeproof_transactions_failed_total", "transactions were refused on chain");
        }
        return problems;
    }

    private static void countProblem(List<String> problems, OracleFleet fleet, String counter, String what) {
        long count = fleet.sum(counter);
        if (count > 0) {
            problems.add(count + " " + what);
        }
    }

    private AuditReport audit(Network network, int first) {
        say.accept("auditing everything from the chain alone");
        return Auditor.audit(
                network,
                options.folder().resolve("audit"),
                AuditRange.timesteps(first + 1, first + scenario.steps()),
                ProgressListener.none());
    }

    private DemoReport report(
            long startNanos,
            int first,
            Network network,
            ChargingWorld world,
            DemoLedger ledger,
            AuditReport audit,
            DemoReport.SecondOpinion secondOpinion,
            List<String> problems,
            Abuse.@Nullable Report abuse) {
        int steps = scenario.steps();
        var sessions = ledger.sessions().values().stream().filter(world::isOwn).toList();
        long meteredMissedWh = 0;
        long meteredMissedAtSilentWh = 0;
        long acceptedWh = 0;
        int notDue = 0;
        for (Session s : sessions) {
            if (!s.accepted()) {
                continue;
            }
            acceptedWh += s.deliveredWh();
            if (s.departureTimestep() <= first + steps + 1) {
                long lackedWh = Math.max(0, s.energyWh() - s.deliveredWh());
                if (world.isSilent(s.chargePoint().operator() - 1, s.departureTimestep())) {
                    meteredMissedAtSilentWh += lackedWh;
                } else {
                    meteredMissedWh += lackedWh;
                }
            } else {
                notDue++;
            }
        }
        var remarks = new ArrayList<>(scenario.notes());
        remarks.addAll(world.remarks());
        if (notDue > 0) {
            remarks.add(notDue + " accepted sessions go on beyond the end and are not due yet");
        }
        if (acceptedWh != world.deliveredWh()) {
            remarks.add("%d Wh were taken that the ledger credits to no accepted session"
                    .formatted(world.deliveredWh() - acceptedWh));
        }
        if (sessions.isEmpty()) {
            remarks.add("nobody asked for anything in this time, so nothing was promised");
        }
        audit.timesteps().stream()
                .flatMap(t -> t.groups().stream()
                        .filter(g -> g.verdict() == Verdict.MISMATCH)
                        .map(g -> "timestep " + t.timestep() + ", group " + g.group() + ": " + g.difference()))
                .limit(MOST_REMARKS_OF_A_KIND)
                .forEach(remarks::add);
        int wrongShown = 0;
        for (var wrong : audit.wrongPosts()) {
            if (wrongShown++ < MOST_REMARKS_OF_A_KIND) {
                remarks.add("wrong post for timestep %d by %s, not final: %s"
                        .formatted(wrong.timestep(), name(ledger, wrong.operator()), wrong.difference()));
            }
        }
        if (wrongShown > MOST_REMARKS_OF_A_KIND) {
            remarks.add("and %d more wrong posts".formatted(wrongShown - MOST_REMARKS_OF_A_KIND));
        }
        if (options.nodes().outlive()) {
            remarks.add("audit it yourself: %s --rpc %s --contract %s --from %d --to %d"
                    .formatted(
                            Invocation.of("audit"),
                            options.nodes().rpcUrl(),
                            network.address(),
                            first + 1,
                            first + steps));
        }
        var finals = IntStream.rangeClosed(first + 1, first + steps)
                .filter(t -> ledger.finalOf(t) != null)
                .toArray();
        long[] gas = Arrays.stream(finals).mapToLong(ledger::planGas).sorted().toArray();
        long[] seconds = Arrays.stream(finals)
                .mapToLong(ledger::gateToFinalSeconds)
                .sorted()
                .toArray();
        long[] blocks = Arrays.stream(finals)
                .mapToLong(ledger::gateToFinalBlocks)
                .sorted()
                .toArray();
        long gasMedian = median(gas);
        var peaks = IntStream.range(0, scenario.groups().size())
                .mapToObj(g -> new DemoReport.GroupPeak(
                        scenario.groups().get(g).name(),
                        world.groupPeakWh(g) * network.parameters().stepsPerHour(),
                        scenario.groups().get(g).capacityW()))
                .toList();
        var counts = audit.counts();
        long requests = sessions.size();
        return new DemoReport(
                options.ledgerName(),
                options.operators(),
                scenario.groups().size(),
                scenario.pointCount(),
                steps,
                finals.length,
                steps - finals.length,
                world.handedOverPlans(),
                world.handedOverFallbacks(),
                world.silentTimesteps(),
                (int) requests,
                count(sessions, Session::accepted),
                count(sessions, s -> s.accepted() && s.energyWh() < s.wantedWh()),
                count(sessions, s -> s.arrivalTimestep() > s.firstTimestep()),
                count(sessions, s -> s.status() == Session.Status.REFUSED),
                world.deliveredWh(),
                // what the cars lack, and what the ledger says they lack: the worse of both
                Math.max(world.missedWh(), meteredMissedWh),
                Math.max(world.missedAtSilentWh(), meteredMissedAtSilentWh),
                world.overLimitWh(),
                world.greenWh(),
                world.peakWh() * network.parameters().stepsPerHour(),
                new DemoReport.Audit(
                        counts.plans(), counts.match(), counts.mismatch(), counts.missing(), counts.certificates()),
                secondOpinion,
                new DemoReport.Gas(gasMedian, Math.round(10.0 * gasMedian / Math.max(1, scenario.pointCount())) / 10.0),
                new DemoReport.Seconds(
                        Math.round(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos) / 100.0) / 10.0,
                        median(seconds),
                        seconds.length == 0 ? 0 : seconds[seconds.length - 1]),
                new DemoReport.Blocks(median(blocks), blocks.length == 0 ? 0 : blocks[blocks.length - 1]),
                abuse,
                problems,
                remarks,
                peaks);
    }

    private static int count(Collection<Session> sessions, Predicate<Session> which) {
        return (int) sessions.stream().filter(which).count();
    }

    /** Of values in ascending order; 0 of none. */
    private static long median(long[] sorted) {
        return sorted.length == 0 ? 0 : sorted[sorted.length / 2];
    }

    /** Where blocks are made by the clock, it knows better than a node that is a little behind. */
    private static long clockSeconds() {
        return TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis());
    }
}

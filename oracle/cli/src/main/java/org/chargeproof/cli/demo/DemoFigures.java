package org.chargeproof.cli.demo;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.chargeproof.audit.report.AuditReport;
import org.chargeproof.audit.report.Verdict;
import org.chargeproof.cli.abuse.Abuse;
import org.chargeproof.cli.demo.scenario.Scenario;
import org.chargeproof.cli.demo.world.ChargingWorld;
import org.chargeproof.cli.demo.world.Hems;
import org.chargeproof.console.input.Invocation;
import org.chargeproof.console.output.Count;
import org.chargeproof.ledger.Network;
import org.chargeproof.protocol.ledger.Session;
import org.jspecify.annotations.Nullable;

/** Makes the report of a demonstration that is over. */
final class DemoFigures {
    private static final int MOST_REMARKS_OF_A_KIND = 4;

    private final Demonstration.Options options;
    private final Scenario scenario;
    private final Network network;
    private final ChargingWorld world;
    private final DemoLedger ledger;
    private final int first;
    private final Hems hems;

    /** What sessions lacked by their meters. */
    private record Metered(long acceptedWh, long missedWh, long missedAtSilentWh, long missedAtFlakyWh, int notDue) {}

    /**
     * @param first timestep that is step 0
     */
    DemoFigures(
            Demonstration.Options options,
            Scenario scenario,
            Network network,
            ChargingWorld world,
            DemoLedger ledger,
            int first,
            Hems hems) {
        this.hems = hems;
        this.options = options;
        this.scenario = scenario;
        this.network = network;
        this.world = world;
        this.ledger = ledger;
        this.first = first;
    }

    /** @param startNanos when the whole began */
    DemoReport report(
            long startNanos,
            AuditReport audit,
            DemoReport.Settlement settlement,
            DemoReport.SecondOpinion secondOpinion,
            DemoReport.Doors doors,
            List<String> problems,
            Abuse.@Nullable Report abuse) {
        int steps = scenario.steps();
        var cars = world.cars();
        var energy = world.energy();
        var sessions = ledger.sessions().values().stream().filter(cars::isOwn).toList();
        Metered metered = metered(sessions);
        var finals = IntStream.rangeClosed(first + 1, first + steps)
                .filter(t -> ledger.finalOf(t) != null)
                .toArray();
        long[] seconds = Arrays.stream(finals)
                .mapToLong(ledger::gateToFinalSeconds)
                .sorted()
                .toArray();
        long[] blocks = Arrays.stream(finals)
                .mapToLong(ledger::gateToFinalBlocks)
                .sorted()
                .toArray();
        long gasMedian =
                median(Arrays.stream(finals).mapToLong(ledger::planGas).sorted().toArray());
        var counts = audit.counts();
        return new DemoReport(
                options.ledgerName(),
                options.operators(),
                scenario.groups().size(),
                scenario.pointCount(),
                steps,
                finals.length,
                steps - finals.length,
                energy.handedOverPlans(),
                energy.handedOverFallbacks(),
                energy.silentTimesteps(),
                sessions.size(),
                count(sessions, Session::accepted),
                count(sessions, s -> s.accepted() && s.energyWh() < s.wantedWh()),
                count(sessions, s -> s.arrivalTimestep() > s.firstTimestep()),
                count(sessions, s -> s.status() == Session.Status.REFUSED),
                energy.deliveredWh(),
                // what the cars lack, and what the ledger says they lack: the worse of both
                Math.max(cars.missedWh(), metered.missedWh()),
                Math.max(cars.missedAtSilentWh(), metered.missedAtSilentWh()),
                Math.max(cars.missedAtFlakyWh(), metered.missedAtFlakyWh()),
                energy.overLimitWh(),
                energy.secondsOverLimit(),
                energy.greenWh(),
                energy.peakWh() * network.parameters().stepsPerHour(),
                doors,
                hems(),
                new DemoReport.Audit(
                        counts.plans(), counts.match(), counts.mismatch(), counts.missing(), counts.certificates()),
                settlement,
                secondOpinion,
                new DemoReport.Gas(gasMedian, Math.round(10.0 * gasMedian / Math.max(1, scenario.pointCount())) / 10.0),
                new DemoReport.Seconds(
                        Math.round(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos) / 100.0) / 10.0,
                        median(seconds),
                        seconds.length == 0 ? 0 : seconds[seconds.length - 1]),
                new DemoReport.Blocks(median(blocks), blocks.length == 0 ? 0 : blocks[blocks.length - 1]),
                firstPower(sessions),
                abuse,
                problems,
                remarks(sessions, metered, audit),
                peaks());
    }

    private DemoReport.FirstPower firstPower(List<Session> sessions) {
        var there = sessions.stream().filter(s -> !s.isReservation()).toList();
        long[] waited = seconds(there, s -> world.cars().poweredSeconds(s.id()));
        long[] planned = seconds(there, s -> ledger.plannedSeconds(s.id()));
        return new DemoReport.FirstPower(
                waited.length, median(waited), percentile95(waited), median(planned), percentile95(planned));
    }

    /** From requests to moments, in ascending order, where these are known. */
    private long[] seconds(List<Session> sessions, Function<Session, @Nullable Long> moment) {
        return sessions.stream()
                .map(s -> ledger.secondsSinceRequest(s.id(), moment.apply(s)))
                .filter(Objects::nonNull)
                .mapToLong(Long::longValue)
                .sorted()
                .toArray();
    }

    private static long percentile95(long[] sorted) {
        return sorted.length == 0 ? 0 : sorted[(int) Math.ceil(0.95 * sorted.length) - 1];
    }

    private DemoReport.@Nullable Hems hems() {
        var f = hems.figures();
        int perHour = network.parameters().stepsPerHour();
        return f == null
                ? null
                : new DemoReport.Hems(
                        f.inputs(),
                        f.takenWh(),
                        f.givenWh(),
                        f.lostWh(),
                        f.storedWh(),
                        f.timestepsRun(),
                        f.peakWh() * perHour,
                        f.peakWithoutWh() * perHour,
                        Math.ceilDiv(f.phasePeakThirds() * perHour, 3L),
                        f.phaseLimitWh() * perHour,
                        f.timestepsOverPhase());
    }

    private Metered metered(List<Session> sessions) {
        long acceptedWh = 0;
        long missedWh = 0;
        long missedAtSilentWh = 0;
        long missedAtFlakyWh = 0;
        int notDue = 0;
        for (Session s : sessions) {
            // interim power comes before any promise
            acceptedWh += s.deliveredWh();
            if (!s.accepted()) {
                continue;
            }
            if (world.cars().isStopped(s)) {
                continue;
            }
            if (s.departureTimestep() <= first + scenario.steps() + 1) {
                long lackedWh = Math.max(0, s.energyWh() - s.deliveredWh());
                if (world.cars().isFlaky(s)) {
                    missedAtFlakyWh += lackedWh;
                } else if (world.cars().isSilent(s.chargePoint().operator() - 1, s.departureTimestep())) {
                    missedAtSilentWh += lackedWh;
                } else {
                    missedWh += lackedWh;
                }
            } else {
                notDue++;
            }
        }
        return new Metered(acceptedWh, missedWh, missedAtSilentWh, missedAtFlakyWh, notDue);
    }

    private List<String> remarks(List<Session> sessions, Metered metered, AuditReport audit) {
        var remarks = new ArrayList<>(scenario.notes());
        remarks.addAll(world.cars().remarks());
        if (metered.notDue() > 0) {
            remarks.add(Count.of(metered.notDue(), "accepted session goes", "accepted sessions go")
                    + " on beyond the end, not due yet");
        }
        if (metered.acceptedWh() != world.energy().deliveredWh()) {
            remarks.add("%d Wh were taken that the ledger credits to no session"
                    .formatted(world.energy().deliveredWh() - metered.acceptedWh()));
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
                        .formatted(wrong.timestep(), ledger.name(wrong.operator()), wrong.difference()));
            }
        }
        if (wrongShown > MOST_REMARKS_OF_A_KIND) {
            remarks.add("and " + Count.of(wrongShown - MOST_REMARKS_OF_A_KIND, "more wrong post"));
        }
        if (options.nodes().outlive()) {
            remarks.add("audit it yourself: %s --rpc %s --contract %s --from %d --to %d"
                    .formatted(
                            Invocation.of("audit"),
                            options.nodes().rpcUrl(),
                            network.address(),
                            first + 1,
                            first + scenario.steps()));
        }
        return remarks;
    }

    private List<DemoReport.GroupPeak> peaks() {
        return IntStream.range(0, scenario.groups().size())
                .mapToObj(g -> new DemoReport.GroupPeak(
                        scenario.groups().get(g).name(),
                        world.energy().groupPeakWh(g) * network.parameters().stepsPerHour(),
                        scenario.groups().get(g).capacityW()))
                .toList();
    }

    private static int count(Collection<Session> sessions, Predicate<Session> which) {
        return (int) sessions.stream().filter(which).count();
    }

    /** Of values in ascending order; 0 of none. */
    private static long median(long[] sorted) {
        return sorted.length == 0 ? 0 : sorted[sorted.length / 2];
    }
}

package org.chargeproof.benchmark;

import com.sun.management.ThreadMXBean;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;
import org.chargeproof.planner.FlexibilityValue;
import org.chargeproof.planner.GroupInput;
import org.chargeproof.planner.Plan;
import org.chargeproof.planner.Planner;
import org.chargeproof.planner.Policy;
import org.chargeproof.planner.Solver;

/**
 * Measures the planner. Groups alternate, as they do in an oracle, so that no figure comes from a processor that has
 * learned one group by heart. The linear program is solved in the same run, for half of the groups that the planner solves.
 */
final class PlannerBenchmark {
    /** Requests that are tried for each group, by steps until departure. */
    private static final int[] REQUESTS = {8, 24, 40, 64, 96};

    private static final int REQUEST_WH_PER_STEP = 2_750;

    /**
     * How long to measure.
     *
     * @param groups how many groups
     * @param millis how long each figure is measured, after half as long to warm up
     * @param programs how many linear programs are solved
     */
    record Effort(int groups, int millis, int programs) {
        static final Effort FULL = new Effort(300, 6_000, 60);
        static final Effort QUICK = new Effort(150, 1_000, 9);
    }

    private final Effort effort;
    private final PrintStream progress;
    private final List<GroupInput> groups;
    private final List<Plan> plans = new ArrayList<>();
    private final Solver solver = new Solver();

    PlannerBenchmark(Effort effort, PrintStream progress) {
        this.effort = effort;
        this.progress = progress;
        progress.println("drawing " + effort.groups() + " groups ...");
        groups = Groups.draw(effort.groups());
        var planner = new Planner();
        groups.forEach(group -> plans.add(planner.plan(group)));
    }

    /** Returns the table. */
    String run() {
        var table = new FigureTable("planner: " + Groups.CHARGE_POINTS + " charge points, " + Groups.STEPS + " steps, "
                + effort.groups() + " groups; Java " + Runtime.version() + ", "
                + Runtime.getRuntime().availableProcessors() + " processors");
        var byPolicy = new EnumMap<Policy.Kind, Samples>(Policy.Kind.class);
        Samples solving = measure("plan and certificate", false, this::solve, byPolicy);
        table.atMost("plan and certificate, median", solving.micros(50), "us", 30, 10);
        table.atMost("plan and certificate, p99", solving.micros(99), "us", 40);
        byPolicy.forEach((kind, samples) -> table.figure("  of these " + kind + ", median", samples.micros(50), "us"));
        Samples admission = measure("admission", true, this::tryRequests, new EnumMap<>(Policy.Kind.class));
        table.atMost("admission of one request, median", admission.micros(50) / REQUESTS.length, "us", 10, 1.5);
        Samples checking = measure("certificate check", true, this::check, new EnumMap<>(Policy.Kind.class));
        table.atMost("certificate check, median", checking.micros(50), "us", 5, 1.5);
        Samples valuing = measure("reward valuation", false, valuation(), new EnumMap<>(Policy.Kind.class));
        table.atMost("reward valuation of a group, median", valuing.micros(50), "us", 500, 100);
        measureThroughput(table);
        table.atMost("bytes allocated per solve", bytesPerSolve(), "B", 0);
        Samples records = measure(
                "plan with records, hash and self-check", false, planWithRecords(), new EnumMap<>(Policy.Kind.class));
        table.figure("plan with records, hash and self-check, median", records.micros(50), "us");
        Samples programs = programs();
        table.figure("ojAlgo LP, least peak only, median", programs.micros(50), "us");
        table.atLeast("times faster than ojAlgo LP", programs.micros(50) / solving.micros(50), "", 400, 1_000);
        return table.toString();
    }

    private void solve(int g) {
        solver.solve(groups.get(g));
    }

    private void tryRequests(int g) {
        for (int departure : REQUESTS) {
            solver.mostWh(REQUEST_WH_PER_STEP, 0, departure);
        }
    }

    private void check(int g) {
        solver.check(groups.get(g), plans.get(g));
    }

    private IntConsumer valuation() {
        var value = new FlexibilityValue();
        return g -> value.of(groups.get(g));
    }

    private IntConsumer planWithRecords() {
        var planner = new Planner();
        return g -> planner.plan(groups.get(g));
    }

    /**
     * Times a task on one group after the other.
     *
     * @param solved whether the group is solved just before, which does not count
     * @param byPolicy where times are added by policy, too
     */
    private Samples measure(String name, boolean solved, IntConsumer task, Map<Policy.Kind, Samples> byPolicy) {
        progress.println("measuring " + name + " ...");
        var samples = new Samples();
        for (boolean warm : new boolean[] {false, true}) {
            long end = System.nanoTime() + effort.millis() * (warm ? 1_000_000L : 500_000L);
            do {
                for (int g = 0; g < groups.size(); g++) {
                    if (solved) {
                        solver.solve(groups.get(g));
                    }
                    long start = System.nanoTime();
                    task.accept(g);
                    long time = System.nanoTime() - start;
                    if (warm) {
                        samples.add(time);
                        byPolicy.computeIfAbsent(groups.get(g).policy().kind(), kind -> new Samples())
                                .add(time);
                    }
                }
            } while (System.nanoTime() < end);
        }
        return samples;
    }

    private void measureThroughput(FigureTable table) {
        int threads = Runtime.getRuntime().availableProcessors();
        progress.println("measuring throughput of " + threads + " threads ...");
        long nanos = effort.millis() * 1_000_000L;
        try (var executor = Executors.newFixedThreadPool(threads)) {
            var running = new ArrayList<Future<Throughput>>();
            for (int i = 0; i < threads; i++) {
                running.add(executor.submit(() -> throughput(nanos)));
            }
            double bySecond = 0;
            double byProcessorSecond = 0;
            for (var one : running) {
                bySecond += one.get().bySecond();
                byProcessorSecond += one.get().byProcessorSecond();
            }
            table.atLeast("charge points per second, all processors", Math.rint(bySecond), "", 1e6, 3e6);
            // on a machine that has other things to do, too
            table.figure("  if they had nothing else to do", Math.rint(byProcessorSecond), "");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while measuring", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a thread that measures failed", e);
        }
    }

    /** Charge points that one thread plans, per second that passes and per second that a processor works for it. */
    private record Throughput(double bySecond, double byProcessorSecond) {}

    private Throughput throughput(long nanos) {
        var own = new Solver();
        var threads = ManagementFactory.getThreadMXBean();
        for (var group : groups) {
            own.solve(group);
        }
        long solved = 0;
        long start = System.nanoTime();
        long processorStart = threads.getCurrentThreadCpuTime();
        while (System.nanoTime() - start < nanos) {
            for (var group : groups) {
                own.solve(group);
            }
            solved += groups.size();
        }
        double chargePoints = solved * 1e9 * Groups.CHARGE_POINTS;
        return new Throughput(
                chargePoints / (System.nanoTime() - start),
                chargePoints / Math.max(1, threads.getCurrentThreadCpuTime() - processorStart));
    }

    double bytesPerSolve() {
        if (!(ManagementFactory.getThreadMXBean() instanceof ThreadMXBean threads)) {
            throw new IllegalStateException("this Java does not count what threads allocate");
        }
        groups.forEach(solver::solve);
        // reading the counter allocates, once: so read it twice, and more than once in between
        long first = threads.getCurrentThreadAllocatedBytes();
        long reading = threads.getCurrentThreadAllocatedBytes() - first;
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int g = 0; g < groups.size(); g++) {
            solver.solve(groups.get(g));
        }
        long bytes = threads.getCurrentThreadAllocatedBytes() - before - reading;
        return (double) bytes / groups.size();
    }

    /** Solves linear programs, and sees to it that they answer as the planner does. */
    private Samples programs() {
        progress.println("solving " + effort.programs() + " linear programs ...");
        var samples = new Samples();
        var planner = new Planner();
        for (int i = -effort.programs() / 3; i < effort.programs(); i++) {
            var group = withPolicy(groups.get(Math.floorMod(i, groups.size())), Policy.earliestToPeak(100));
            int leastPeakWh = planner.plan(group).leastPeakWh();
            var program = new LeastPeakProgram(group, leastPeakWh);
            long start = System.nanoTime();
            int answer = program.solve();
            long time = System.nanoTime() - start;
            if (answer != leastPeakWh) {
                throw new IllegalStateException("the least peak of group " + i + " is " + leastPeakWh
                        + " Wh by the planner, " + answer + " Wh by the linear program");
            }
            // the first ones warm up
            if (i >= 0) {
                samples.add(time);
            }
        }
        return samples;
    }

    private static GroupInput withPolicy(GroupInput group, Policy policy) {
        return new GroupInput(
                group.groupId(),
                group.timestep(),
                group.stepsPerHour(),
                policy,
                group.limitWh(),
                group.reservedLoadWh(),
                group.expectedLoadWh(),
                group.expectedPvWh(),
                group.firmPvWh(),
                group.sessions(),
                group.settlement());
    }
}

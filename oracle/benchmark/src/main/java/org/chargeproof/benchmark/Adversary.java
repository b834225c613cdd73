package org.chargeproof.benchmark;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.chargeproof.planner.GroupInput;
import org.chargeproof.planner.Planner;

/**
 * Seeks the groups that take longest to plan, by hill climbing over everything that an input says. What counts is processor time, so
 * that a machine that has other things to do does not lead astray; the worst are measured once more at the end.
 */
final class Adversary {
    private static final int CHARGE_POINTS = 1_000;

    /** New requests in a timestep, over all groups. */
    private static final int REQUESTS = 512;

    private static final int CLIMBERS = 6;
    private static final int DRAWN = 8;
    private static final int TIRED_AFTER = 150;

    private final PrintStream progress;
    private final SplittableRandom random;
    private final Planner planner = new Planner();
    private int tried;

    /** A group and how long it takes. */
    private record Climber(HostileGroup group, double millis, int fruitless) {}

    Adversary(long seed, PrintStream progress) {
        this.random = new SplittableRandom(seed);
        this.progress = progress;
    }

    /**
     * Seeks for a while, and says what was found.
     *
     * @param minutes how long to seek
     * @param keepIn where the worst groups are kept, if at all
     */
    String run(double minutes, Optional<Path> keepIn) {
        List<GroupInput> worst = seek((long) (minutes * 60e9));
        var text = new StringBuilder();
        for (int i = 0; i < worst.size(); i++) {
            if (keepIn.isPresent()) {
                keep(worst.get(i), keepIn.get().resolve("worst-" + (i + 1) + ".cpi.gz"));
            }
            text.append(String.format(
                    Locale.ROOT,
                    "%d charge points, number %d of the worst: %.1f ms of processor time%n",
                    CHARGE_POINTS,
                    i + 1,
                    measured(worst.get(i), 5)));
        }
        text.append(String.format(
                Locale.ROOT,
                "%d groups as the worst, two threads: %.0f ms%n%d groups were tried%n",
                OneOperator.GROUPS,
                together(worst.getFirst()),
                tried));
        text.append(oneOperator(worst.subList(0, OneOperator.GROUPS)));
        return text.toString();
    }

    private List<GroupInput> seek(long nanos) {
        long end = System.nanoTime() + nanos;
        var best = new ArrayList<Climber>();
        var climbers = new ArrayList<Climber>();
        for (int i = 0; i < CLIMBERS; i++) {
            climbers.add(start());
        }
        for (int i = 0; System.nanoTime() < end; i = (i + 1) % CLIMBERS) {
            var climber = climbers.get(i);
            if (climber.fruitless() >= TIRED_AFTER) {
                best.add(climber);
                best.sort(Comparator.comparingDouble(Climber::millis).reversed());
                best.subList(Math.min(CLIMBERS, best.size()), best.size()).clear();
                climbers.set(i, start());
                continue;
            }
            var other = climbers.get(random.nextInt(CLIMBERS)).group();
            var group = random.nextInt(5) == 0
                    ? climber.group().crossed(other, random)
                    : climber.group().changed(random);
            double millis = measured(group.input(), 1);
            if (millis > climber.millis() && confirmed(group, climber.millis())) {
                progress.printf(Locale.ROOT, "%d: %.1f ms%n", i, millis);
                climbers.set(i, new Climber(group, millis, 0));
            } else {
                climbers.set(i, new Climber(climber.group(), climber.millis(), climber.fruitless() + 1));
            }
        }
        best.addAll(climbers);
        best.sort(Comparator.comparingDouble(Climber::millis).reversed());
        return best.subList(0, CLIMBERS).stream().map(c -> c.group().input()).toList();
    }

    /** The worst of a few groups drawn at random. */
    private Climber start() {
        var start = drawn();
        for (int i = 1; i < DRAWN; i++) {
            var other = drawn();
            start = other.millis() > start.millis() ? other : start;
        }
        return new Climber(start.group(), measured(start.group().input(), 2), 0);
    }

    private Climber drawn() {
        var group = HostileGroup.draw(random, CHARGE_POINTS, REQUESTS);
        return new Climber(group, measured(group.input(), 1), 0);
    }

    /** Once more: a pause of the machine is no discovery. */
    private boolean confirmed(HostileGroup group, double millis) {
        return measured(group.input(), 2) > millis;
    }

    /** The least processor time of a few plans. */
    private double measured(GroupInput input, int times) {
        var threads = ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < times; i++) {
            long start = threads.getCurrentThreadCpuTime();
            planner.plan(input);
            least = Math.min(least, threads.getCurrentThreadCpuTime() - start);
        }
        tried++;
        return least / 1e6;
    }

    private static double together(GroupInput input) {
        long least = Long.MAX_VALUE;
        try (var executor = Executors.newFixedThreadPool(2)) {
            for (int round = 0; round < 3; round++) {
                long start = System.nanoTime();
                var running = new ArrayList<Future<?>>();
                for (int i = 0; i < OneOperator.GROUPS; i++) {
                    running.add(executor.submit(() -> new Planner().plan(input)));
                }
                for (var one : running) {
                    one.get();
                }
                least = Math.min(least, System.nanoTime() - start);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while measuring", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a group could not be planned", e);
        }
        return least / 1e6;
    }

    private static String oneOperator(List<GroupInput> groups) {
        try {
            return OneOperator.measuredAnew(groups);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while measuring", e);
        } catch (IOException e) {
            throw new UncheckedIOException("the worst groups cannot be planned in a process of their own", e);
        }
    }

    private static void keep(GroupInput input, Path file) {
        try {
            OneOperator.keep(input, file);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be written", e);
        }
    }
}

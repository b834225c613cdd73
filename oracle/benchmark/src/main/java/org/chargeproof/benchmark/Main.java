package org.chargeproof.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * {@code scripts/bench planner [--quick]} and {@code scripts/bench adversary}: measure, and print on standard output, progress on
 * standard error.
 */
public final class Main {
    private static final int USAGE = 64; // EX_USAGE of sysexits.h
    private static final int IO_ERROR = 74; // EX_IOERR
    private static final double USUAL_MINUTES = 5;
    private static final long SEED = 1;
    private static final String HELP = """
            Usage: scripts/bench planner|simulate|payments [--quick]
                   scripts/bench adversary [--minutes N] [--keep DIRECTORY]
                   scripts/bench operator FILE...
            planner: measures the planner on groups of 20 charge points and 96 steps, and a linear program (ojAlgo) on the same
            groups in the same run. Prints one table; what is to be reached stands beside each figure.
            adversary: seeks the groups of 1,000 charge points that take longest to plan, 5 minutes by default, and can keep them.
            At the end, five of them are planned one after the other in a new process, as "operator" does with those that were kept.
            simulate: simulates a year of 24 garages and prints sessions per second, and the time of a plan under each rule.
            payments: measures vouchers per second, beside Bouncy Castle alone, and the gas of paying by voucher and on chain.

              --quick  seconds instead of a minute, and less exact
              --help   print this text
            """;

    private Main() {}

    /**
     * Runs the benchmark.
     *
     * @param arguments what to measure, {@code planner}, then options
     */
    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    private static int run(String[] arguments) {
        if (arguments.length > 0 && arguments[0].equals("adversary")) {
            return adversary(arguments);
        }
        if (arguments.length > 1 && arguments[0].equals("operator")) {
            return operator(arguments);
        }
        String all = String.join(" ", arguments);
        switch (all) {
            case "planner" -> System.out.print(new PlannerBenchmark(PlannerBenchmark.Effort.FULL, System.err).run());
            case "planner --quick" ->
                System.out.print(new PlannerBenchmark(PlannerBenchmark.Effort.QUICK, System.err).run());
            case "--help", "planner --help" -> System.out.print(HELP);
            default -> {
                return usage(arguments);
            }
        }
        return 0;
    }

    private static int adversary(String[] arguments) {
        double minutes = USUAL_MINUTES;
        Optional<Path> keepIn = Optional.empty();
        for (int i = 1; i < arguments.length; i += 2) {
            if (i + 1 == arguments.length) {
                return usage(arguments);
            }
            switch (arguments[i]) {
                case "--minutes" -> {
                    try {
                        minutes = Double.parseDouble(arguments[i + 1]);
                    } catch (NumberFormatException e) {
                        return usage(arguments);
                    }
                }
                case "--keep" -> keepIn = Optional.of(Path.of(arguments[i + 1]));
                default -> {
                    return usage(arguments);
                }
            }
        }
        System.out.print(new Adversary(SEED, System.err).run(minutes, keepIn));
        return 0;
    }

    private static int operator(String[] arguments) {
        try {
            System.out.print(OneOperator.measured(
                    Stream.of(arguments).skip(1).map(Path::of).toList()));
            return 0;
        } catch (IOException e) {
            System.err.println("bench: " + e.getMessage());
            return IO_ERROR;
        }
    }

    private static int usage(String[] arguments) {
        System.err.println(
                "bench: unknown arguments '" + String.join(" ", arguments) + "'. See scripts/bench planner --help.");
        return USAGE;
    }
}

package org.chargeproof.benchmark;

/** {@code scripts/bench planner [--quick]}: measures, and prints one table on standard output, progress on standard error. */
public final class Main {
    private static final int USAGE = 64; // EX_USAGE of sysexits.h
    private static final String HELP = """
            Usage: scripts/bench planner|simulate [--quick]
            planner: measures the planner on groups of 20 charge points and 96 steps, and a linear program (ojAlgo) on the same
            groups in the same run. Prints one table; what is to be reached stands beside each figure.
            simulate: simulates a year of 24 garages and prints sessions per second, and the time of a plan under each rule.

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
        String all = String.join(" ", arguments);
        switch (all) {
            case "planner" -> System.out.print(new PlannerBenchmark(PlannerBenchmark.Effort.FULL, System.err).run());
            case "planner --quick" ->
                System.out.print(new PlannerBenchmark(PlannerBenchmark.Effort.QUICK, System.err).run());
            case "--help", "planner --help" -> System.out.print(HELP);
            default -> {
                System.err.println("bench: unknown arguments '" + all + "'. See scripts/bench --help.");
                return USAGE;
            }
        }
        return 0;
    }
}

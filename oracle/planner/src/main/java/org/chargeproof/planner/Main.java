package org.chargeproof.planner;

import java.io.IOException;
import java.io.PrintStream;

/**
 * {@code java -jar planner.jar < input > plan}: the only class with I/O. Everything is read, validated and planned
 * before anything is written.
 */
public final class Main {
    private static final int OK = 0;
    private static final int USAGE = 64; // EX_USAGE of sysexits.h, as the next two
    private static final int BAD_INPUT = 65; // EX_DATAERR
    private static final int IO_ERROR = 74; // EX_IOERR
    private static final String HELP = """
            Usage: java -jar planner.jar < input > plan
            Reads one or more group inputs (CPI2) from standard input and writes their plans (CPP2) to standard output.

              --help     print this text
              --version  print the version

            Exit codes: 0 success, 64 wrong arguments, 65 invalid input (nothing is written), 74 input or output failed.
            The bytes are defined in docs/reference/planner-encoding.md, the algorithm in docs/concepts/planner.md.
            """;

    private Main() {}

    /**
     * Runs the planner.
     *
     * @param arguments none, {@code --help} or {@code --version}
     */
    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    private static int run(String[] arguments) {
        if (arguments.length == 0) {
            return plan();
        }
        if (arguments.length == 1 && arguments[0].equals("--help")) {
            System.out.print(HELP);
            return OK;
        }
        if (arguments.length == 1 && arguments[0].equals("--version")) {
            System.out.println("chargeproof planner " + version() + ", input CPI2, plan CPP2");
            return OK;
        }
        System.err.println("planner: unknown arguments " + String.join(" ", arguments) + ". See --help.");
        return USAGE;
    }

    private static int plan() {
        byte[] plans;
        try {
            plans = Algorithm.run(System.in.readAllBytes());
        } catch (InvalidInputException e) {
            System.err.println("planner: " + e.getMessage());
            return BAD_INPUT;
        } catch (IOException e) {
            System.err.println("planner: standard input cannot be read: " + e.getMessage());
            return IO_ERROR;
        }
        PrintStream out = System.out;
        out.write(plans, 0, plans.length);
        out.flush();
        // a PrintStream swallows errors: a plan that was cut off must not look like success
        if (out.checkError()) {
            System.err.println("planner: standard output cannot be written");
            return IO_ERROR;
        }
        return OK;
    }

    private static String version() {
        String version = Main.class.getPackage().getImplementationVersion();
        return version == null ? "(unpackaged)" : version;
    }
}

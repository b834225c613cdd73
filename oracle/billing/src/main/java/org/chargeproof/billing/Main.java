package org.chargeproof.billing;

import java.io.IOException;
import java.io.PrintStream;

/**
 * {@code java -jar billing.jar < input > bills}: the only class with I/O. Everything is read, validated and computed
 * before anything is written.
 */
public final class Main {
    private static final int OK = 0;
    private static final int USAGE = 64; // EX_USAGE of sysexits.h, as the next two
    private static final int BAD_INPUT = 65; // EX_DATAERR
    private static final int IO_ERROR = 74; // EX_IOERR
    private static final String HELP = """
            Usage: java -jar billing.jar < input > bills
            Reads the input of a group and settlement (CPV1) from standard input and writes its bills (CPB1) to standard output.

              --help     print this text
              --version  print the version

            Exit codes: 0 success, 64 wrong arguments, 65 invalid input (nothing is written), 74 input or output failed.
            Bytes and rules are defined in docs/reference/bills.md.
            """;

    private Main() {}

    /**
     * Runs the program.
     *
     * @param arguments none, {@code --help} or {@code --version}
     */
    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    private static int run(String[] arguments) {
        if (arguments.length == 0) {
            return bill();
        }
        if (arguments.length == 1 && arguments[0].equals("--help")) {
            System.out.print(HELP);
            return OK;
        }
        if (arguments.length == 1 && arguments[0].equals("--version")) {
            System.out.println("chargeproof billing " + version() + ", input CPV1, bill CPB1");
            return OK;
        }
        System.err.println("billing: unknown arguments " + String.join(" ", arguments) + ". See --help.");
        return USAGE;
    }

    private static int bill() {
        byte[] bills;
        try {
            bills = Algorithm.run(System.in.readAllBytes());
        } catch (InvalidInputException e) {
            System.err.println("billing: " + e.getMessage());
            return BAD_INPUT;
        } catch (IOException e) {
            System.err.println("billing: standard input cannot be read: " + e.getMessage());
            return IO_ERROR;
        }
        PrintStream out = System.out;
        out.write(bills, 0, bills.length);
        out.flush();
        // a PrintStream swallows errors: bills that were cut off must not look like success
        if (out.checkError()) {
            System.err.println("billing: standard output cannot be written");
            return IO_ERROR;
        }
        return OK;
    }

    private static String version() {
        String version = Main.class.getPackage().getImplementationVersion();
        return version == null ? "(unpackaged)" : version;
    }
}

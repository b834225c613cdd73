package org.chargeproof.audit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Programs that somebody could have stored instead of a planner. */
final class BrokenAlgorithms {
    private BrokenAlgorithms() {}

    /** Refuses its input. */
    static final class Refuses {
        public static void main(String[] arguments) {
            System.err.println("planner: limitWh is -1");
            System.exit(65);
        }
    }

    /** Crashes without reading. */
    static final class Crashes {
        public static void main(String[] arguments) {
            if (arguments.length == 0) {
                throw new IllegalStateException("out of luck");
            }
        }
    }

    /** Never ends. */
    static final class Hangs {
        public static void main(String[] arguments) throws InterruptedException {
            Thread.sleep(600_000);
        }
    }

    /** Succeeds, with half of what it should write. */
    static final class Truncates {
        public static void main(String[] arguments) throws IOException {
            System.in.readAllBytes();
            System.out.write("CPP1\0\0\1\0abc".getBytes(StandardCharsets.US_ASCII));
            System.out.flush();
        }
    }

    /** Succeeds without a word. */
    static final class SaysNothing {
        public static void main(String[] arguments) throws IOException {
            System.in.readAllBytes();
        }
    }

    /** Shows what it finds in its environment. */
    static final class TellsItsEnvironment {
        public static void main(String[] arguments) {
            System.err.println("environment " + System.getenv().keySet() + ", options "
                    + java.lang.management.ManagementFactory.getRuntimeMXBean().getInputArguments());
            System.exit(3);
        }
    }
}

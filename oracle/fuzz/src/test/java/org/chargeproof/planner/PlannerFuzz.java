package org.chargeproof.planner;

import java.util.Arrays;

/** Inputs and plans: anything is refused, or read, planned, proven and read again. */
public final class PlannerFuzz {
    /** Of points times timesteps: what is planned in a moment. */
    private static final int MOST_BYTES = 2_000;

    private PlannerFuzz() {}

    /** The first byte says what the others are. */
    public static void fuzzerTestOneInput(byte[] in) {
        if (in.length == 0) {
            return;
        }
        byte[] bytes = Arrays.copyOfRange(in, 1, in.length);
        try {
            if (in[0] % 2 == 0) {
                if (bytes.length <= MOST_BYTES) {
                    Plan.decodeAll(Algorithm.run(bytes));
                } else {
                    GroupInput.decodeAll(bytes);
                }
            } else {
                Plan.decode(bytes);
            }
        } catch (InvalidInputException e) {
            // what it is for
        }
    }
}

package org.chargeproof.planner;

import java.io.ByteArrayOutputStream;

/** The algorithm as a pure function of bytes: what is stored on chain, and what everybody re-runs. */
public final class Algorithm {

    private Algorithm() {}

    /**
     * Plans groups.
     *
     * @param inputs one or more encoded {@link GroupInput}s, back to back
     * @return their encoded {@link Plan}s in the same order
     * @throws InvalidInputException if the inputs are not valid as a whole; nothing is planned then
     */
    public static byte[] run(byte[] inputs) {
        Planner planner = new Planner();
        ByteArrayOutputStream plans = new ByteArrayOutputStream();
        for (GroupInput input : GroupInput.decodeAll(inputs)) {
            plans.writeBytes(planner.plan(input).encode());
        }
        return plans.toByteArray();
    }
}

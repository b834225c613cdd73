package org.chargeproof.protocol.verify;

/**
 * Where a post first departs from what was computed again.
 *
 * @param field such as {@code plansRoot} or {@code setpoint of charge point 17}
 * @param posted what the ledger holds
 * @param recomputed what it should hold
 */
public record Difference(String field, String posted, String recomputed) {
    @Override
    public String toString() {
        return field + ": posted " + posted + ", recomputed " + recomputed;
    }
}

package org.chargeproof.api;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Puts what an operator's systems measure and expect on the ledger, with the operator's meter account. The rules are those of {@code
 * ICharging}; values are checked for their ranges before.
 */
public interface OperatorInputs {
    /** Other load and PV of a group in a timestep that is over: {@code ICharging.reportGroup}. */
    CompletableFuture<Outcome> reportGroup(int group, int timestep, int loadWh, int pvWh, int firmPvWh);

    /** What a group is expected to take and give: {@code ICharging.publishForecast}. */
    CompletableFuture<Outcome> publishForecast(int group, int fromTimestep, List<ForecastStep> steps);

    /** What a battery holds, and its power, positive while it charges: {@code ICharging.reportBattery}. */
    CompletableFuture<Outcome> reportBattery(int battery, int timestep, int storedWh, int powerW);

    /** What a group's battery is to do; null when no battery of it is planned. */
    default @Nullable BatteryPlan batteryPlan(int group) {
        return null;
    }

    /**
     * One timestep of a forecast.
     *
     * @param reservedLoadWh at least what is expected
     * @param greenClass 0 to 255; lower is greener
     */
    record ForecastStep(int expectedLoadWh, int reservedLoadWh, int expectedPvWh, int greenClass) {}

    /** What became of it. */
    sealed interface Outcome permits Sent, Refused {}

    /**
     * It is with a node.
     *
     * @param transaction its hash, 0x and 64 hex digits
     */
    record Sent(String transaction) implements Outcome {}

    /**
     * It was not sent, or would fail.
     *
     * @param detail for the caller: what is wrong, and the remedy
     */
    record Refused(Reason reason, String detail) implements Outcome {}

    /** Why it was refused. */
    enum Reason {
        /** There is no such group or battery. */
        UNKNOWN,
        /** It is another operator's. */
        NOT_YOURS,
        /** The ledger is further, or not so far. */
        CONFLICT,
        /** The contract does not take these values. */
        BAD_VALUE,
        /** The node does not answer now. */
        UNAVAILABLE
    }
}

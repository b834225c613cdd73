package org.chargeproof.simulation;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a simulation came to; fields are described in docs/reference/simulation-report.md.
 *
 * @param format of this report
 * @param source file or generator
 */
record SimulationReport(
        int format,
        String source,
        int groups,
        int chargePoints,
        int sessions,
        String inputs,
        Behavior behavior,
        double pvKwpPerLimitKw,
        boolean takesLess,
        boolean minCurrent,
        List<Run> runs,
        double seconds,
        double sessionsPerSecond) {

    /** One rule under one limit. Shares are between 0 and 1. */
    record Run(
            int limitPercent,
            String rule,
            int requests,
            int accepted,
            int acceptedInPart,
            double acceptedShare,
            int tooShort,
            int occupied,
            double lostToGridKwh,
            double wantedKwh,
            double deliveredKwh,
            double servedOfAllWantedShare,
            double promisedKwh,
            double servedOfAcceptedShare,
            long missedWh,
            double leftBehindKwh,
            double peakOfLimit,
            int stepsAboveLimit,
            double aboveLimitKwh,
            double sumOfSquares,
            @Nullable Double sumOfSquaresOfFlat,
            double greenShare,
            double fairness,
            double meanHoursToFinish,
            long plans,
            double microsPerPlan,
            int checkedPlans) {

        static Run of(int limitPercent, String rule, Tally t, @Nullable Tally flat) {
            return new Run(
                    limitPercent,
                    rule,
                    t.requests,
                    t.accepted,
                    t.acceptedInPart,
                    share(t.accepted, t.requests),
                    t.tooShort,
                    t.occupied,
                    kwh(t.lostToGridWh),
                    kwh(t.wantedWh),
                    kwh(t.deliveredWh),
                    share(t.deliveredWh, t.wantedWh),
                    kwh(t.promisedWh),
                    share(t.servedOfPromisedWh, t.promisedWh),
                    t.missedWh(),
                    kwh(t.leftBehindWh),
                    t.peakOfLimit,
                    t.stepsAboveLimit,
                    kwh(t.aboveLimitWh),
                    t.sumOfSquares,
                    flat == null || flat.sumOfSquares == 0 ? null : t.sumOfSquares / flat.sumOfSquares,
                    share(t.greenWh, t.deliveredWh),
                    t.fairness(),
                    t.meanHoursToFinish(),
                    t.plans,
                    t.microsPerPlan(),
                    t.checkedPlans);
        }

        private static double kwh(long wh) {
            return wh / 1000.0;
        }

        private static double share(long part, long whole) {
            return whole == 0 ? 1 : (double) part / whole;
        }
    }
}

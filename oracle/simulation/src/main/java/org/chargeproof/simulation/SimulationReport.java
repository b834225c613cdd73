package org.chargeproof.simulation;

import com.fasterxml.jackson.annotation.JsonInclude;
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
        String start,
        List<Run> runs,
        double seconds,
        double sessionsPerSecond) {

    /**
     * What batteries and phases came to, over all groups.
     *
     * @param gridPeakKw highest net load of a step, each group's own, added up
     * @param battery null where none was run
     * @param phases null where there are no limits
     */
    record SiteFigures(
            double gridPeakKw,
            double gridKwh,
            double fedInKwh,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            BatteryFigures battery,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            PhaseFigures phases) {
        static SiteFigures of(Tally t, boolean hasBattery, boolean hasPhases) {
            return new SiteFigures(
                    t.gridPeakWh * Site.STEPS_PER_HOUR / 1000.0,
                    kwh(t.gridWh),
                    kwh(t.fedInWh),
                    hasBattery
                            ? new BatteryFigures(
                                    kwh(t.batteryTakenWh),
                                    kwh(t.batteryGivenWh),
                                    kwh(t.batteryLostWh),
                                    kwh(t.batteryMostWh),
                                    kwh(t.batteryStoredWh))
                            : null,
                    hasPhases
                            ? new PhaseFigures(
                                    t.phasePeakThirds * Site.STEPS_PER_HOUR / 3_000.0,
                                    t.stepsPhaseAbove,
                                    t.phaseAboveThirds / 3_000.0)
                            : null);
        }
    }

    /** What batteries took, gave, lost, stored at most and at the end. */
    record BatteryFigures(double takenKwh, double givenKwh, double lostKwh, double mostStoredKwh, double storedKwh) {}

    /** The highest load of a phase by cars, and how often and how far one was above its limit. */
    record PhaseFigures(double peakKw, int stepsAbove, double aboveKwh) {}

    private static double kwh(long wh) {
        return wh / 1000.0;
    }

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
            int interimOnly,
            double possibleKwh,
            double deliveredOfPossibleShare,
            double interimKwh,
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
            double startsPerSession,
            int mostStarts,
            long plans,
            double microsPerPlan,
            int checkedPlans,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            SiteFigures site) {

        static Run of(int limitPercent, String rule, Tally t, @Nullable Tally flat) {
            return of(limitPercent, rule, t, flat, null);
        }

        static Run of(int limitPercent, String rule, Tally t, @Nullable Tally flat, @Nullable SiteFigures site) {
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
                    t.interimOnly,
                    kwh(t.possibleWh),
                    share(t.deliveredWh, t.possibleWh),
                    kwh(t.interimWh),
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
                    t.charged == 0 ? 0 : (double) t.starts / t.charged,
                    t.mostStarts,
                    t.plans,
                    t.microsPerPlan(),
                    t.checkedPlans,
                    site);
        }

        private static double share(long part, long whole) {
            return whole == 0 ? 1 : (double) part / whole;
        }
    }
}

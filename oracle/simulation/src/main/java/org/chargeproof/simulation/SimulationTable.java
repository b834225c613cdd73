package org.chargeproof.simulation;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import org.chargeproof.console.output.TextTable;

/** Rules side by side, one table for each limit. */
final class SimulationTable {
    private SimulationTable() {}

    static void print(List<SimulationReport.Run> runs, PrintWriter out) {
        for (int limit : runs.stream()
                .mapToInt(SimulationReport.Run::limitPercent)
                .distinct()
                .toArray()) {
            var its = runs.stream().filter(r -> r.limitPercent() == limit).toList();
            var any = its.getFirst();
            out.printf(
                    Locale.ROOT,
                    "%nlimit %d %% of rated power: %,d requests for %,.0f kWh. Whole steps lose %,.0f kWh: %,d stays too short, others"
                            + " clipped. %,d came while the charge point was taken.%n%n",
                    limit,
                    any.requests(),
                    any.wantedKwh(),
                    any.lostToGridKwh(),
                    any.tooShort(),
                    any.occupied());
            var table = new TextTable(
                    "rule",
                    "accepted %",
                    "served of it %",
                    "missed Wh",
                    "of all wanted %",
                    "peak of limit %",
                    "steps above",
                    "squares/flat",
                    "green %",
                    "fairness",
                    "hours to finish",
                    "us/plan");
            for (var r : its) {
                table.row(
                        r.rule(),
                        percent(r.acceptedShare()),
                        percent(r.servedOfAcceptedShare()),
                        String.format(Locale.ROOT, "%,d", r.missedWh()),
                        percent(r.servedOfAllWantedShare()),
                        String.format(Locale.ROOT, "%.0f", 100 * r.peakOfLimit()),
                        String.format(Locale.ROOT, "%,d", r.stepsAboveLimit()),
                        r.sumOfSquaresOfFlat() == null
                                ? "-"
                                : String.format(Locale.ROOT, "%.2f", r.sumOfSquaresOfFlat()),
                        String.format(Locale.ROOT, "%.1f", 100 * r.greenShare()),
                        String.format(Locale.ROOT, "%.3f", r.fairness()),
                        String.format(Locale.ROOT, "%.2f", r.meanHoursToFinish()),
                        String.format(Locale.ROOT, "%.1f", r.microsPerPlan()));
            }
            table.print(out);
        }
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.2f", 100 * share);
    }
}

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
                    "of possible %",
                    "peak of limit %",
                    "steps above",
                    "squares/flat",
                    "green %",
                    "fairness",
                    "hours to finish",
                    "starts",
                    "us/plan");
            for (var r : its) {
                table.row(
                        r.rule(),
                        percent(r.acceptedShare()),
                        percent(r.servedOfAcceptedShare()),
                        String.format(Locale.ROOT, "%,d", r.missedWh()),
                        percent(r.servedOfAllWantedShare()),
                        percent(r.deliveredOfPossibleShare()),
                        String.format(Locale.ROOT, "%.0f", 100 * r.peakOfLimit()),
                        String.format(Locale.ROOT, "%,d", r.stepsAboveLimit()),
                        r.sumOfSquaresOfFlat() == null
                                ? "-"
                                : String.format(Locale.ROOT, "%.2f", r.sumOfSquaresOfFlat()),
                        String.format(Locale.ROOT, "%.1f", 100 * r.greenShare()),
                        String.format(Locale.ROOT, "%.3f", r.fairness()),
                        String.format(Locale.ROOT, "%.2f", r.meanHoursToFinish()),
                        String.format(Locale.ROOT, "%.1f", r.startsPerSession()),
                        String.format(Locale.ROOT, "%.1f", r.microsPerPlan()));
            }
            table.print(out);
            printSite(its, out);
        }
    }

    /** What batteries and phases came to, where there are any. */
    private static void printSite(List<SimulationReport.Run> runs, PrintWriter out) {
        if (runs.stream().allMatch(r -> r.site() == null)) {
            return;
        }
        out.println();
        var table = new TextTable(
                "rule",
                "grid peak kW",
                "grid kWh",
                "fed in kWh",
                "into battery",
                "out of it",
                "lost",
                "left in it",
                "phase peak kW",
                "steps above",
                "kWh above");
        for (var r : runs) {
            var site = r.site();
            if (site == null) {
                continue;
            }
            var battery = site.battery();
            var phases = site.phases();
            table.row(
                    r.rule(),
                    number(site.gridPeakKw()),
                    number(site.gridKwh()),
                    number(site.fedInKwh()),
                    battery == null ? "-" : number(battery.takenKwh()),
                    battery == null ? "-" : number(battery.givenKwh()),
                    battery == null ? "-" : number(battery.lostKwh()),
                    battery == null ? "-" : number(battery.storedKwh()),
                    phases == null ? "-" : number(phases.peakKw()),
                    phases == null ? "-" : String.format(Locale.ROOT, "%,d", phases.stepsAbove()),
                    phases == null ? "-" : number(phases.aboveKwh()));
        }
        table.print(out);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%,.1f", value);
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.2f", 100 * share);
    }
}

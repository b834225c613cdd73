package org.chargeproof.cli.demo;

import java.io.PrintWriter;
import java.util.Comparator;
import org.chargeproof.cli.abuse.Abuse;
import org.chargeproof.console.output.TextTable;

/** A report in words. */
final class DemoSummary {
    private static final int MOST_GROUPS = 12;
    private static final int BAR = 30;

    private DemoSummary() {}

    static void print(DemoReport r, PrintWriter out) {
        out.println();
        out.println("---------------------------------------------------------------------------------");
        out.printf(
                "requests        %d, %d of them reservations: %d accepted (%d with less than they wanted), %d refused with a"
                        + " counter-offer%n",
                r.requests(), r.reservations(), r.accepted(), r.acceptedInPart(), r.refused());
        out.printf(
                "delivered       %.1f kWh; missed %.1f kWh of what was promised%n",
                kwh(r.deliveredWh()), kwh(r.missedWh()));
        if (r.missedAtSilentWh() > 0) {
            out.printf(
                    "                missed at stations whose oracle was silent: %.1f kWh%n",
                    kwh(r.missedAtSilentWh()));
        }
        out.printf(
                "green share     %.1f %% (%.1f kWh of PV behind the same cabinets)%n",
                percent(r.greenWh(), r.deliveredWh()), kwh(r.greenWh()));
        out.printf(
                "peak            %.1f kW of all cars together; %.1f kWh above any group's limit%n",
                r.peakW() / 1000.0, kwh(r.overLimitWh()));
        out.println("  highest load of each group, other equipment included, of what its cabinet may carry:");
        r.groupPeaks().stream()
                .sorted(Comparator.comparingDouble((DemoReport.GroupPeak g) -> -percent(g.peakW(), g.limitW())))
                .limit(MOST_GROUPS)
                .forEach(g -> out.printf(
                        "  %-14s %s %7.1f of %.1f kW%n",
                        g.group(), bar(g.peakW(), g.limitW()), g.peakW() / 1000.0, g.limitW() / 1000.0));
        if (r.groupPeaks().size() > MOST_GROUPS) {
            out.printf("  and %d more groups, each less%n", r.groupPeaks().size() - MOST_GROUPS);
        }
        out.printf(
                "timesteps       %d of %d final (median %.0f s and %d blocks after the gate, at most %.0f s), %d fallbacks%n",
                r.finalTimesteps(),
                r.timesteps(),
                r.seconds().gateToFinalMedian(),
                r.blocks().gateToFinalMedian(),
                r.seconds().gateToFinalMax(),
                r.fallbackTimesteps());
        out.printf(
                "handed over     %d plans and %d fallbacks to the operators' systems; %d timesteps in which one heard nothing%n",
                r.handedOverPlans(), r.handedOverFallbacks(), r.silentTimesteps());
        out.printf(
                "audit           %d plans: %d MATCH, %d MISMATCH, %d MISSING; %d certificates of optimality hold%n",
                r.audit().plans(),
                r.audit().match(),
                r.audit().mismatch(),
                r.audit().missing(),
                r.audit().certificates());
        out.printf(
                "second opinion  %d plans solved again by another solver: %d differ%n",
                r.secondOpinion().plans(), r.secondOpinion().differences());
        out.printf(
                "gas             %,d for a timestep's post, attestations and decisions (median)%n",
                r.gas().perTimestepMedian());
        if (r.abuse() != null) {
            print(r.abuse(), out);
        }
        out.printf("took            %.1f s%n", r.seconds().total());
        r.problems().forEach(problem -> out.println("PROBLEM         " + problem));
        r.remarks().forEach(remark -> out.println("note            " + remark));
        out.println("RESULT          "
                + (r.isGood()
                        ? (r.missedAtSilentWh() > 0 ? "every promise kept where oracles ran" : "every promise kept")
                                + ", no limit exceeded, every plan proven"
                        : "NOT GOOD: " + String.join("; ", r.reasons())));
        out.flush();
    }

    private static void print(Abuse.Report abuse, PrintWriter out) {
        var table = new TextTable("attack", "sent", "refused by nodes", "by contracts", "within bounds", "in no block");
        abuse.attacks()
                .forEach((attack, c) -> table.row(
                        attack,
                        String.valueOf(c.sent()),
                        String.valueOf(c.refusedByNodes()),
                        String.valueOf(c.refusedByContracts()),
                        String.valueOf(c.taken()),
                        String.valueOf(c.left())));
        out.println("abuse           one member and a stranger, in every timestep:");
        table.print(out);
        abuse.memoryMiB()
                .forEach((process, mib) -> out.printf(
                        "memory          %-10s %d MiB resident at first, %d half-way, %d at the end%n",
                        process, mib.getFirst(), mib.get(mib.size() / 2), mib.getLast()));
    }

    private static double kwh(long wh) {
        return wh / 1000.0;
    }

    private static double percent(long part, long whole) {
        return whole == 0 ? 0 : 100.0 * part / whole;
    }

    private static String bar(long part, long whole) {
        int filled = Math.clamp(Math.round(percent(part, whole) / 100 * BAR), 0, BAR);
        return "[" + "#".repeat(filled) + ".".repeat(BAR - filled) + "]";
    }
}

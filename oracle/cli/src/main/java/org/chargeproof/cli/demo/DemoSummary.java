package org.chargeproof.cli.demo;

import java.io.PrintWriter;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.Locale;
import org.chargeproof.cli.abuse.Abuse;
import org.chargeproof.console.output.Count;
import org.chargeproof.console.output.ProgressLine;
import org.chargeproof.console.output.TextTable;

/** A report in words. */
final class DemoSummary {
    private static final int MOST_GROUPS = 12;
    private static final int BAR = 30;

    private DemoSummary() {}

    static void print(DemoReport r, PrintWriter out) {
        out.println();
        out.println("-".repeat(ProgressLine.MOST_CHARACTERS));
        out.println(
                "requests        " + r.requests() + ", " + Count.of(r.reservations(), "reservation") + " among them");
        out.println("                " + r.accepted() + " accepted, " + r.acceptedInPart()
                + " of them with less than they wanted");
        out.println("                " + r.refused() + " refused with a counter-offer");
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
                "peak            %.1f kW of all cars together; %.1f kWh above any limit%n",
                r.peakW() / 1000.0, kwh(r.overLimitWh()));
        out.println("  highest load of each group, other equipment included, of its cabinet:");
        r.groupPeaks().stream()
                .sorted(Comparator.comparingDouble((DemoReport.GroupPeak g) -> -percent(g.peakW(), g.limitW())))
                .limit(MOST_GROUPS)
                .forEach(g -> out.printf(
                        "  %-14s %s %7.1f of %.1f kW%n",
                        g.group(), bar(g.peakW(), g.limitW()), g.peakW() / 1000.0, g.limitW() / 1000.0));
        if (r.groupPeaks().size() > MOST_GROUPS) {
            out.println("  and " + Count.of(r.groupPeaks().size() - MOST_GROUPS, "more group") + ", each less");
        }
        out.println("timesteps       " + r.finalTimesteps() + " of " + r.timesteps() + " final, "
                + Count.of(r.fallbackTimesteps(), "fallback"));
        out.printf(
                "                median %.0f s and %s after the gate, at most %.0f s%n",
                r.seconds().gateToFinalMedian(),
                Count.of(r.blocks().gateToFinalMedian(), "block"),
                r.seconds().gateToFinalMax());
        out.printf(
                "first power     median %d s and 95 of 100 within %d s of the request; by plans alone %d s and %d s%n",
                r.firstPower().median(),
                r.firstPower().p95(),
                r.firstPower().plannedMedian(),
                r.firstPower().plannedP95());
        out.println("handed over     " + Count.of(r.handedOverPlans(), "plan") + " and "
                + Count.of(r.handedOverFallbacks(), "fallback") + " to the operators' systems;");
        out.println("                " + Count.of(r.silentTimesteps(), "timestep") + " in which one heard nothing");
        var doors = r.doors();
        out.println(String.format(
                Locale.ROOT,
                "OCPI            %,d charging profiles: %,d confirmed, %,d refused, %,d late;",
                doors.profilesSet(),
                doors.profilesConfirmed(),
                doors.profilesRejected(),
                doors.late()));
        out.println("                " + Count.of(doors.notApplied(), "setpoint") + " not on record as followed, "
                + Count.of(doors.fallbacksApplied(), "time") + " lived by a fallback");
        out.println("                " + Count.of(doors.cdrs(), "CDR") + " with proofs at providers, "
                + doors.wrongCdrs() + " wrong, " + doors.missingCdrs() + " missing");
        if (r.missedAtFlakyWh() > 0) {
            out.println(
                    "                cars at charge points that misbehave lacked " + kwh(r.missedAtFlakyWh()) + " kWh");
        }
        var hems = r.hems();
        if (hems != null) {
            out.printf(
                    "HEMS            %s by HTTP; a battery took %.1f kWh and gave %.1f: peak %.1f instead of %.1f kW;%n",
                    Count.of(hems.inputs(), "input"),
                    kwh(hems.batteryTakenWh()),
                    kwh(hems.batteryGivenWh()),
                    hems.peakW() / 1000.0,
                    hems.peakWithoutW() / 1000.0);
            if (hems.phaseLimitW() > 0) {
                out.printf(
                        "                highest phase %.1f of %.1f kW, above it in %s%n",
                        hems.phasePeakW() / 1000.0,
                        hems.phaseLimitW() / 1000.0,
                        Count.of(hems.timestepsOverPhase(), "timestep"));
            }
        }
        out.println("audit           " + Count.of(r.audit().plans(), "plan") + ": "
                + r.audit().match() + " MATCH, " + r.audit().mismatch() + " MISMATCH, "
                + r.audit().missing() + " MISSING;");
        out.println("                "
                + Count.of(
                        r.audit().certificates(),
                        "certificate of optimality holds",
                        "certificates of optimality hold"));
        var s = r.settlement();
        out.println("bills           " + Count.of(s.billed(), "bill") + " in "
                + Count.of(s.settlements(), "settlement") + ": " + s.match() + " MATCH, " + s.mismatch()
                + " MISMATCH, " + s.missing() + " MISSING;");
        out.printf(
                "                %s EUR billed, %s EUR paid, %s;%n",
                BigDecimal.valueOf(s.billedMicroEuro(), 6),
                BigDecimal.valueOf(s.paidMicroEuro(), 6),
                Count.of(s.disputes(), "dispute"));
        out.printf("                %,d with what their charge points' meters signed;%n", s.signed());
        out.printf(
                "                %,d vouchers for %s while they charged; %s tokens%n",
                s.vouchers(), Count.of(s.sessions(), "session"), BigDecimal.valueOf(s.tokens(), 6));
        out.printf(
                "                %.3f transactions and %,d gas for a bill, %,d gas for a claim of tokens%n",
                s.transactionsPerSession(), s.gasPerSession(), s.gasPerClaim());
        var on = s.reputation();
        out.println("reputation      " + Count.of(on.sessionsEndedByProviders(), "session")
                + " ended by visiting providers, " + Count.of(on.closingsBeaten(), "closing") + " beaten");
        out.println("                by a newer voucher, " + Count.of(on.promisesBroken(), "promise") + " broken, "
                + Count.of(on.sessionsWithoutRecords(), "session") + " unsigned");
        if (s.cheating() != null) {
            out.printf(
                    "cheating        %s by payers and %d by payees, %d of them ended for it;%n",
                    Count.of(s.cheating().payers(), "session"),
                    s.cheating().payees(),
                    s.cheating().stopped());
            out.printf(
                    "                honest sides lost at most %s EUR on a hop, %s EUR in all%n",
                    BigDecimal.valueOf(s.cheating().mostMicroEuro(), 6),
                    BigDecimal.valueOf(s.cheating().allMicroEuro(), 6));
        }
        out.println(
                "second opinion  " + Count.of(r.secondOpinion().plans(), "plan") + " solved again by another solver: "
                        + Count.of(r.secondOpinion().differences(), "differs", "differ"));
        out.printf(
                "gas             %,d for a timestep's post, attestations and decisions%n",
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

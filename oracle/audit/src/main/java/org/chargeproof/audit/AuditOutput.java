package org.chargeproof.audit;

import java.io.PrintWriter;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.audit.report.AuditReport;
import org.chargeproof.audit.report.ReportJson;
import org.chargeproof.audit.report.TimestepVerdict;
import org.chargeproof.audit.report.Verdict;
import org.chargeproof.console.output.Count;
import org.chargeproof.protocol.time.NetworkParameters;
import org.chargeproof.protocol.verify.Difference;
import org.jspecify.annotations.Nullable;

/** What an audit tells people: a line for each timestep, one more for each group that does not match, and a summary. */
final class AuditOutput implements ProgressListener {
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(3);

    private static final int MOST_DIFFERENCES = 50;

    private final PrintWriter out;
    private final PrintWriter err;
    private final NetworkParameters parameters;
    private final boolean json;
    private final @Nullable PlanDump dump;
    private long lastNoteNanos = System.nanoTime();

    /**
     * @param out results
     * @param err progress, every few seconds
     * @param json whether the whole report goes to {@code out} at the end, and nothing else
     */
    AuditOutput(PrintWriter out, PrintWriter err, NetworkParameters parameters, boolean json) {
        this(out, err, parameters, json, null);
    }

    /** @param dump takes inputs and plans; null when nobody wants them */
    AuditOutput(PrintWriter out, PrintWriter err, NetworkParameters parameters, boolean json, @Nullable PlanDump dump) {
        this.dump = dump;
        this.out = out;
        this.err = err;
        this.parameters = parameters;
        this.json = json;
    }

    @Override
    public void onBlocks(long block, long headBlock) {
        note("read the ledger up to block " + block + " of " + headBlock);
    }

    @Override
    public void onSnapshot(long block) {
        err.println("begins with the own snapshot of block " + block + ": logs up to it are not read again.");
        err.flush();
    }

    @Override
    public void onPlans(int timestep, Bytes32 algorithm, List<byte[]> inputs, List<byte[]> plans) {
        if (dump != null) {
            dump.write(timestep, algorithm, inputs, plans);
        }
    }

    @Override
    public void onTimestep(TimestepVerdict verdict, int done, int total) {
        note("audited " + done + " of " + total + " timesteps");
        if (json) {
            return;
        }
        out.printf(
                Locale.ROOT,
                "%d  %s  %-8s  %s%n",
                verdict.timestep(),
                Instant.ofEpochSecond(parameters.startOf(verdict.timestep())),
                verdict.verdict(),
                summary(verdict));
        if (verdict.verdict() == Verdict.MISMATCH) {
            out.println("    " + standing(verdict));
            var lines = differences(verdict);
            lines.stream().limit(MOST_DIFFERENCES).forEach(out::println);
            if (lines.size() > MOST_DIFFERENCES) {
                out.println("    and " + (lines.size() - MOST_DIFFERENCES) + " more; --json has all");
            }
        }
    }

    private static String standing(TimestepVerdict verdict) {
        var others = verdict.attestedBy().stream().map(String::valueOf).collect(Collectors.joining(", "));
        return "posted by operator " + verdict.postedBy()
                + (others.isEmpty() ? ", attested by nobody else" : ", attested by operators " + others);
    }

    /** What shows first in each group, what else there is in it, and then what is none of a group's own. */
    private static List<String> differences(TimestepVerdict verdict) {
        var lines = new ArrayList<String>();
        var shown = new HashSet<Difference>();
        for (var group : verdict.groups()) {
            if (group.difference() == null) {
                continue;
            }
            Stream.concat(Stream.of(group.difference()), group.differences().stream())
                    .distinct()
                    .forEach(difference -> {
                        shown.add(difference);
                        lines.add("    group %d  %s  %s".formatted(group.group(), group.verdict(), difference));
                    });
        }
        verdict.differences().stream()
                .filter(difference -> !shown.contains(difference))
                .forEach(difference -> lines.add("    all groups  " + difference));
        return lines;
    }

    void finish(AuditReport report) {
        if (json) {
            out.println(ReportJson.of(report).toPrettyString());
            out.flush();
            return;
        }
        for (var used : report.algorithms()) {
            out.println("algorithm " + used.algorithm().toUnprefixedHexString()
                    + (used.pinned() ? ", as named by --algorithm" : ", as the ledger says"));
        }
        for (var post : report.wrongPosts()) {
            out.printf(
                    Locale.ROOT,
                    "wrong post, not final: timestep %d, operator %d (%d stood for it)  %s%n",
                    post.timestep(),
                    post.operator(),
                    post.votes(),
                    post.difference());
        }
        for (var settlement : report.settlements()) {
            if (settlement.verdict() != Verdict.MATCH) {
                out.printf(
                        Locale.ROOT,
                        "settlement %d  %s  %s%n",
                        settlement.timestep(),
                        settlement.verdict(),
                        settlement.difference() == null ? settlement.reason() : settlement.difference());
            }
        }
        var counts = report.counts();
        out.printf(
                Locale.ROOT,
                "%d timesteps, %d plans: %d match, %d mismatch, %d missing%s; %d certificates hold; %d wrong posts%n",
                report.timesteps().size(),
                counts.plans(),
                counts.match(),
                counts.mismatch(),
                counts.missing(),
                counts.unverified() == 0 ? "" : ", " + counts.unverified() + " could not be verified",
                counts.certificates(),
                counts.wrongPosts());
        var bills = report.billCounts();
        if (bills.settlements() > 0) {
            out.printf(
                    Locale.ROOT,
                    "%s: %d match, %d mismatch, %d missing%s; %s of %s EUR, %s EUR of compensation, %s tokens%n",
                    Count.of(bills.settlements(), "settlement"),
                    bills.match(),
                    bills.mismatch(),
                    bills.missing(),
                    bills.unverified() == 0 ? "" : ", " + bills.unverified() + " could not be verified",
                    Count.of(bills.bills(), "bill"),
                    BigDecimal.valueOf(bills.chargedMicroEuro(), 6),
                    BigDecimal.valueOf(bills.compensationMicroEuro(), 6),
                    BigDecimal.valueOf(bills.tokens(), 6));
        }
        out.flush();
    }

    private static String summary(TimestepVerdict verdict) {
        if (verdict.verdict() == Verdict.MISSING || verdict.verdict() == Verdict.UNVERIFIED) {
            return groups(verdict, verdict.verdict()) + ": " + verdict.reason();
        }
        if (verdict.groups().isEmpty()) {
            return "no groups" + (verdict.reason().isEmpty() ? "" : ": " + verdict.reason());
        }
        return groups(verdict, Verdict.MATCH) + ", " + verdict.votes() + " operators, snapshot block "
                + verdict.snapshotBlock();
    }

    private static String groups(TimestepVerdict verdict, Verdict wanted) {
        long count = verdict.groups().stream()
                .filter(group -> group.verdict() == wanted)
                .count();
        int all = verdict.groups().size();
        return count == all ? all + (all == 1 ? " group" : " groups") : count + " of " + all + " groups";
    }

    private void note(String text) {
        long now = System.nanoTime();
        if (now - lastNoteNanos >= QUIET_NANOS) {
            lastNoteNanos = now;
            err.println(text);
            err.flush();
        }
    }
}

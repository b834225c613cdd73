package org.chargeproof.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.chargeproof.audit.report.GroupVerdict;
import org.chargeproof.audit.report.TimestepVerdict;
import org.chargeproof.audit.report.Verdict;
import org.chargeproof.audit.report.WrongPost;
import org.chargeproof.planner.Certificate;
import org.chargeproof.planner.CertificateException;
import org.chargeproof.planner.GroupInput;
import org.chargeproof.protocol.ledger.LedgerEvent.PlanPosted;
import org.chargeproof.protocol.plan.TimestepPlan;
import org.chargeproof.protocol.plan.TimestepPlan.GroupPlan;
import org.chargeproof.protocol.time.NetworkParameters;
import org.chargeproof.protocol.verify.Difference;
import org.chargeproof.protocol.verify.PostComparison;
import org.jspecify.annotations.Nullable;

/** Says what a timestep's posts are worth, given what was computed again. Not thread-safe. */
final class Judge {
    private final NetworkParameters parameters;
    private final AuditRange range;
    private final Certificate certificate = new Certificate();

    Judge(NetworkParameters parameters, AuditRange range) {
        this.parameters = parameters;
        this.range = range;
    }

    /** Judges the final plan of a timestep, or says why there is none. */
    TimestepVerdict verdict(AuditCase audited, Planned planned) {
        var post = audited.ballot().finalPost();
        if (post == null) {
            return missing(audited, planned);
        }
        if (planned.plan() == null && planned.possible()) {
            return new TimestepVerdict(
                    audited.timestep(),
                    Verdict.UNVERIFIED,
                    audited.snapshotBlock(),
                    audited.ballot().votes(post.candidate()),
                    planned.obstacle(),
                    same(audited, Verdict.UNVERIFIED, null),
                    post.operator(),
                    audited.ballot().attestedBy(post),
                    List.of());
        }
        if (planned.plan() == null) {
            var difference = noPlan(post, planned);
            return found(audited, post, same(audited, Verdict.MISMATCH, difference), difference, List.of(difference));
        }
        return compared(audited, planned.plan(), post);
    }

    /** The posts of a timestep that did not become final, and would have been wrong. */
    List<WrongPost> wrongPosts(AuditCase audited, Planned planned) {
        if (planned.plan() == null && planned.possible()) {
            return List.of();
        }
        var ballot = audited.ballot();
        var wrong = new ArrayList<WrongPost>();
        for (PlanPosted post : ballot.candidates()) {
            if (post.equals(ballot.finalPost())) {
                continue;
            }
            var difference = planned.plan() == null
                    ? noPlan(post, planned)
                    : comparison(post, planned.plan()).ofAll();
            if (difference != null) {
                wrong.add(new WrongPost(
                        audited.timestep(),
                        post.operator(),
                        post.candidate(),
                        ballot.votes(post.candidate()),
                        difference));
            }
        }
        return wrong;
    }

    private TimestepVerdict compared(AuditCase audited, TimestepPlan plan, PlanPosted post) {
        var comparison = comparison(post, plan);
        var quorum = audited.ballot().quorumDifference();
        var groups = new ArrayList<GroupVerdict>();
        var everywhere = new ArrayList<>(comparison.everywhere());
        if (quorum != null) {
            everywhere.add(quorum);
        }
        Difference first = null;
        for (var group : plan.groups()) {
            if (!range.includes(group.group())) {
                continue;
            }
            var difference = comparison.ofGroup(group);
            // the plan itself is not on the ledger: it is the posted one only when its root is
            var flaw = difference == null ? flaw(group) : null;
            boolean proven = difference == null && flaw == null;
            difference = firstOf(difference, quorum, flaw);
            var own = flaw == null ? comparison.inGroup(group) : List.of(flaw);
            groups.add(new GroupVerdict(
                    group.group(), difference == null ? Verdict.MATCH : Verdict.MISMATCH, proven, difference, own));
            first = firstOf(first, difference);
        }
        if (groups.isEmpty()) {
            first = firstOf(comparison.ofAll(), quorum);
        }
        return found(audited, post, groups, first, everywhere);
    }

    private TimestepVerdict found(
            AuditCase audited,
            PlanPosted post,
            List<GroupVerdict> groups,
            @Nullable Difference first,
            List<Difference> everywhere) {
        return new TimestepVerdict(
                audited.timestep(),
                first == null ? Verdict.MATCH : Verdict.MISMATCH,
                audited.snapshotBlock(),
                audited.ballot().votes(post.candidate()),
                first == null ? "" : first.toString(),
                groups,
                post.operator(),
                audited.ballot().attestedBy(post),
                everywhere);
    }

    private TimestepVerdict missing(AuditCase audited, Planned planned) {
        int most = audited.ballot().maxVotes();
        String reason = !planned.obstacle().isEmpty() && !planned.possible()
                ? planned.obstacle()
                : "no quorum: " + most + (most == 1 ? " operator" : " operators") + " stood for one post at most";
        return new TimestepVerdict(
                audited.timestep(),
                Verdict.MISSING,
                audited.snapshotBlock(),
                0,
                reason,
                same(audited, Verdict.MISSING, null));
    }

    /** One verdict on all groups that were asked for. */
    private List<GroupVerdict> same(AuditCase audited, Verdict verdict, @Nullable Difference difference) {
        return IntStream.range(0, audited.layout().groups().size())
                .filter(range::includes)
                .mapToObj(group -> new GroupVerdict(group, verdict, false, difference))
                .toList();
    }

    private PostComparison comparison(PlanPosted post, TimestepPlan plan) {
        return new PostComparison(post, plan, parameters.stepsPerHour());
    }

    /** A post where there can be none. */
    private static Difference noPlan(PlanPosted post, Planned planned) {
        return new Difference("plan", "by operator " + post.operator(), "none: " + planned.obstacle());
    }

    /** What is wrong with a plan, by its certificate; null when it is optimal. */
    private @Nullable Difference flaw(GroupPlan group) {
        try {
            certificate.verify(
                    group.decodedInput(),
                    group.decodedPlan(),
                    GroupInput.versionOf(group.input().toArrayUnsafe()));
            return null;
        } catch (CertificateException e) {
            return new Difference("certificate", "of a plan that is not optimal", String.valueOf(e.getMessage()));
        }
    }

    private static @Nullable Difference firstOf(@Nullable Difference... differences) {
        for (var difference : differences) {
            if (difference != null) {
                return difference;
            }
        }
        return null;
    }
}

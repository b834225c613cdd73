package org.chargeproof.audit;

import java.util.ArrayList;
import java.util.List;
import org.chargeproof.planner.Certificate;
import org.chargeproof.planner.CertificateException;
import org.chargeproof.protocol.ledger.LedgerEvent.PlanPosted;
import org.chargeproof.protocol.plan.TimestepPlan.GroupPlan;
import org.chargeproof.protocol.time.NetworkParameters;
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
        return post == null ? missing(audited, planned) : verdict(audited, planned, post);
    }

    /** The posts of a timestep that did not become final, and would have been wrong. */
    List<WrongPost> wrongPosts(AuditCase audited, Planned planned) {
        var ballot = audited.ballot();
        var wrong = new ArrayList<WrongPost>();
        for (PlanPosted post : ballot.candidates()) {
            if (post.equals(ballot.finalPost())) {
                continue;
            }
            var difference = difference(post, audited, planned, null);
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

    private TimestepVerdict verdict(AuditCase audited, Planned planned, PlanPosted post) {
        var quorum = audited.ballot().quorumDifference();
        var groups = new ArrayList<GroupVerdict>();
        Difference first = null;
        for (int id = 0; id < audited.layout().groups().size(); id++) {
            if (!range.includes(id)) {
                continue;
            }
            var group = planned.plan() == null ? null : planned.plan().groups().get(id);
            var difference = difference(post, audited, planned, group);
            // the plan itself is not on the ledger: it is the posted one only when its root is
            var flaw = difference == null && group != null ? flaw(group) : null;
            boolean proven = difference == null && flaw == null;
            difference = firstOf(difference, quorum, flaw);
            groups.add(new GroupVerdict(id, difference == null ? Verdict.MATCH : Verdict.MISMATCH, proven, difference));
            first = firstOf(first, difference);
        }
        if (groups.isEmpty()) {
            first = firstOf(difference(post, audited, planned, null), quorum);
        }
        return new TimestepVerdict(
                audited.timestep(),
                first == null ? Verdict.MATCH : Verdict.MISMATCH,
                audited.snapshotBlock(),
                audited.ballot().votes(post.candidate()),
                first == null ? "" : first.toString(),
                groups);
    }

    private TimestepVerdict missing(AuditCase audited, Planned planned) {
        var groups = new ArrayList<GroupVerdict>();
        for (int id = 0; id < audited.layout().groups().size(); id++) {
            if (range.includes(id)) {
                groups.add(new GroupVerdict(id, Verdict.MISSING, false, null));
            }
        }
        int most = audited.ballot().mostVotes();
        String reason = !planned.obstacle().isEmpty()
                ? planned.obstacle()
                : "no quorum: " + most + (most == 1 ? " operator" : " operators") + " stood for one post at most";
        return new TimestepVerdict(audited.timestep(), Verdict.MISSING, audited.snapshotBlock(), 0, reason, groups);
    }

    /** Where a post departs from one group's plan, or from all when no group is given. */
    private @Nullable Difference difference(
            PlanPosted post, AuditCase audited, Planned planned, @Nullable GroupPlan group) {
        if (planned.plan() == null) {
            return new Difference("plan", "by operator " + post.operator(), "none: " + planned.obstacle());
        }
        var comparison = new PostComparison(post, planned.plan(), audited.layout(), parameters.stepsPerHour());
        return group == null ? comparison.ofAll() : comparison.ofGroup(group);
    }

    /** What is wrong with a plan, by its certificate; null when it is optimal. */
    private @Nullable Difference flaw(GroupPlan group) {
        try {
            certificate.verify(group.decodedInput(), group.decodedPlan());
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

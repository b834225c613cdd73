package org.chargeproof.protocol.verify;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.protocol.encoding.Decisions;
import org.chargeproof.protocol.encoding.Decisions.Decision;
import org.chargeproof.protocol.encoding.Sha256;
import org.chargeproof.protocol.ledger.LedgerEvent.PlanPosted;
import org.chargeproof.protocol.plan.TimestepPlan;
import org.chargeproof.protocol.plan.TimestepPlan.GroupPlan;
import org.jspecify.annotations.Nullable;

/**
 * Holds a post against the plan that was computed again. What belongs to one group (its setpoints, the decisions about its
 * requests) is looked at before the roots over all groups: it says more.
 */
public final class PostComparison {
    private final PlanPosted post;
    private final TimestepPlan plan;
    private final int stepsPerHour;
    private final boolean sameSetpoints;
    private final boolean sameDecisions;
    private final @Nullable Difference inCommitment;
    private final @Nullable Difference inRoots;
    private final @Nullable Difference inNoGroup;

    /**
     * Compares.
     *
     * @param post as it stands on the ledger
     * @param plan as it was computed again
     * @param stepsPerHour of the network, to tell setpoints in W
     */
    public PostComparison(PlanPosted post, TimestepPlan plan, int stepsPerHour) {
        this.post = post;
        this.plan = plan;
        this.stepsPerHour = stepsPerHour;
        this.sameSetpoints = post.setpoints().equals(plan.setpoints());
        this.sameDecisions = post.decisions().equals(plan.decisions());
        var expected = plan.commitment();
        this.inCommitment = firstOf(
                unlessEqual("snapshotBlock", post.snapshotBlock(), expected.snapshotBlock()),
                unlessEqual("algorithm", post.algorithm(), expected.algorithm()));
        this.inRoots = firstOf(
                unlessEqual("inputsRoot", post.inputsRoot(), expected.inputsRoot()),
                unlessEqual("plansRoot", post.plansRoot(), expected.plansRoot()),
                unlessEqual("setpointsRoot", post.setpointsRoot(), expected.setpointsRoot()));
        this.inNoGroup = firstOf(differenceInUnknownSetpoints(), differenceInUnknownDecisions());
    }

    /**
     * Where the post first departs from one group's plan.
     *
     * @return null when the group's setpoints and decisions are right, and proven by roots that are right
     */
    @Nullable
    public Difference ofGroup(GroupPlan group) {
        if (inCommitment != null) {
            return inCommitment;
        }
        return firstOf(differenceInGroup(group), inRoots, inNoGroup);
    }

    /** Where the post first departs from the plan of all groups; null when it is the same. */
    @Nullable
    public Difference ofAll() {
        if (inCommitment != null) {
            return inCommitment;
        }
        for (var group : plan.groups()) {
            var difference = differenceInGroup(group);
            if (difference != null) {
                return difference;
            }
        }
        return firstOf(inRoots, inNoGroup);
    }

    private @Nullable Difference differenceInGroup(GroupPlan group) {
        if (!sameSetpoints) {
            for (int chargePoint : plan.layout().groups().get(group.group())) {
                var difference = differenceInSetpoint("setpoint of charge point " + chargePoint, chargePoint);
                if (difference != null) {
                    return difference;
                }
            }
        }
        return sameDecisions ? null : differenceInDecisions(group);
    }

    private @Nullable Difference differenceInSetpoint(String field, int index) {
        int posted = stored(post.setpoints(), index);
        int expected = stored(plan.setpoints(), index);
        if (posted == expected) {
            return null;
        }
        return new Difference(field, power(posted), power(expected));
    }

    private @Nullable Difference differenceInDecisions(GroupPlan group) {
        var posted = bySession(post.decisions());
        var expected = bySession(plan.decisions());
        for (var decision : group.decodedPlan().decisions()) {
            int session = decision.sessionId();
            if (!Objects.equals(expected.get(session), posted.get(session))) {
                return new Difference(
                        "decision about session " + session, text(posted.get(session)), text(expected.get(session)));
            }
        }
        return null;
    }

    /** Behind the setpoints of known charge points there is nothing but zeros up to a whole word. */
    private @Nullable Difference differenceInUnknownSetpoints() {
        if (sameSetpoints) {
            return null;
        }
        int end = Math.max(post.setpoints().size(), plan.setpoints().size()) / Short.BYTES;
        for (int i = plan.layout().chargePointCount(); i < end; i++) {
            var difference = differenceInSetpoint("setpoint of charge point " + i + ", unknown at the snapshot", i);
            if (difference != null) {
                return difference;
            }
        }
        return null;
    }

    /** A decision about something that was no request at the snapshot, or the right ones in other bytes. */
    private @Nullable Difference differenceInUnknownDecisions() {
        if (sameDecisions) {
            return null;
        }
        var posted = bySession(post.decisions());
        var expected = bySession(plan.decisions());
        for (var entry : posted.entrySet()) {
            if (!expected.containsKey(entry.getKey())) {
                return new Difference("decision about session " + entry.getKey(), text(entry.getValue()), "none");
            }
        }
        // others are named in their groups
        return posted.equals(expected)
                ? new Difference("decisions", digest(post.decisions()), digest(plan.decisions()))
                : null;
    }

    /** The first decision about each session, as only that one counts. */
    private static Map<Integer, Decision> bySession(Bytes packed) {
        var decisions = new LinkedHashMap<Integer, Decision>();
        for (var decision : Decisions.unpack(packed)) {
            decisions.putIfAbsent(decision.session(), decision);
        }
        return decisions;
    }

    /** The u16 of a charge point; -1 behind the end. */
    private static int stored(Bytes setpoints, int index) {
        int at = index * Short.BYTES;
        return at + Short.BYTES > setpoints.size()
                ? -1
                : setpoints.slice(at, Short.BYTES).toInt();
    }

    private String power(int stored) {
        return switch (stored) {
            case -1 -> "none";
            case 0 -> "none (0000)";
            default -> (stored - 1) * stepsPerHour + " W";
        };
    }

    private static String text(@Nullable Decision decision) {
        if (decision == null) {
            return "none";
        }
        if (decision.accepted() && decision.offerEnergyWh() == 0 && decision.offerPowerW() == 0) {
            return "accepted";
        }
        return (decision.accepted() ? "accepted" : "refused") + ", offering " + decision.offerEnergyWh()
                + " Wh, all of it by timestep " + decision.offerDepartureTimestep() + ", or " + decision.offerPowerW()
                + " W";
    }

    private static String digest(Bytes bytes) {
        return bytes.size() + " bytes with SHA-256 " + Sha256.of(bytes.toArrayUnsafe());
    }

    private static @Nullable Difference unlessEqual(String field, long posted, long recomputed) {
        return posted == recomputed ? null : new Difference(field, Long.toString(posted), Long.toString(recomputed));
    }

    private static @Nullable Difference unlessEqual(String field, Bytes32 posted, Bytes32 recomputed) {
        return posted.equals(recomputed) ? null : new Difference(field, posted.toHexString(), recomputed.toHexString());
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

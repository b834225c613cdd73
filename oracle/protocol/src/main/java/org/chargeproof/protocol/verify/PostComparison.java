package org.chargeproof.protocol.verify;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
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
    private static final int MOST_IN_NO_GROUP = 1_000;

    private final PlanPosted post;
    private final TimestepPlan plan;
    private final int stepsPerHour;
    private final boolean sameSetpoints;
    private final boolean sameDecisions;
    private final List<Difference> inCommitment;
    private final List<Difference> inRoots;
    private final List<Difference> inNoGroup;

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
        this.inCommitment = listOf(
                unlessEqual("snapshotBlock", post.snapshotBlock(), expected.snapshotBlock()),
                unlessEqual("algorithm", post.algorithm(), expected.algorithm()));
        this.inRoots = listOf(
                unlessEqual("inputsRoot", post.inputsRoot(), expected.inputsRoot()),
                unlessEqual("plansRoot", post.plansRoot(), expected.plansRoot()),
                unlessEqual("setpointsRoot", post.setpointsRoot(), expected.setpointsRoot()));
        this.inNoGroup = differencesInNoGroup();
    }

    /**
     * Where the post first departs from one group's plan.
     *
     * @return null when the group's setpoints and decisions are right, and proven by roots that are right
     */
    @Nullable
    public Difference ofGroup(GroupPlan group) {
        return inCommitment.isEmpty() ? firstOf(inGroup(group), inRoots, inNoGroup) : inCommitment.getFirst();
    }

    /** Where the post first departs from the plan of all groups; null when it is the same. */
    @Nullable
    public Difference ofAll() {
        if (!inCommitment.isEmpty()) {
            return inCommitment.getFirst();
        }
        if (!sameSetpoints || !sameDecisions) {
            for (var group : plan.groups()) {
                var differences = inGroup(group);
                if (!differences.isEmpty()) {
                    return differences.getFirst();
                }
            }
        }
        return firstOf(inRoots, inNoGroup);
    }

    /** All differences that concern every group: in the commitment, in the roots, and in what belongs to no group (of that 1,000 at most). */
    public List<Difference> everywhere() {
        return Stream.of(inCommitment, inRoots, inNoGroup).flatMap(List::stream).toList();
    }

    /** All differences in the setpoints of a group's charge points and the decisions about its requests. */
    public List<Difference> inGroup(GroupPlan group) {
        var differences = new ArrayList<Difference>();
        if (!sameSetpoints) {
            for (int chargePoint : plan.layout().groups().get(group.group())) {
                addIfAny(differences, differenceInSetpoint("setpoint of charge point " + chargePoint, chargePoint));
            }
        }
        if (!sameDecisions) {
            addDecisions(differences, group);
        }
        return List.copyOf(differences);
    }

    private @Nullable Difference differenceInSetpoint(String field, int index) {
        int posted = stored(post.setpoints(), index);
        int expected = stored(plan.setpoints(), index);
        if (posted == expected) {
            return null;
        }
        return new Difference(field, power(posted), power(expected));
    }

    private void addDecisions(List<Difference> differences, GroupPlan group) {
        var posted = bySession(post.decisions());
        var expected = bySession(plan.decisions());
        for (var decision : group.decodedPlan().decisions()) {
            int session = decision.sessionId();
            if (!Objects.equals(expected.get(session), posted.get(session))) {
                differences.add(new Difference(
                        "decision about session " + session, text(posted.get(session)), text(expected.get(session))));
            }
        }
    }

    private List<Difference> differencesInNoGroup() {
        var differences = new ArrayList<Difference>();
        if (!sameSetpoints) {
            addUnknownSetpoints(differences);
        }
        if (!sameDecisions) {
            addUnknownDecisions(differences);
        }
        return List.copyOf(differences.subList(0, Math.min(MOST_IN_NO_GROUP, differences.size())));
    }

    /** Behind the setpoints of known charge points there is nothing but zeros up to a whole word. */
    private void addUnknownSetpoints(List<Difference> differences) {
        int end = Math.max(post.setpoints().size(), plan.setpoints().size()) / Short.BYTES;
        for (int i = plan.layout().chargePointCount(); i < end && differences.size() < MOST_IN_NO_GROUP; i++) {
            addIfAny(
                    differences,
                    differenceInSetpoint("setpoint of charge point " + i + ", unknown at the snapshot", i));
        }
    }

    /** Decisions about something that was no request at the snapshot, or the right ones in other bytes. */
    private void addUnknownDecisions(List<Difference> differences) {
        var posted = bySession(post.decisions());
        var expected = bySession(plan.decisions());
        for (var entry : posted.entrySet()) {
            if (!expected.containsKey(entry.getKey())) {
                differences.add(
                        new Difference("decision about session " + entry.getKey(), text(entry.getValue()), "none"));
            }
        }
        // others are named in their groups
        if (posted.equals(expected)) {
            differences.add(new Difference("decisions", digest(post.decisions()), digest(plan.decisions())));
        }
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

    private static void addIfAny(List<Difference> differences, @Nullable Difference difference) {
        if (difference != null) {
            differences.add(difference);
        }
    }

    private static List<Difference> listOf(@Nullable Difference... differences) {
        var all = new ArrayList<Difference>();
        for (var difference : differences) {
            addIfAny(all, difference);
        }
        return List.copyOf(all);
    }

    @SafeVarargs
    private static @Nullable Difference firstOf(List<Difference>... lists) {
        for (var list : lists) {
            if (!list.isEmpty()) {
                return list.getFirst();
            }
        }
        return null;
    }
}

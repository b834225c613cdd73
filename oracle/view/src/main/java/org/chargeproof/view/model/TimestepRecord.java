package org.chargeproof.view.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.tuweni.bytes.Bytes;
import org.chargeproof.protocol.encoding.Setpoints;
import org.chargeproof.view.verify.Verdict;
import org.jspecify.annotations.Nullable;

/** What was said about one timestep's plan, and what came of it. Changed by the view only. */
public final class TimestepRecord {
    private final int timestep;
    final List<Post> posts = new ArrayList<>();
    final TreeMap<Integer, Integer> votes = new TreeMap<>();
    int finalCandidate = -1;
    int members;
    long finalBlock;
    boolean fallback;
    /** By operator, a bit for each charge point of the network: whether it followed its setpoint. */
    final TreeMap<Integer, Bytes> applied = new TreeMap<>();

    @Nullable
    Bytes setpoints;

    /** Interim power by charge point, in W. */
    final Map<Integer, Integer> interimW = new HashMap<>();

    /**
     * One post.
     *
     * @param verdict what this node thinks of it
     */
    public record Post(int candidate, int operator, long block, Bytes algorithm, Verdict verdict) {}

    TimestepRecord(int timestep) {
        this.timestep = timestep;
    }

    public int timestep() {
        return timestep;
    }

    /** In the order of their numbers. */
    public List<Post> posts() {
        return Collections.unmodifiableList(posts);
    }

    /** Candidate by operator that posted or attested it. */
    public Map<Integer, Integer> votes() {
        return Collections.unmodifiableMap(votes);
    }

    /** -1 while none is final. */
    public int finalCandidate() {
        return finalCandidate;
    }

    /** Block in which it became final; 0 before. */
    public long finalBlock() {
        return finalBlock;
    }

    /** Members of the consortium when it became final; 0 before. */
    public int members() {
        return members;
    }

    /** Whether it is on record that it began without a final plan. */
    public boolean fallback() {
        return fallback;
    }

    /** What a charge point may take by the final plan, or by interim power where that is more, in W; 0 without a final plan. */
    int powerW(int chargePoint, int stepsPerHour) {
        int toldW = setpoints == null ? 0 : Setpoints.read(setpoints, chargePoint) * stepsPerHour;
        return Math.max(toldW, interimW.getOrDefault(chargePoint, 0));
    }

    /**
     * Whether a charge point followed its setpoint, as its operator put on record; null when the operator put nothing on record.
     *
     * @param operator of the charge point
     */
    public @Nullable Boolean applied(int operator, int chargePoint) {
        var bits = applied.get(operator);
        return bits == null ? null : (Boolean) Setpoints.isApplied(bits, chargePoint);
    }

    /** Packed setpoints of the final plan. */
    public @Nullable Bytes setpoints() {
        return setpoints;
    }
}

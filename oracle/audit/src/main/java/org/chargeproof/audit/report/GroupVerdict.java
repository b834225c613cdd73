package org.chargeproof.audit.report;

import java.util.List;
import org.chargeproof.protocol.verify.Difference;
import org.jspecify.annotations.Nullable;

/**
 * The verdict on one group's plan.
 *
 * @param certificate whether the plan, computed again, passed its certificate of optimality
 * @param difference where a mismatch shows first; null otherwise
 * @param differences all that are in this group's own setpoints and decisions; those of the whole timestep are in {@link TimestepVerdict}
 */
public record GroupVerdict(
        int group,
        Verdict verdict,
        boolean certificate,
        @Nullable Difference difference,
        List<Difference> differences) {
    public GroupVerdict {
        differences = List.copyOf(differences);
    }

    /** With no differences of its own. */
    public GroupVerdict(int group, Verdict verdict, boolean certificate, @Nullable Difference difference) {
        this(group, verdict, certificate, difference, List.of());
    }
}

package org.chargeproof.audit;

import java.util.Set;
import java.util.TreeSet;
import org.apache.tuweni.bytes.Bytes32;
import org.jspecify.annotations.Nullable;

/**
 * What to audit.
 *
 * @param from first timestep; null for the first for which an algorithm counts
 * @param to last timestep; null for the last that has begun, or the one after it when its plan is final already
 * @param groups empty for all
 * @param pinned the only algorithms that may count, by their SHA-256; empty for whatever the ledger says
 */
public record AuditRange(@Nullable Integer from, @Nullable Integer to, Set<Integer> groups, Set<Bytes32> pinned) {
    public AuditRange {
        groups = Set.copyOf(groups);
        pinned = Set.copyOf(pinned);
    }

    /** With whatever algorithms the ledger says. */
    public AuditRange(@Nullable Integer from, @Nullable Integer to, Set<Integer> groups) {
        this(from, to, groups, Set.of());
    }

    /** All timesteps and groups that there are. */
    public static AuditRange everything() {
        return new AuditRange(null, null, Set.of());
    }

    /** All groups of some timesteps, both ends included. */
    public static AuditRange timesteps(int from, int to) {
        return new AuditRange(from, to, Set.of());
    }

    boolean includes(int group) {
        return groups.isEmpty() || groups.contains(group);
    }

    /** The groups in ascending order; empty for all. */
    TreeSet<Integer> sortedGroups() {
        return new TreeSet<>(groups);
    }
}

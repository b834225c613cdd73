package org.chargeproof.cli.abuse;

import java.util.Map;
import java.util.TreeMap;

/** What was tried, and who refused it. Thread-safe. */
public final class AbuseLog {
    /**
     * One kind of attack.
     *
     * @param sent transactions handed to nodes
     * @param refusedByNodes of them, refused by the node that they were handed to
     * @param refusedByContracts of them, in a block, without effect
     * @param taken of them, in a block, with effect: what the bounds allow
     */
    public record Counts(long sent, long refusedByNodes, long refusedByContracts, long taken) {
        /** Of them, in no block: still in a pool, or dropped from it. */
        public long left() {
            return sent - refusedByNodes - refusedByContracts - taken;
        }

        private Counts plus(Counts more) {
            return new Counts(
                    sent + more.sent,
                    refusedByNodes + more.refusedByNodes,
                    refusedByContracts + more.refusedByContracts,
                    taken + more.taken);
        }
    }

    private static final Counts NONE = new Counts(0, 0, 0, 0);

    private final TreeMap<String, Counts> byAttack = new TreeMap<>();

    synchronized void sent(String attack) {
        add(attack, new Counts(1, 0, 0, 0));
    }

    synchronized void refusedByNode(String attack) {
        add(attack, new Counts(0, 1, 0, 0));
    }

    synchronized void inBlock(String attack, boolean taken) {
        add(attack, taken ? new Counts(0, 0, 0, 1) : new Counts(0, 0, 1, 0));
    }

    /** By attack, in alphabetical order. */
    public synchronized Map<String, Counts> byAttack() {
        return new TreeMap<>(byAttack);
    }

    /** All together. */
    public synchronized Counts total() {
        return byAttack.values().stream().reduce(NONE, Counts::plus);
    }

    private void add(String attack, Counts more) {
        byAttack.merge(attack, more, Counts::plus);
    }
}

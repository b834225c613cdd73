package org.chargeproof.operator.owner;

/** How chain time passes. */
public interface ChainTime {
    /** Lets time pass until a block with at least this time is there. @return time of the newest block */
    long advanceTo(long timestampSeconds);

    /** Lets the ledger take what was sent: a block at least. */
    void settle();

    /** Time of the newest block, unix seconds. */
    long now();
}

package org.chargeproof.ledger;

/**
 * How much work fits into a block and into a transaction, on every network that this program starts; reasons and
 * measurements: docs/decisions/0033-flooding.md.
 */
public final class GasLimits {
    /** Of a block. Validators hold on to it: each may move it by 1/1024 in a block of its own. */
    public static final long BLOCK = 40_000_000;

    /**
     * Of a transaction: above a plan for 20,000 charge points in storage that was never written, and it leaves a fifth of the
     * block to others.
     */
    public static final long TRANSACTION = 32_000_000;

    /** What calls with hardly any data need at most: sealing a planner of a mebibyte. */
    private static final long LEAST = 4_000_000;

    /** What a byte of data leads to at most: entries of meter reports, of charge points and pseudonyms, code of contracts. */
    private static final long PER_BYTE = 800;

    /** The same where the data are decisions: a dozen bytes write three words and an event. */
    private static final long PER_BYTE_OF_DECISIONS = 2_500;

    private static final int HEX_DIGITS = 2;

    private GasLimits() {}

    /**
     * Enough for a call of the network's contracts, and no more than need be: while a block is made, what a transaction could
     * use counts.
     *
     * @param data hex
     */
    public static long forCall(String data) {
        return Math.min(TRANSACTION, LEAST + PER_BYTE * bytes(data));
    }

    /**
     * The same for a plan that is posted or attested, which may carry out decisions.
     *
     * @param data hex
     */
    public static long forPlan(String data) {
        return Math.min(TRANSACTION, LEAST + PER_BYTE_OF_DECISIONS * bytes(data));
    }

    private static long bytes(String data) {
        return data.length() / HEX_DIGITS;
    }
}

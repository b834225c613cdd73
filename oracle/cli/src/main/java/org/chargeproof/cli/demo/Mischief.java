package org.chargeproof.cli.demo;

/**
 * What does not go as it should.
 *
 * @param byzantine how many oracles lie
 * @param silent how many oracles stop half-way
 * @param abuse whether the last operator has no oracle, and attacks instead, together with a stranger
 * @param cheatingPayers sessions whose payer cheats
 * @param cheatingPayees sessions whose payee cheats
 * @param flaky whether a tenth of the charge points misbehave
 */
record Mischief(int byzantine, int silent, boolean abuse, int cheatingPayers, int cheatingPayees, boolean flaky) {
    /** All is well. */
    static final Mischief NONE = new Mischief(0, 0, false, 0, 0, false);
}

package org.chargeproof.cpo;

/**
 * What came of the profiles, and removals of profiles, that partners sent.
 *
 * @param received all
 * @param applied that charge points live by, or did
 * @param late of those applied, how many took effect late
 * @param refused by charge points
 * @param ignored by charge points that said otherwise
 * @param lost on the way to charge points without contact
 * @param overtaken before they took effect
 * @param invalid refused by the platform, as they were none that can be followed
 * @param tooOften refused by the platform, as they were too many
 * @param unknownSession of sessions that are not there, or not the partner's
 */
public record ProfileCounts(
        long received,
        long applied,
        long late,
        long refused,
        long ignored,
        long lost,
        long overtaken,
        long invalid,
        long tooOften,
        long unknownSession) {}

package org.chargeproof.operator.consortium.vote;

import java.util.Set;

/**
 * What the members vote on.
 *
 * @param admission or else an exclusion
 * @param target whom an exclusion is about; 0 for an admission
 * @param name of the candidate, or of the operator that is to go
 * @param transaction that made the proposal; of an admission, it has the candidate's accounts
 * @param expiresSeconds block time up to which votes are taken
 * @param voters all that ever voted, those excluded since included
 * @param done carried out, or without effect when its time came
 */
public record Proposal(
        int id,
        boolean admission,
        int target,
        String name,
        String transaction,
        long expiresSeconds,
        Set<Integer> voters,
        boolean done) {}

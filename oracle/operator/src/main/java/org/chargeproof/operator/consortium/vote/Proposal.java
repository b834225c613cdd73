package org.chargeproof.operator.consortium.vote;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the members vote on.
 *
 * @param target whom an exclusion is about; 0 for others
 * @param name of the candidate, or of who is to go; empty for an issuer
 * @param issuer what an issuer's cap is about, and null for others
 * @param transaction that made the proposal; of an admission, it has the candidate's accounts
 * @param expiresSeconds block time up to which votes are taken
 * @param voters all that ever voted, those excluded since included
 * @param done carried out, or without effect when its time came
 */
public record Proposal(
        int id,
        Kind kind,
        int target,
        String name,
        @Nullable Issuer issuer,
        String transaction,
        long expiresSeconds,
        Set<Integer> voters,
        boolean done) {
    /** In the order of IConsortium.Kind. */
    public enum Kind {
        ADMISSION,
        EXCLUSION,
        PROVIDER_ADMISSION,
        ISSUER_CAP
    }

    /**
     * How much somebody may have in circulation.
     *
     * @param account with checksum
     */
    public record Issuer(String account, long capMicroEuro) {}
}

package org.chargeproof.operator.consortium.vote;

import org.chargeproof.protocol.time.NetworkParameters;

/** What an admission does to the number of votes that a plan needs: every member counts, whether its oracle runs or not. */
public final class QuorumChange {
    private QuorumChange() {}

    /**
     * For people who are about to admit a member.
     *
     * @param members before the admission
     */
    public static String ofAdmission(NetworkParameters parameters, int members) {
        int before = parameters.quorum(members);
        int after = parameters.quorum(members + 1);
        // the new one does not vote yet
        int spare = members - after;
        String until = spare < 0
                ? "no plan becomes final until it does"
                : spare == 0
                        ? "no plan becomes final while any other oracle stands still"
                        : "no plan becomes final while more than " + spare + " of the other oracles "
                                + (spare == 1 ? "stands" : "stand") + " still";
        return "Once carried, a plan needs " + after + " of " + (members + 1) + " votes (now " + before + " of "
                + members + "), at once. Have the new oracle run before: as long as it does not, " + until + ".";
    }
}

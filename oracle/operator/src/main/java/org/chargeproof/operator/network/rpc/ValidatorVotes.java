package org.chargeproof.operator.network.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.ledger.LedgerException;
import org.chargeproof.ledger.Pause;
import org.chargeproof.operator.network.files.Consensus;
import org.chargeproof.operator.network.files.Enode;

/** Votes on who validates: each validator's node has one, and puts it into the blocks that it proposes. */
public final class ValidatorVotes {
    private static final int POLL_MILLIS = 500;

    private final List<NodeRpc> voters;
    private final Consensus consensus;

    /**
     * Votes through some nodes.
     *
     * @param voters each its operator's own
     */
    public ValidatorVotes(List<NodeRpc> voters) {
        if (voters.isEmpty()) {
            throw new BadInputException("no node runs that could vote. Start the network, or name nodes with --rpc.");
        }
        this.voters = List.copyOf(voters);
        // a network on its way from IBFT 2.0 to QBFT answers the methods of both
        this.consensus = consensus(voters.getFirst());
    }

    /** Addresses of the validators, as a node sees them now. */
    public List<String> validators() {
        return validators(voters.getFirst());
    }

    /** More than half of the validators must vote. */
    public static int needed(int validators) {
        return validators / 2 + 1;
    }

    /**
     * Hands in votes.
     *
     * @param add true to make it a validator, false to end that
     * @throws BadInputException when the vote would change nothing
     */
    public Ballot propose(String address, boolean add) {
        String subject = address.toLowerCase(Locale.ROOT);
        List<String> validators = validators();
        if (add == validators.contains(subject)) {
            throw new BadInputException(subject + (add ? " is a validator already." : " is no validator.")
                    + " The validators are " + String.join(", ", validators) + ".");
        }
        if (!add && validators.size() == 1) {
            throw new BadInputException(subject + " is the only validator; without it there would be no blocks.");
        }
        var voting = new ArrayList<NodeRpc>();
        for (NodeRpc voter : voters) {
            if (validators.contains(address(voter))) {
                voter.call(consensus.proposeMethod(), subject, add);
                voting.add(voter);
            }
        }
        if (voting.isEmpty()) {
            throw new BadInputException(
                    "none of the nodes that were asked is a validator; only validators vote. The validators are "
                            + String.join(", ", validators) + ".");
        }
        return new Ballot(subject, add, voting, needed(validators.size()));
    }

    /** Withdraws the votes on an address. */
    public void withdraw(String address) {
        voters.forEach(v -> v.call(consensus.discardMethod(), address.toLowerCase(Locale.ROOT)));
    }

    private List<String> validators(NodeRpc node) {
        var addresses = new ArrayList<String>();
        for (JsonNode address : node.call(consensus.validatorsMethod(), "latest")) {
            addresses.add(address.asText().toLowerCase(Locale.ROOT));
        }
        return addresses;
    }

    private static Consensus consensus(NodeRpc node) {
        try {
            return Consensus.of(node.call("eth_getBlockByNumber", "latest", false)
                    .path("extraData")
                    .asText());
        } catch (IllegalArgumentException e) {
            throw new LedgerException(
                    node.url()
                            + " is no node of an IBFT 2.0 or QBFT network: the extraData of its newest block is that of none.",
                    e);
        }
    }

    private static String address(NodeRpc node) {
        return Enode.parse(node.call("net_enode").asText()).address();
    }

    /** Votes that were handed in and wait for blocks that carry them. */
    public final class Ballot {
        private final String subject;
        private final boolean add;
        private final List<NodeRpc> voting;
        private final int needed;

        private Ballot(String subject, boolean add, List<NodeRpc> voting, int needed) {
            this.subject = subject;
            this.add = add;
            this.voting = List.copyOf(voting);
            this.needed = needed;
        }

        /** How many validators voted through us. */
        public int votes() {
            return voting.size();
        }

        /** How many are needed, those included that vote elsewhere. */
        public int needed() {
            return needed;
        }

        /**
         * Waits until the validators have changed on all nodes that voted, and takes the votes back, which otherwise would count again.
         *
         * @param watching is told how many nodes see the change
         * @return false when that did not happen in time; then the votes stand
         */
        public boolean await(Duration atMost, Consumer<Integer> watching) {
            long deadline = System.nanoTime() + atMost.toNanos();
            while (true) {
                int changed = (int) voting.stream().filter(this::isDone).count();
                watching.accept(changed);
                if (changed == voting.size()) {
                    voting.forEach(v -> v.tryCall(consensus.discardMethod(), subject));
                    return true;
                }
                if (System.nanoTime() > deadline) {
                    return false;
                }
                Pause.millis(POLL_MILLIS);
            }
        }

        /**
         * Waits until the validators have changed.
         *
         * @throws LedgerException when they have not in time
         */
        public void require(Duration atMost) {
            if (!await(atMost, changed -> {})) {
                throw new LedgerException("the validators have not changed within " + atMost.toSeconds() + " s, with "
                        + votes() + " of " + needed + " votes needed.");
            }
        }

        private boolean isDone(NodeRpc node) {
            return validators(node).contains(subject) == add;
        }
    }
}

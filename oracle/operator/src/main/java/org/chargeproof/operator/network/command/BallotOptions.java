package org.chargeproof.operator.network.command;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.operator.network.rpc.ValidatorVotes;
import picocli.CommandLine.Option;

/** Holds a vote, and tells how it goes. */
final class BallotOptions {
    private static final int ALL_VOTES_SECONDS = 120;
    private static final int TOLERANT = 4;

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            defaultValue = "120",
            description = "How long to wait for the change. The vote stands when the time is over.")
    private int waitSeconds = ALL_VOTES_SECONDS;

    @Option(names = "--withdraw", description = "Take back an earlier vote on this address instead.")
    private boolean withdraw;

    boolean withdraws() {
        return withdraw;
    }

    /**
     * Votes and waits.
     *
     * @return exit code: 0 when the validators have changed, 1 when votes of others are missing
     */
    int run(ValidatorVotes votes, String subject, boolean add, PrintWriter out) {
        if (waitSeconds < 0) {
            throw new BadInputException("--wait is " + waitSeconds + "; it must be 0 seconds or more.");
        }
        if (withdraw) {
            votes.withdraw(subject);
            out.println("votes on " + subject + " withdrawn: blocks to come do not carry them");
            out.flush();
            return 0;
        }
        var ballot = votes.propose(subject, add);
        out.println(ballot.votes() + (ballot.votes() == 1 ? " vote" : " votes") + " to " + (add ? "add " : "remove ")
                + subject + "; " + ballot.needed()
                + " needed. Each counts with the next block that its validator proposes.");
        out.flush();
        var seen = new AtomicInteger();
        boolean changed = ballot.await(Duration.ofSeconds(waitSeconds), nodes -> {
            if (seen.getAndSet(nodes) < nodes) {
                out.println("changed on " + nodes + " of " + ballot.votes() + " nodes");
                out.flush();
            }
        });
        if (!changed) {
            out.println("no change within " + waitSeconds + " s. "
                    + (ballot.votes() < ballot.needed()
                            ? (ballot.needed() - ballot.votes())
                                    + " more operators must vote the same way; your vote stands until then,"
                                    + " and is forgotten with all others after at most 30,000 blocks. Take it back with --withdraw."
                            : "Maybe there are no new blocks ('network status'), or nodes were not restarted since a migration to"
                                    + " QBFT."));
            out.flush();
            return 1;
        }
        var validators = votes.validators();
        out.println(validators.size() + " validators now: " + String.join(", ", validators));
        if (validators.size() < TOLERANT) {
            out.println("With fewer than " + TOLERANT + " validators, one that fails stops the network.");
        }
        out.flush();
        return 0;
    }
}

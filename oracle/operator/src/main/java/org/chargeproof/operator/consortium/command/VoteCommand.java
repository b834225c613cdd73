package org.chargeproof.operator.consortium.command;

import java.io.PrintWriter;
import java.math.BigInteger;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.operator.consortium.vote.Ballots;
import org.chargeproof.operator.consortium.vote.Governance;
import org.chargeproof.operator.consortium.vote.Proposal;
import org.chargeproof.operator.consortium.vote.QuorumChange;
import org.chargeproof.operator.owner.Owner;
import org.chargeproof.operator.owner.OwnerCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code chargeproof consortium vote}. */
@Command(
        name = "vote",
        header = "Votes for a proposal.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "The vote that makes a majority carries the proposal out. A vote cannot be taken back; whoever is"
                + " against a proposal does not vote.")
final class VoteCommand extends OwnerCommand {
    @Parameters(paramLabel = "PROPOSAL", description = "Its number, as 'consortium members' tells it.")
    private int proposal;

    @Override
    protected void check() {
        if (proposal < 0) {
            throw new BadInputException("PROPOSAL is " + proposal + "; proposals are numbered from 0 up.");
        }
    }

    @Override
    protected void run(Owner owner, PrintWriter out) {
        var network = owner.network();
        var governance = Governance.read(network);
        governance.proposal(proposal).ifPresent(p -> {
            out.println("proposal " + proposal + ": " + Ballots.describe(network, p) + "; " + Ballots.expiry(p));
            if (p.kind() == Proposal.Kind.ADMISSION && !p.done()) {
                out.println(QuorumChange.ofAdmission(
                        network.parameters(), governance.members().size()));
            }
        });
        var receipt = owner.send(
                "the vote for proposal " + proposal,
                network.address(),
                network.consortium().vote(BigInteger.valueOf(proposal)));
        Ballots.tellOutcome(network, receipt, proposal, out);
    }
}

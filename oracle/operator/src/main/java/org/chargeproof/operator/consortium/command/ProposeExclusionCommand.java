package org.chargeproof.operator.consortium.command;

import java.io.PrintWriter;
import java.math.BigInteger;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.contracts.Consortium;
import org.chargeproof.operator.consortium.vote.Ballots;
import org.chargeproof.operator.consortium.vote.Members;
import org.chargeproof.operator.owner.Owner;
import org.chargeproof.operator.owner.OwnerCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code chargeproof consortium propose-exclusion}. */
@Command(
        name = "propose-exclusion",
        header = "Proposes that a member or a provider goes, and votes for it.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "More than half of the members' owners must vote for it, each with 'consortium vote'. The proposer's"
                        + " vote counts at once.")
final class ProposeExclusionCommand extends OwnerCommand {
    /** Operators up to 60, providers without charge points from there on. */
    private static final int MOST_ID = 255;

    @Option(
            names = {"--operator", "--provider"},
            required = true,
            paramLabel = "ID",
            description = "As 'consortium members' tells it.")
    private int operator;

    @Override
    protected void check() {
        if (operator < 1 || operator > MOST_ID) {
            throw new BadInputException("--operator is " + operator + "; operators and providers have ids from 1 to "
                    + MOST_ID + ". 'consortium members' lists them.");
        }
    }

    @Override
    protected void run(Owner account, PrintWriter out) {
        var network = account.network();
        var receipt = account.send(
                "the proposal to exclude " + Members.kind(operator) + " " + operator,
                network.address(),
                network.consortium().proposeExclusion(BigInteger.valueOf(operator)));
        int id = Consortium.getProposedEvents(receipt).getFirst().proposal.intValueExact();
        Ballots.tellOutcome(network, receipt, id, out);
    }
}

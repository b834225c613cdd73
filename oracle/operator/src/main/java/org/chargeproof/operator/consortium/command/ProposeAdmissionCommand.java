package org.chargeproof.operator.consortium.command;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Objects;
import org.chargeproof.console.output.Printable;
import org.chargeproof.contracts.Consortium;
import org.chargeproof.operator.consortium.member.AccountInput;
import org.chargeproof.operator.consortium.member.Candidate;
import org.chargeproof.operator.consortium.vote.Ballots;
import org.chargeproof.operator.consortium.vote.Governance;
import org.chargeproof.operator.consortium.vote.QuorumChange;
import org.chargeproof.operator.owner.Owner;
import org.chargeproof.operator.owner.OwnerCommand;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code chargeproof consortium propose-admission}. */
@Command(
        name = "propose-admission",
        header = "Proposes a new member, and votes for it.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "More than half of the members' owners must vote for it, each with 'consortium vote'. The proposer's"
                        + " vote counts at once.")
final class ProposeAdmissionCommand extends OwnerCommand {
    @Option(
            names = "--candidate",
            required = true,
            paramLabel = "FILE",
            description = "What the candidate sent: made by 'consortium candidate'.")
    private @Nullable Path file;

    @Override
    protected void check() {
        var candidate = Candidate.accounts(file());
        var accounts = new HashMap<String, String>();
        AccountInput.claim(accounts, candidate.owner(), "owner");
        AccountInput.claim(accounts, candidate.oracle(), "oracle");
        AccountInput.claim(accounts, candidate.meter(), "meter");
    }

    @Override
    protected void run(Owner account, PrintWriter out) {
        var network = account.network();
        var candidate = Candidate.read(file(), network);
        var accounts = candidate.accounts();
        out.println("candidate '" + Printable.of(accounts.name()) + "', owner " + accounts.owner() + ", oracle "
                + accounts.oracle() + ", meter " + accounts.meter() + "; each has signed it");
        out.println(QuorumChange.ofAdmission(
                network.parameters(), Governance.read(network).members().size()));
        var receipt = account.send(
                "the proposal to admit '" + Printable.of(accounts.name()) + "'",
                network.address(),
                network.consortium()
                        .proposeAdmission(
                                accounts.name(),
                                new Consortium.Accounts(accounts.owner(), accounts.oracle(), accounts.meter()),
                                candidate.proofs()));
        int id = Consortium.getProposedEvents(receipt).getFirst().proposal.intValueExact();
        Ballots.tellOutcome(network, receipt, id, out);
    }

    private Path file() {
        return Objects.requireNonNull(file);
    }
}

package org.chargeproof.operator.consortium.command;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Objects;
import org.chargeproof.console.output.Printable;
import org.chargeproof.contracts.Consortium;
import org.chargeproof.operator.consortium.member.ProviderCandidate;
import org.chargeproof.operator.consortium.vote.Ballots;
import org.chargeproof.operator.owner.Owner;
import org.chargeproof.operator.owner.OwnerCommand;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code chargeproof consortium propose-provider}. */
@Command(
        name = "propose-provider",
        header = "Proposes a provider without charge points, and votes for it.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "It vouches for drivers and pays for them, and has no vote. More than half of the members' owners"
                + " must vote for it, each with 'consortium vote'. The proposer's vote counts at once.")
final class ProposeProviderCommand extends OwnerCommand {
    @Option(
            names = "--candidate",
            required = true,
            paramLabel = "FILE",
            description = "What the provider sent: made by 'consortium provider-candidate'.")
    private @Nullable Path file;

    @Override
    protected void check() {
        ProviderCandidate.check(file());
    }

    @Override
    protected void run(Owner account, PrintWriter out) {
        var network = account.network();
        var candidate = ProviderCandidate.read(file(), network);
        out.println("provider '" + Printable.of(candidate.name()) + "', owner " + candidate.owner() + ", desk "
                + candidate.desk() + "; each has signed it");
        var receipt = account.send(
                "the proposal to admit the provider '" + Printable.of(candidate.name()) + "'",
                network.address(),
                network.consortium()
                        .proposeProvider(
                                candidate.name(),
                                candidate.owner(),
                                candidate.desk(),
                                candidate.ownerProof().toArray(),
                                candidate.deskProof().toArray()));
        int id = Consortium.getProposedEvents(receipt).getFirst().proposal.intValueExact();
        Ballots.tellOutcome(network, receipt, id, out);
    }

    private Path file() {
        return Objects.requireNonNull(file);
    }
}

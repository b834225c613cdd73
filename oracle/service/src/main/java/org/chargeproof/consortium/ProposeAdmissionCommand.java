package org.chargeproof.consortium;

import java.io.PrintWriter;
import java.util.HashMap;
import org.chargeproof.contracts.Consortium;
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
    @Option(names = "--name", required = true, paramLabel = "NAME", description = "Of the new member; up to 64 bytes.")
    private String name = "";

    @Option(
            names = "--owner",
            required = true,
            paramLabel = "ADDRESS",
            description = "Its account for governance and assets. It stays for good.")
    private String owner = "";

    @Option(
            names = "--oracle",
            required = true,
            paramLabel = "ADDRESS",
            description = "Its account that posts and attests plans.")
    private String oracle = "";

    @Option(names = "--meter", required = true, paramLabel = "ADDRESS", description = "Its account that reports.")
    private String meter = "";

    @Override
    void check() {
        AccountInput.name("--name", name);
        var accounts = new HashMap<String, String>();
        AccountInput.claim(accounts, AccountInput.address("--owner", owner), "--owner");
        AccountInput.claim(accounts, AccountInput.address("--oracle", oracle), "--oracle");
        AccountInput.claim(accounts, AccountInput.address("--meter", meter), "--meter");
    }

    @Override
    void run(Owner account, PrintWriter out) {
        var network = account.network();
        var receipt = account.send(
                "the proposal to admit '" + name + "'",
                network.address(),
                network.consortium().proposeAdmission(name, new Consortium.Accounts(owner, oracle, meter)));
        int id = Consortium.getProposedEvents(receipt).getFirst().proposal.intValueExact();
        Ballots.tellOutcome(network, receipt, id, out);
    }
}

package org.chargeproof.operator.consortium.command;

import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.contracts.Consortium;
import org.chargeproof.operator.consortium.member.AccountInput;
import org.chargeproof.operator.consortium.vote.Ballots;
import org.chargeproof.operator.owner.Owner;
import org.chargeproof.operator.owner.OwnerCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code chargeproof consortium propose-issuer-cap}. */
@Command(
        name = "propose-issuer-cap",
        header = "Proposes how many euros an issuer may have in circulation, and votes for it.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "An issuer brings euros into circulation against money in a bank; there is none before its first cap."
                        + " More than half of the members' owners must vote for it, each with 'consortium vote'. The proposer's"
                        + " vote counts at once.")
final class ProposeIssuerCapCommand extends OwnerCommand {
    private static final int DECIMALS = 6;
    /** Fits into 64 bits of millionths, in Java too. */
    private static final BigDecimal MOST_EURO = BigDecimal.valueOf(1_000_000_000_000L);

    @Option(names = "--issuer", required = true, paramLabel = "ADDRESS", description = "The account that issues.")
    private String issuer = "";

    @Option(
            names = "--cap-euro",
            required = true,
            paramLabel = "EURO",
            description = "What it may have in circulation; 0: it issues no more, and still redeems.")
    private BigDecimal capEuro = BigDecimal.ZERO;

    @Override
    protected void check() {
        AccountInput.address("--issuer", issuer);
        if (capEuro.signum() < 0
                || capEuro.compareTo(MOST_EURO) > 0
                || capEuro.stripTrailingZeros().scale() > DECIMALS) {
            throw new BadInputException("--cap-euro is " + capEuro.toPlainString() + "; it must be from 0 to "
                    + MOST_EURO + ", with at most " + DECIMALS + " decimals.");
        }
    }

    @Override
    protected void run(Owner account, PrintWriter out) {
        var network = account.network();
        network.requireMarket();
        BigInteger capMicroEuro = capEuro.movePointRight(DECIMALS).toBigIntegerExact();
        var receipt = account.send(
                "the proposal that " + issuer + " may have " + capEuro.toPlainString() + " euros in circulation",
                network.address(),
                network.consortium().proposeIssuerCap(AccountInput.address("--issuer", issuer), capMicroEuro));
        int id = Consortium.getProposedEvents(receipt).getFirst().proposal.intValueExact();
        Ballots.tellOutcome(network, receipt, id, out);
    }
}

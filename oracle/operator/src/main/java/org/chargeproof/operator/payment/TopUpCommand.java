package org.chargeproof.operator.payment;

import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.chargeproof.console.input.OptionChecks;
import org.chargeproof.ledger.LedgerException;
import org.chargeproof.operator.owner.Owner;
import org.chargeproof.operator.owner.OwnerCommand;
import org.chargeproof.payment.chain.ChannelReader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code chargeproof pay top-up}. */
@Command(
        name = "top-up",
        header = "Adds to the deposit of your channel.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Does not stop a channel from closing. Run it once: each run adds the amount.")
final class TopUpCommand extends OwnerCommand {
    @Option(names = "--payee", required = true, paramLabel = "ID", description = "Whom the channel pays.")
    private int payee;

    @Option(names = "--euro", required = true, paramLabel = "EURO", description = "What is added.")
    private BigDecimal euro = BigDecimal.ZERO;

    @Override
    protected void check() {
        OptionChecks.requireRange("--payee", payee, 1, OpenChannelCommand.MOST_PAYEE);
        Euros.microEuro("--euro", euro);
    }

    @Override
    protected void run(Owner owner, PrintWriter out) {
        var market = owner.network().requireMarket();
        var reader = new ChannelReader(owner.network());
        var before = reader.read(owner.key().address(), payee);
        if (before == null) {
            throw new LedgerException(owner.key().address() + " has no channel to " + payee
                    + ". Open one with 'pay open'. Nothing was sent.");
        }
        long microEuro = Euros.microEuro("--euro", euro);
        Deposits.allow(owner, market, microEuro);
        owner.send(
                "a deposit of " + Euros.of(microEuro) + " more",
                market.channels().getContractAddress(),
                market.channels().topUp(BigInteger.valueOf(payee), BigInteger.valueOf(microEuro)));
        var after = reader.read(owner.key().address(), payee);
        out.println("deposit " + (after == null ? "unknown" : Euros.of(after.depositMicroEuro()))
                + (before.isClosing() ? "; the channel is closing all the same" : ""));
    }
}

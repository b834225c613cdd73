package org.chargeproof.operator.payment;

import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.console.input.OptionChecks;
import org.chargeproof.ledger.LedgerException;
import org.chargeproof.operator.owner.Owner;
import org.chargeproof.operator.owner.OwnerCommand;
import org.chargeproof.payment.chain.ChannelReader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code chargeproof pay open}. */
@Command(
        name = "open",
        header = "Opens a channel with a deposit.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "From your account, which must have the euros: a provider's owner pays operators, everybody else is a driver's"
                        + " wallet and pays its provider. Sends one transaction that lets the contract take the deposit, unless it"
                        + " may already, and one that opens the channel.")
final class OpenChannelCommand extends OwnerCommand {
    static final int MOST_PAYEE = 255;

    @Option(names = "--payee", required = true, paramLabel = "ID", description = "Whom: a member's or provider's id.")
    private int payee;

    @Option(names = "--euro", required = true, paramLabel = "EURO", description = "The deposit.")
    private BigDecimal euro = BigDecimal.ZERO;

    @Option(
            names = "--voucher-signer",
            required = true,
            paramLabel = "ADDRESS",
            description = "The account whose key signs vouchers: it can sign away the deposit, and nothing else.")
    private String voucherSigner = "";

    @Override
    protected void check() {
        OptionChecks.requireRange("--payee", payee, 1, MOST_PAYEE);
        Euros.microEuro("--euro", euro);
        requireAddress("--voucher-signer", voucherSigner);
    }

    static void requireAddress(String option, String address) {
        if (!address.matches("0x[0-9a-fA-F]{40}")) {
            throw new BadInputException(option + " is '" + address + "'; an address is 0x and 40 hex digits.");
        }
    }

    @Override
    protected void run(Owner owner, PrintWriter out) {
        var market = owner.network().requireMarket();
        var reader = new ChannelReader(owner.network());
        String payer = owner.key().address();
        if (reader.read(payer, payee) != null) {
            throw new LedgerException(payer + " has a channel to " + payee
                    + " already. Add to its deposit with 'pay top-up'. Nothing was sent.");
        }
        long microEuro = Euros.microEuro("--euro", euro);
        Deposits.allow(owner, market, microEuro);
        owner.send(
                "a channel to " + payee + " with " + Euros.of(microEuro),
                market.channels().getContractAddress(),
                market.channels().open(BigInteger.valueOf(payee), voucherSigner, BigInteger.valueOf(microEuro)));
        var opened = reader.read(payer, payee);
        if (opened == null) {
            throw new LedgerException("the node shows a receipt, but no channel. Ask another one.");
        }
        out.println("channel " + opened.channel().id() + " is open: epoch "
                + opened.channel().epoch() + ", deposit " + Euros.of(opened.depositMicroEuro()));
    }
}

package org.chargeproof.operator.payment;

import java.io.PrintWriter;
import java.math.BigInteger;
import java.time.Instant;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.ledger.LedgerException;
import org.chargeproof.operator.owner.Owner;
import org.chargeproof.operator.owner.OwnerCommand;
import org.chargeproof.payment.chain.ChannelReader;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code chargeproof pay close}. */
@Command(
        name = "close",
        header = "Announces that a channel closes; the payee may close at once.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "The payer names --payee, the payee --payer. Newer vouchers count until 'pay withdraw', after 8 timesteps with final"
                        + " plans and a final settlement.")
final class CloseChannelCommand extends OwnerCommand {
    @Option(names = "--payee", paramLabel = "ID", description = "Whom your channel pays.")
    private @Nullable Integer payee;

    @Option(names = "--payer", paramLabel = "ADDRESS", description = "Whose channel pays you.")
    private @Nullable String payer;

    @Option(
            names = "--at-once",
            description =
                    "By the payee: closes now, pays what bills allow, returns the rest. Redeem first: newer vouchers are worth"
                            + " nothing then.")
    private boolean atOnce;

    @Override
    protected void check() {
        if ((payee == null) == (payer == null)) {
            throw new BadInputException("which channel? The payer names --payee ID, the payee --payer ADDRESS.");
        }
        if (payer != null) {
            OpenChannelCommand.requireAddress("--payer", payer);
        }
        if (atOnce && payer == null) {
            throw new BadInputException("only the payee closes at once: name --payer ADDRESS.");
        }
    }

    @Override
    protected void run(Owner owner, PrintWriter out) {
        var network = owner.network();
        var channels = network.requireMarket().channels();
        String account = owner.key().address();
        String whose = payer == null ? account : payer;
        int to = payee != null
                ? payee
                : network.client()
                        .call(network.consortium().roleOf(account))
                        .component1()
                        .intValueExact();
        var reader = new ChannelReader(network);
        var before = reader.read(whose, to);
        if (before == null) {
            throw new LedgerException(whose + " has no channel to " + to + ". Nothing was sent.");
        }
        if (atOnce) {
            owner.send("the end of the channel of " + whose, channels.getContractAddress(), channels.release(whose));
            out.println("closed");
            return;
        }
        if (before.isClosing()) {
            out.println("closing was announced before");
        } else {
            owner.send(
                    "that the channel of " + whose + " to " + to + " closes",
                    channels.getContractAddress(),
                    channels.announceClosing(whose, BigInteger.valueOf(to)));
        }
        var now = reader.read(whose, to);
        if (now != null) {
            out.println("announced in timestep " + now.closingTimestep()
                    + "; 'pay withdraw' closes it, at the latest at " + Instant.ofEpochSecond(now.closesBySeconds()));
        }
    }
}

package org.chargeproof.operator.payment;

import java.io.PrintWriter;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.chargeproof.console.input.OptionChecks;
import org.chargeproof.contracts.Channels;
import org.chargeproof.ledger.LedgerException;
import org.chargeproof.ledger.Network;
import org.chargeproof.operator.owner.Owner;
import org.chargeproof.operator.owner.OwnerCommand;
import org.chargeproof.payment.chain.ChannelReader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code chargeproof pay withdraw}. */
@Command(
        name = "withdraw",
        header = "Closes a channel whose closing was announced.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "By anybody: pays the payee, and returns the rest to the payer. Finds the 8 timesteps with final plans that the"
                        + " contract wants to see.")
final class WithdrawCommand extends OwnerCommand {
    private static final int WINDOW_TIMESTEPS = 8;

    @Option(names = "--payer", required = true, paramLabel = "ADDRESS", description = "Whose channel.")
    private String payer = "";

    @Option(names = "--payee", required = true, paramLabel = "ID", description = "Whom it pays.")
    private int payee;

    @Override
    protected void check() {
        OptionChecks.requireRange("--payee", payee, 1, OpenChannelCommand.MOST_PAYEE);
        OpenChannelCommand.requireAddress("--payer", payer);
    }

    @Override
    protected void run(Owner owner, PrintWriter out) {
        var network = owner.network();
        var channels = network.requireMarket().channels();
        var channel = new ChannelReader(network).read(payer, payee);
        if (channel == null || !channel.isClosing()) {
            throw new LedgerException("no closing of a channel of " + payer + " to " + payee
                    + " was announced. 'pay close' announces it. Nothing was sent.");
        }
        boolean isOverdue = network.client().head().timestampSeconds() >= channel.closesBySeconds();
        var receipt = owner.send(
                "the end of the channel of " + payer + " to " + payee,
                channels.getContractAddress(),
                channels.withdraw(
                        payer,
                        BigInteger.valueOf(payee),
                        isOverdue ? List.of() : finalTimesteps(network, channel.closingTimestep())));
        for (var closed : Channels.getChannelClosedEvents(receipt)) {
            out.println("closed: " + Euros.of(closed.paidMicroEuro.longValueExact()) + " were paid in all, "
                    + Euros.of(closed.returnedMicroEuro.longValueExact()) + " were returned");
        }
    }

    /** As many as there are, up to those that are needed: the contract says what is missing. */
    private static List<BigInteger> finalTimesteps(Network network, int after) {
        int current = network.parameters().timestepAt(network.client().head().timestampSeconds());
        var found = new ArrayList<BigInteger>();
        for (int timestep = after + 1; timestep < current && found.size() < WINDOW_TIMESTEPS; timestep++) {
            var number = BigInteger.valueOf(timestep);
            if (network.client().call(network.plans().stateOf(number)).component3()) {
                found.add(number);
            }
        }
        return found;
    }
}

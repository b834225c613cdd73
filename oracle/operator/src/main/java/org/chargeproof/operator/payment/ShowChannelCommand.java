package org.chargeproof.operator.payment;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.chargeproof.console.input.NetworkOptions;
import org.chargeproof.console.input.OptionChecks;
import org.chargeproof.ledger.LedgerClient;
import org.chargeproof.ledger.LedgerException;
import org.chargeproof.ledger.Network;
import org.chargeproof.payment.Payee;
import org.chargeproof.payment.Payer;
import org.chargeproof.payment.PaymentLimits;
import org.chargeproof.payment.chain.ChannelReader;
import org.chargeproof.payment.http.PayeeClient;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code chargeproof pay channel}. */
@Command(
        name = "channel",
        header = "Shows what was signed, accepted and settled in a channel.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Three amounts with three authorities: the payer knows what it signed, the payee what it accepted, and the contract"
                        + " what was settled. The first two are shown when their folder, or the payee's address, is named.")
final class ShowChannelCommand implements Callable<Integer> {
    @Mixin
    private NetworkOptions options = new NetworkOptions();

    @Option(names = "--payer", required = true, paramLabel = "ADDRESS", description = "Whose channel.")
    private String payer = "";

    @Option(names = "--payee", required = true, paramLabel = "ID", description = "Whom it pays.")
    private int payee;

    @Option(names = "--payer-data", paramLabel = "DIRECTORY", description = "The payer's folder of vouchers.")
    private @Nullable Path payerData;

    @Option(names = "--payee-data", paramLabel = "DIRECTORY", description = "The payee's, while it does not serve.")
    private @Nullable Path payeeData;

    @Option(names = "--url", paramLabel = "URL", description = "Where the payee serves: asks it what it accepted.")
    private @Nullable String url;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        OptionChecks.requireRange("--payee", payee, 1, OpenChannelCommand.MOST_PAYEE);
        OpenChannelCommand.requireAddress("--payer", payer);
        try (var client = LedgerClient.connect(options.rpcUrl(), options.rpcToken())) {
            show(
                    Network.discover(client, options.contract()),
                    spec.commandLine().getOut());
        }
        return 0;
    }

    private void show(Network network, PrintWriter out) {
        var reader = new ChannelReader(network);
        var channel = reader.read(payer, payee);
        if (channel == null) {
            throw new LedgerException(payer + " has no channel to " + payee + ". The payer opens one with 'pay open'.");
        }
        var id = channel.channel().id();
        out.println("channel   " + id + ", epoch " + channel.channel().epoch() + ", vouchers by "
                + channel.channel().signer());
        out.println("deposit   " + Euros.of(channel.channel().mostMicroEuro()) + ", of which "
                + Euros.of(channel.depositMicroEuro()) + " are left");
        if (payerData != null) {
            try (var held = Payer.open(payerData, reader.domain(), PaymentLimits.DEFAULTS)) {
                boolean known = held.channels().stream().anyMatch(c -> c.id().equals(id));
                out.println(
                        "signed    " + Euros.of(known ? held.signedMicroEuro(id) : 0) + ", says the payer's folder");
            }
        }
        if (payeeData != null) {
            try (var held = Payee.open(payeeData, reader.domain(), PaymentLimits.DEFAULTS)) {
                out.println("accepted  " + Euros.of(held.knows(id) ? held.acceptedMicroEuro(id) : 0)
                        + ", says the payee's folder");
            }
        }
        if (url != null) {
            try (var asked = new PayeeClient(url)) {
                out.println("accepted  " + Euros.of(asked.channel(id).acceptedMicroEuro()) + ", says " + url);
            }
        }
        out.println("settled   " + Euros.of(channel.paidMicroEuro())
                + " were paid, says the contract; it has a voucher of "
                + Euros.of(channel.acceptedMicroEuro()) + ", and would pay " + Euros.of(channel.payableMicroEuro())
                + " now");
        if (channel.isClosing()) {
            out.println("closing   announced in timestep " + channel.closingTimestep() + "; closes at the latest at "
                    + Instant.ofEpochSecond(channel.closesBySeconds()));
        }
        out.flush();
    }
}

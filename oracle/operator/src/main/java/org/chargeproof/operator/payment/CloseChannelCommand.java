package org.chargeproof.operator.payment;

import java.io.PrintWriter;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.ledger.KeyFile;
import org.chargeproof.ledger.LedgerException;
import org.chargeproof.operator.owner.Owner;
import org.chargeproof.operator.owner.OwnerCommand;
import org.chargeproof.payment.JointClosing;
import org.chargeproof.payment.Payer;
import org.chargeproof.payment.PaymentLimits;
import org.chargeproof.payment.chain.ChannelOnChain;
import org.chargeproof.payment.chain.ChannelReader;
import org.chargeproof.payment.http.PayeeClient;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code chargeproof pay close}. */
@Command(
        name = "close",
        header = "Announces that a channel closes, or closes it at once together with the payee.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "The payer names --payee, the payee --payer. Newer vouchers count until 'pay withdraw', after 8 timesteps with final"
                        + " plans and a final settlement. With --together, payer and payee both sign what was paid in all, and the"
                        + " channel is closed at once: the payee serves (--url) and signs if it holds no voucher for more.")
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

    @Option(
            names = "--together",
            description =
                    "By the payer: closes now for what was signed in all, if the payee signs that, too. End your server first: it"
                            + " must sign no more vouchers. Needs --url, --payer-data and --voucher-key.")
    private boolean together;

    @Option(names = "--url", paramLabel = "URL", description = "With --together: where the payee serves.")
    private @Nullable String url;

    @Option(names = "--payer-data", paramLabel = "DIRECTORY", description = "With --together: your folder of vouchers.")
    private @Nullable Path payerData;

    @Option(
            names = "--voucher-key",
            paramLabel = "FILE",
            description = "With --together: the key file of the account that signs the channel's vouchers.")
    private @Nullable Path voucherKey;

    @Option(
            names = "--voucher-password-file",
            paramLabel = "FILE",
            description = "Its password, if it is an encrypted one.")
    private @Nullable Path voucherPasswordFile;

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
        if (together && (payee == null || url == null || payerData == null || voucherKey == null)) {
            throw new BadInputException(
                    "--together is the payer's: give --payee ID, --url, --payer-data and --voucher-key.");
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
        if (together) {
            closeTogether(owner, before, out);
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

    private void closeTogether(Owner owner, ChannelOnChain before, PrintWriter out) {
        var network = owner.network();
        var channels = network.requireMarket().channels();
        var channel = before.channel();
        var domain = new ChannelReader(network).domain();
        var key = KeyFile.read(Objects.requireNonNull(voucherKey), voucherPasswordFile);
        if (!key.getAddress().equalsIgnoreCase(channel.signer())) {
            throw new BadInputException("--voucher-key is the key of " + key.getAddress()
                    + ", but the channel's vouchers are signed by " + channel.signer() + ". Nothing was sent.");
        }
        long signed;
        // nobody signs a voucher meanwhile: the folder is ours
        try (var held = Payer.open(Objects.requireNonNull(payerData), domain, PaymentLimits.DEFAULTS);
                var asked = new PayeeClient(Objects.requireNonNull(url))) {
            boolean known = held.channels().stream().anyMatch(c -> c.id().equals(channel.id()));
            signed = known ? held.signedMicroEuro(channel.id()) : 0;
            long until = network.client().head().timestampSeconds() + JointClosing.MOST_SECONDS / 2;
            var closing = new JointClosing(channel.id(), signed, until);
            var payerProof = closing.typedData(domain).sign(key);
            var payeeProof = asked.agree(closing, payerProof);
            owner.send(
                    "the end of your channel to " + channel.payee() + ", signed by both",
                    channels.getContractAddress(),
                    channels.closeTogether(
                            channel.payer(),
                            BigInteger.valueOf(channel.payee()),
                            BigInteger.valueOf(signed),
                            BigInteger.valueOf(until),
                            payerProof.toArray(),
                            payeeProof.toArray()));
        }
        out.println("closed: " + Euros.of(signed) + " were paid in all, " + Euros.of(channel.mostMicroEuro() - signed)
                + " were returned");
    }
}

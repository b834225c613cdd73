package org.chargeproof.operator.payment;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Objects;
import org.chargeproof.operator.owner.Owner;
import org.chargeproof.operator.owner.OwnerCommand;
import org.chargeproof.payment.Payee;
import org.chargeproof.payment.PaymentLimits;
import org.chargeproof.payment.chain.ChannelReader;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code chargeproof pay redeem}. */
@Command(
        name = "redeem",
        header = "Brings a payee's newest vouchers on chain.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "From any account; the payee's owner is paid what final bills allow. Up to 64 vouchers a transaction, and none that"
                        + " would change nothing, so it may be run at any time and again. 'pay serve' does it by itself.")
final class RedeemCommand extends OwnerCommand {
    @Option(
            names = "--data",
            required = true,
            paramLabel = "DIRECTORY",
            description = "The payee's folder of vouchers.")
    private @Nullable Path data;

    @Override
    protected void check() {}

    @Override
    protected void run(Owner owner, PrintWriter out) {
        var market = owner.network().requireMarket();
        var reader = new ChannelReader(owner.network());
        try (var payee = Payee.open(Objects.requireNonNull(data), reader.domain(), PaymentLimits.DEFAULTS)) {
            int vouchers = 0;
            for (var batch : reader.redemptions(payee)) {
                owner.send(
                        batch.size() + " vouchers",
                        market.channels().getContractAddress(),
                        market.channels().redeem(batch));
                vouchers += batch.size();
            }
            out.println(
                    vouchers == 0
                            ? "nothing to redeem: the contract has the newest vouchers of all "
                                    + payee.channels().size() + " channels, and no bill allows more"
                            : vouchers + " vouchers were redeemed");
        }
    }
}

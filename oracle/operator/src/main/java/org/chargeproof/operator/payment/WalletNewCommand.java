package org.chargeproof.operator.payment;

import java.util.concurrent.Callable;
import org.chargeproof.payment.wallet.Wallet;
import org.web3j.crypto.Keys;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code chargeproof wallet new}. */
@Command(
        name = "new",
        header = "Makes a wallet, and shows its 12 words once.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "All accounts come from the 12 words. Write them down on paper: who has them has the money, and without them"
                        + " nobody can restore it. They are kept encrypted in the folder.")
final class WalletNewCommand implements Callable<Integer> {
    @Mixin
    private WalletOptions options = new WalletOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        try (var wallet = Wallet.create(options.folder(), options.password())) {
            var out = spec.commandLine().getOut();
            out.println("write these 12 words down; they are not shown again unless you ask:");
            out.println("  " + wallet.words());
            out.println("account with your money  "
                    + Keys.toChecksumAddress(wallet.payer().getAddress()));
            out.println("signs vouchers           "
                    + Keys.toChecksumAddress(wallet.voucherKey().address()));
            out.flush();
        }
        return 0;
    }
}

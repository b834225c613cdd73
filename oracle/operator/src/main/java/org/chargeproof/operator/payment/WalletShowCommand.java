package org.chargeproof.operator.payment;

import java.util.concurrent.Callable;
import org.web3j.crypto.Keys;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code chargeproof wallet show}. */
@Command(
        name = "show",
        header = "Shows a wallet's accounts, and its words if you want.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class WalletShowCommand implements Callable<Integer> {
    @Mixin
    private WalletOptions options = new WalletOptions();

    @Option(names = "--words", description = "Also the 12 words. Let nobody see them.")
    private boolean words;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        try (var wallet = options.open()) {
            var out = spec.commandLine().getOut();
            out.println("account with your money  "
                    + Keys.toChecksumAddress(wallet.payer().getAddress()));
            out.println("signs vouchers           "
                    + Keys.toChecksumAddress(wallet.voucherKey().address()));
            out.println("accounts of sessions     " + wallet.sessions() + " given");
            if (words) {
                out.println("words                    " + wallet.words());
            }
            out.flush();
        }
        return 0;
    }
}

package org.chargeproof.operator.payment;

import java.util.concurrent.Callable;
import org.chargeproof.console.input.OptionChecks;
import org.web3j.crypto.Keys;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code chargeproof wallet accounts}. */
@Command(
        name = "accounts",
        header = "Lists the accounts of sessions that were given, and gives new ones.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Each session has an account of its own, and none is given twice.")
final class WalletAccountsCommand implements Callable<Integer> {
    private static final int MOST_NEW = 1_000;

    @Mixin
    private WalletOptions options = new WalletOptions();

    @Option(
            names = "--new",
            paramLabel = "N",
            defaultValue = "0",
            description = "Gives so many new ones, up to 1000 (default: ${DEFAULT-VALUE}).")
    private int more;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        OptionChecks.requireRange("--new", more, 0, MOST_NEW);
        try (var wallet = options.open()) {
            if (more > 0) {
                wallet.nextSessions(more);
            }
            var out = spec.commandLine().getOut();
            for (int i = 0; i < wallet.sessions(); i++) {
                out.println(i + " "
                        + Keys.toChecksumAddress(wallet.session(i).credentials().getAddress()));
            }
            out.flush();
        }
        return 0;
    }
}

package org.chargeproof.operator.payment;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code chargeproof wallet}: a driver's accounts, all from 12 words. */
@Command(
        name = "wallet",
        header = "Makes, shows and restores a driver's wallet.",
        mixinStandardHelpOptions = true,
        subcommands = {
            WalletNewCommand.class,
            WalletShowCommand.class,
            WalletRestoreCommand.class,
            WalletAccountsCommand.class,
            WalletExportCommand.class
        })
public final class WalletCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "Which one? 'wallet new' makes a wallet.");
    }
}

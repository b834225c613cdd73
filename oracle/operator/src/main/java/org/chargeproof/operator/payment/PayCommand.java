package org.chargeproof.operator.payment;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code chargeproof pay}: channels, and the server that takes vouchers. */
@Command(
        name = "pay",
        header = "Opens, serves, redeems and closes payment channels.",
        mixinStandardHelpOptions = true,
        subcommands = {
            OpenChannelCommand.class,
            TopUpCommand.class,
            ShowChannelCommand.class,
            ServeCommand.class,
            RedeemCommand.class,
            CloseChannelCommand.class,
            WithdrawCommand.class
        })
public final class PayCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "Which one? 'pay channel' shows a channel.");
    }
}

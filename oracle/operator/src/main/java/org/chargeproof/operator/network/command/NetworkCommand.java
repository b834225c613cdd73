package org.chargeproof.operator.network.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code chargeproof network}: Besu networks, from their files to who validates. */
@Command(
        name = "network",
        header = "Runs a Besu network, makes new ones, joins others', and votes on validators.",
        mixinStandardHelpOptions = true,
        description =
                "Runs Besu networks. Without --dir, the commands are about the development network of the project: four"
                        + " validators on this machine, whose keys everybody knows.",
        subcommands = {
            NetworkUpCommand.class,
            NetworkDownCommand.class,
            NetworkStatusCommand.class,
            NetworkLogsCommand.class,
            NetworkNewCommand.class,
            NetworkJoinCommand.class,
            NetworkAllowCommand.class,
            AddValidatorCommand.class,
            RemoveValidatorCommand.class,
            NetworkTokenCommand.class
        })
public final class NetworkCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "Which one? 'network up' is the usual beginning.");
    }
}

package org.chargeproof.operator.assets;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code chargeproof users}. */
@Command(
        name = "users",
        header = "Registers drivers' pseudonyms.",
        mixinStandardHelpOptions = true,
        subcommands = {AddUsersCommand.class, RequestCommand.class})
public final class UsersCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "Which one? 'users add --help' shows how.");
    }
}

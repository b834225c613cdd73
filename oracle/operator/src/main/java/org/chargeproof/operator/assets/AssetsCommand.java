package org.chargeproof.operator.assets;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code chargeproof assets}: groups and charge points. */
@Command(
        name = "assets",
        header = "Registers an operator's groups and charge points, and lists them.",
        mixinStandardHelpOptions = true,
        subcommands = {ImportCommand.class, ListCommand.class})
public final class AssetsCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "Which one? 'assets list' shows how things are.");
    }
}

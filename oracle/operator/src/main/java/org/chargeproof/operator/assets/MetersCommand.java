package org.chargeproof.operator.assets;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code chargeproof meters}. */
@Command(
        name = "meters",
        header = "Reports what meters have read.",
        mixinStandardHelpOptions = true,
        subcommands = {ReportMetersCommand.class})
public final class MetersCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "Which one? 'meters report --help' shows how.");
    }
}

package org.chargeproof.operator.assets;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code chargeproof forecast}. */
@Command(
        name = "forecast",
        header = "Publishes what an operator expects of load and PV.",
        mixinStandardHelpOptions = true,
        subcommands = {PublishForecastCommand.class})
public final class ForecastCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "Which one? 'forecast publish --help' shows how.");
    }
}

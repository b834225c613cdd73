package org.chargeproof.operator.assets;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code chargeproof prices}: what energy costs, and from when on. */
@Command(
        name = "prices",
        header = "Shows and announces prices of charge points, and providers' margins.",
        mixinStandardHelpOptions = true,
        subcommands = {ListPricesCommand.class, SetPriceCommand.class, SetMarginCommand.class})
public final class PricesCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "Which one? 'prices list' shows what there is.");
    }
}

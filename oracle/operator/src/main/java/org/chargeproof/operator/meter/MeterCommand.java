package org.chargeproof.operator.meter;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code chargeproof meter}. */
@Command(
        name = "meter",
        header = "Signed meter readings (OCMF): keys, records, and what of them goes on chain.",
        mixinStandardHelpOptions = true,
        subcommands = {
            NewMeterKeyCommand.class,
            RegisterMeterKeyCommand.class,
            SignReadingsCommand.class,
            VerifyRecordsCommand.class,
            RecordSessionsCommand.class
        })
public final class MeterCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        throw new ParameterException(
                spec.commandLine(),
                "Which one? 'meter verify --help' shows how; see docs/how-to/sign-meter-readings.md.");
    }
}

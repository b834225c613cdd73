package org.chargeproof.operator.meter;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.Callable;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.console.input.SecretFile;
import org.chargeproof.meter.MeterCurve;
import org.chargeproof.meter.MeterKey;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code chargeproof meter new-key}. */
@Command(
        name = "new-key",
        header = "Makes a key for a meter.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Writes a new private key (PKCS#8 in PEM, readable for its owner alone) and prints the public one. For meters that"
                        + " have no key of their own, such as those of demonstrations: a real meter's key never leaves it.",
        footer = {"", "Example:", "  chargeproof meter new-key meter-17.pem"})
final class NewMeterKeyCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "The key file to write; it must not exist.")
    private Path file = Path.of("");

    @Option(
            names = "--curve",
            paramLabel = "CURVE",
            defaultValue = "secp256r1",
            showDefaultValue = CommandLine.Help.Visibility.ALWAYS,
            description = "secp256r1 (which records have that name none) or secp256k1.")
    private MeterCurve curve = MeterCurve.SECP256R1;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        if (Files.exists(file)) {
            throw new BadInputException(
                    MeterFiles.shown(file) + " exists. Keys are never overwritten: name another file.");
        }
        var key = MeterKey.generate(curve, new SecureRandom());
        try {
            SecretFile.write(file, key.pem());
        } catch (IOException e) {
            throw new BadInputException(
                    "cannot write " + MeterFiles.shown(file) + " ("
                            + e.getClass().getSimpleName() + "). Its folder must exist and be writable.",
                    e);
        }
        spec.commandLine().getOut().println(key.publicKey().text());
        return 0;
    }
}

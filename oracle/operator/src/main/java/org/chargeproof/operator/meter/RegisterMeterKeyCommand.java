package org.chargeproof.operator.meter;

import java.io.PrintWriter;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.console.input.OptionChecks;
import org.chargeproof.meter.MeterPublicKey;
import org.chargeproof.operator.owner.Owner;
import org.chargeproof.operator.owner.OwnerCommand;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code chargeproof meter register-key}. */
@Command(
        name = "register-key",
        header = "Puts the public key of a charge point's meter on chain.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "By your owner account. It takes the place of the key that the charge point had; what is so already is not sent.",
        footer = {
            "",
            "Example:",
            "  chargeproof meter register-key --charge-point 17 --public-key 3059... \\",
            "    --rpc http://127.0.0.1:8545 --contract 0x... --key owner.json --password-file owner.password"
        })
final class RegisterMeterKeyCommand extends OwnerCommand {
    private static final long MOST_ID = 0xffff_ffffL;

    @Option(
            names = "--charge-point",
            required = true,
            paramLabel = "N",
            description = "Its number on chain; 'assets list' shows them.")
    private long chargePoint;

    @Option(
            names = "--public-key",
            paramLabel = "KEY",
            description =
                    "The meter's public key (X.509: hexadecimal digits, base64 or PEM), or a file that holds it. It stands on"
                            + " the meter, or 'meter new-key' printed it.")
    private @Nullable String publicKey;

    @Option(names = "--meter-key", paramLabel = "FILE", description = "Instead: the file that 'meter new-key' wrote.")
    private @Nullable Path meterKey;

    @Option(names = "--none", description = "Instead: the meter does not sign any more.")
    private boolean none;

    private @Nullable MeterPublicKey key;

    @Override
    protected void check() {
        OptionChecks.requireRange("--charge-point", chargePoint, 0, MOST_ID);
        if (Stream.of(publicKey != null, meterKey != null, none).filter(b -> b).count() != 1) {
            throw new BadInputException("which key? Give one of --public-key, --meter-key and --none.");
        }
        if (publicKey != null) {
            key = MeterFiles.publicKey(publicKey);
        } else if (meterKey != null) {
            key = MeterFiles.key(meterKey).publicKey();
        }
    }

    @Override
    protected void run(Owner owner, PrintWriter out) {
        var network = owner.network();
        var meters = network.requireMarket().meters();
        var before = ChainKeys.of(network, chargePoint);
        if (Objects.equals(before, key)) {
            out.println("charge point " + chargePoint + " has " + words(key) + " already; nothing to do");
            return;
        }
        owner.send(
                "the key of charge point " + chargePoint,
                meters.getContractAddress(),
                meters.setKey(
                        BigInteger.valueOf(chargePoint),
                        BigInteger.valueOf(key == null ? 0 : key.curve().number()),
                        key == null ? new byte[0] : key.bytes()));
        out.println("charge point " + chargePoint + " has " + words(key) + " (until now " + words(before) + ")");
    }

    private static String words(@Nullable MeterPublicKey key) {
        return key == null ? "no meter's key" : "the key " + key;
    }
}

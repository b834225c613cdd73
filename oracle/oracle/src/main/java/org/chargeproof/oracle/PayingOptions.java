package org.chargeproof.oracle;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.ledger.KeyFile;
import org.chargeproof.oracle.paying.PayingConfig;
import org.chargeproof.payment.PaymentLimits;
import org.chargeproof.payment.signature.VoucherKey;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of paying operators while they charge a provider's drivers. */
final class PayingOptions {
    @Option(
            names = "--pay",
            paramLabel = "ID=URL",
            description =
                    "Pays this operator by vouchers while it charges your drivers, at the address of its 'pay serve'."
                            + " Once for each operator that you have a channel to (docs/how-to/pay-while-charging.md).")
    private Map<Integer, String> payees = new TreeMap<>();

    @Option(
            names = "--voucher-key",
            paramLabel = "FILE",
            description = "With --pay: key of the account that your channels name as their signer.")
    private @Nullable Path keyFile;

    @Option(
            names = "--voucher-password-file",
            paramLabel = "FILE",
            description = "First line: the password of --voucher-key.")
    private @Nullable Path passwordFile;

    /**
     * What they say; null when nobody is paid.
     *
     * @param dataFolder the oracle's
     * @param isProduction whether a key in plain text is refused
     * @throws BadInputException when one of them cannot be used
     */
    @Nullable
    PayingConfig config(Path dataFolder, boolean isProduction) {
        if (payees.isEmpty() && keyFile == null) {
            return null;
        }
        if (payees.isEmpty() || keyFile == null) {
            throw new BadInputException("--pay and --voucher-key belong together: "
                    + (payees.isEmpty()
                            ? "name who is paid with --pay ID=URL."
                            : "name the key that signs with --voucher-key."));
        }
        var key = isProduction ? KeyFile.readEncrypted(keyFile, passwordFile) : KeyFile.read(keyFile, passwordFile);
        return new PayingConfig(
                VoucherKey.of(key), payees, dataFolder.resolve(PayingConfig.FOLDER), PaymentLimits.DEFAULTS);
    }
}

package org.chargeproof.operator.payment;

import java.nio.file.Path;
import java.util.Objects;
import org.chargeproof.payment.wallet.Wallet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which wallet, and how to open it. */
final class WalletOptions {
    @Parameters(paramLabel = "DIRECTORY", description = "The wallet's folder.")
    private @Nullable Path folder;

    @Option(
            names = "--password-file",
            required = true,
            paramLabel = "FILE",
            description = "First line: the wallet's password.")
    private @Nullable Path passwordFile;

    Path folder() {
        return Objects.requireNonNull(folder);
    }

    String password() {
        return PasswordFile.read(Objects.requireNonNull(passwordFile));
    }

    Wallet open() {
        return Wallet.open(folder(), password());
    }
}

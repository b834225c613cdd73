package org.chargeproof.operator.payment;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.console.input.SecretFile;
import org.jspecify.annotations.Nullable;
import org.web3j.crypto.Keys;
import org.web3j.crypto.exception.CipherException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code chargeproof wallet export}. */
@Command(
        name = "export",
        header = "Writes the key of the account with the money as a keystore.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "For --key of other commands, such as 'pay open'; encrypted with the wallet's password.")
final class WalletExportCommand implements Callable<Integer> {
    @Mixin
    private WalletOptions options = new WalletOptions();

    @Option(names = "--out", required = true, paramLabel = "FILE", description = "The keystore; it must not exist.")
    private @Nullable Path out;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        Path file = Objects.requireNonNull(out);
        if (Files.exists(file)) {
            throw new BadInputException(file + " exists. Keys are never overwritten: name another file.");
        }
        String password = options.password();
        try (var wallet = options.open()) {
            var keys = wallet.payer().getEcKeyPair();
            SecretFile.write(
                    file,
                    new ObjectMapper().writeValueAsString(org.web3j.crypto.Wallet.createStandard(password, keys)));
            spec.commandLine()
                    .getOut()
                    .println(Keys.toChecksumAddress(wallet.payer().getAddress()));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file + ": " + e.getMessage(), e);
        } catch (CipherException e) {
            throw new IllegalStateException(e);
        }
        return 0;
    }
}

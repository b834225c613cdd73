package org.chargeproof.operator.payment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.console.input.NetworkOptions;
import org.chargeproof.console.input.SecretFile;
import org.chargeproof.ledger.LedgerClient;
import org.chargeproof.ledger.Network;
import org.chargeproof.payment.wallet.Wallet;
import org.jspecify.annotations.Nullable;
import org.web3j.crypto.Keys;
import org.web3j.protocol.core.DefaultBlockParameterName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code chargeproof wallet restore}. */
@Command(
        name = "restore",
        header = "Restores a wallet from its 12 words.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Asks the network which accounts were used, so that none is given again: accounts that a provider vouches for, and"
                        + " accounts that have sent something. It looks " + Wallet.GAP
                        + " accounts beyond the last one.")
final class WalletRestoreCommand implements Callable<Integer> {
    private static final int MOST_BYTES = 4_096;

    @Mixin
    private WalletOptions options = new WalletOptions();

    @Mixin
    private NetworkOptions networkOptions = new NetworkOptions();

    @Option(
            names = "--words-file",
            required = true,
            paramLabel = "FILE",
            description = "The 12 words, in one line. Remove it afterwards.")
    private @Nullable Path wordsFile;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        String words = words(Objects.requireNonNull(wordsFile));
        String password = options.password();
        try (var client = LedgerClient.connect(networkOptions.rpcUrl(), networkOptions.rpcToken())) {
            var network = Network.discover(client, networkOptions.contract());
            try (var wallet = Wallet.restore(options.folder(), words, password)) {
                int found = wallet.findUsed(account -> isUsed(network, account));
                var out = spec.commandLine().getOut();
                out.println("account with your money  "
                        + Keys.toChecksumAddress(wallet.payer().getAddress()));
                out.println("accounts of sessions     " + found + " were used; the next one is number "
                        + wallet.sessions());
                out.flush();
            }
        }
        return 0;
    }

    private static boolean isUsed(Network network, String account) {
        var client = network.client();
        return client.call(network.assets().userOf(account)).signum() != 0
                || client.ask(client.web3j().ethGetTransactionCount(account, DefaultBlockParameterName.LATEST))
                                .getTransactionCount()
                                .signum()
                        != 0;
    }

    private static String words(Path file) {
        try {
            if (!Files.isRegularFile(file) || Files.size(file) > MOST_BYTES) {
                throw new BadInputException(
                        "there are no words in " + file + ". Write the 12 words into it, in one line.");
            }
            SecretFile.warnIfOthersMayRead("the words", file);
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }
}

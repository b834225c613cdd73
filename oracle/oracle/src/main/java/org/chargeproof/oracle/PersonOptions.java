package org.chargeproof.oracle;

import java.nio.file.Path;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.database.DatabaseOptions;
import org.chargeproof.ledger.SignerOptions;
import org.chargeproof.ledger.TransactionSigner;
import org.chargeproof.oracle.person.PersonConfig;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of serving drivers without a wallet. */
final class PersonOptions {
    @Option(
            names = "--provider-key",
            paramLabel = "FILE",
            description =
                    "Serves drivers without a wallet at /api/v1: this account vouches for theirs. A member's owner, or a provider's"
                            + " owner or desk; nobody else may send with it meanwhile.")
    private @Nullable Path keyFile;

    @Option(
            names = "--provider-password-file",
            paramLabel = "FILE",
            description = "First line: the password of --provider-key.")
    private @Nullable Path passwordFile;

    @Option(
            names = "--provider-account",
            paramLabel = "ADDRESS",
            description = "Instead of --provider-key, with --signer: that account.")
    private @Nullable String account;

    @Mixin
    private DatabaseOptions database = new DatabaseOptions();

    /**
     * What they say; null when no drivers are served.
     *
     * @param isApiServed whether there is an API to serve them by
     * @param others accounts that the oracle sends with
     * @throws BadInputException when one of them cannot be used
     */
    @Nullable
    PersonConfig config(
            SignerOptions signer, Path dataFolder, boolean isApiServed, @Nullable TransactionSigner... others) {
        var provider = signer.another("--provider-key", keyFile, passwordFile, "--provider-account", account);
        if (provider == null) {
            if (database.isGiven()) {
                throw new BadInputException(
                        "--database and what belongs to it are for drivers without a wallet: say with --provider-key who vouches for them.");
            }
            return null;
        }
        if (!isApiServed) {
            throw new BadInputException(
                    "--provider-key serves drivers by the HTTP API, which --no-api turns off. Leave one of them out.");
        }
        for (var other : others) {
            if (other != null && other.address().equalsIgnoreCase(provider.address())) {
                throw new BadInputException(
                        "--provider-key is the account " + provider.address()
                                + ", with which the oracle sends already. Name another one that may vouch, such as the owner's.");
            }
        }
        return new PersonConfig(database.config(dataFolder), provider);
    }
}

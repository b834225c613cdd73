package org.chargeproof.ledger;

import java.nio.file.Path;
import java.util.Objects;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.console.input.Profile;
import org.chargeproof.console.input.WellKnownKeys;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** The options that say whose transactions a command sends, and where the key is. */
public final class SignerOptions {
    @Option(
            names = "--key",
            paramLabel = "FILE",
            description = "Key of your account: an encrypted keystore (JSON) or 64 hex digits.")
    private @Nullable Path keyFile;

    @Option(names = "--password-file", paramLabel = "FILE", description = "First line: the keystore's password.")
    private @Nullable Path passwordFile;

    @Option(
            names = "--signer",
            paramLabel = "URL",
            description = "Instead of --key: a Web3Signer (mode eth1) that has the key of your account.")
    private @Nullable String signerUrl;

    @Option(names = "--account", paramLabel = "ADDRESS", description = "With --signer: your account.")
    private @Nullable String account;

    @Option(
            names = "--profile",
            paramLabel = "PROFILE",
            defaultValue = "development",
            showDefaultValue = CommandLine.Help.Visibility.ALWAYS,
            description = "production refuses keys in plain text and keys that everybody knows.")
    private Profile profile = Profile.DEVELOPMENT;

    /** Whether what is not safe enough for production is refused. */
    public boolean isProduction() {
        return profile == Profile.PRODUCTION;
    }

    /** Whether any of the options says whose transactions. */
    public boolean isGiven() {
        return keyFile != null || signerUrl != null;
    }

    /**
     * What signs.
     *
     * @throws BadInputException when the options do not name exactly one signer, or its key cannot be used
     */
    public TransactionSigner signer() {
        if ((keyFile == null) == (signerUrl == null)) {
            throw new BadInputException(
                    "whose transactions? Name either a key file with --key, or a Web3Signer with --signer URL --account ADDRESS.");
        }
        if ((signerUrl == null) != (account == null)) {
            throw new BadInputException(
                    "--signer and --account belong together: the signer may have keys of many accounts.");
        }
        if (signerUrl != null && passwordFile != null) {
            throw new BadInputException("--password-file is for a keystore; the signer has its own.");
        }
        if (account != null && !account.matches("0x[0-9a-fA-F]{40}")) {
            throw new BadInputException("--account is '" + account + "'; an address is 0x and 40 hex digits.");
        }
        if (profile == Profile.PRODUCTION) {
            return productionSigner();
        }
        return keyFile != null
                ? TransactionSigner.of(KeyFile.read(keyFile, passwordFile))
                : Web3Signer.connect(Objects.requireNonNull(signerUrl), Objects.requireNonNull(account));
    }

    /**
     * What signs for another account, in the same place.
     *
     * @param option that names it
     * @throws BadInputException when there is no Web3Signer
     */
    public TransactionSigner other(String option, String address) {
        if (signerUrl == null) {
            throw new BadInputException("who signs with " + option + " " + address
                    + "? With --key, name the other account's key file too; with --signer, its address is enough.");
        }
        return Web3Signer.connect(signerUrl, address);
    }

    /**
     * What signs for another account that may be left out.
     *
     * @param key file with its key; null for none
     * @param address its address, for the Web3Signer; null for none
     * @return null when neither is given
     * @throws BadInputException when both are given, or one cannot be used
     */
    public @Nullable TransactionSigner another(
            String keyOption, @Nullable Path key, @Nullable Path password, String option, @Nullable String address) {
        if (key != null && address != null) {
            throw new BadInputException(keyOption + " and " + option + " name the same account twice; one is enough.");
        }
        if (address != null) {
            return other(option, address);
        }
        if (key == null) {
            return null;
        }
        if (profile == Profile.DEVELOPMENT) {
            return TransactionSigner.of(KeyFile.read(key, password));
        }
        var signer = TransactionSigner.of(KeyFile.readEncrypted(key, password));
        WellKnownKeys.refuse(signer.address());
        return signer;
    }

    private TransactionSigner productionSigner() {
        if (account != null) {
            WellKnownKeys.refuse(account);
        }
        TransactionSigner signer = keyFile != null
                ? TransactionSigner.of(KeyFile.readEncrypted(keyFile, passwordFile))
                : Web3Signer.connect(Objects.requireNonNull(signerUrl), Objects.requireNonNull(account));
        WellKnownKeys.refuse(signer.address());
        return signer;
    }
}

package org.chargeproof.ledger;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.console.input.SecretFile;
import org.jspecify.annotations.Nullable;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.WalletUtils;
import org.web3j.crypto.exception.CipherException;

/** Reads an account's key from a file: an encrypted keystore (Web3 Secret Storage, JSON), or 32 bytes in hex. */
public final class KeyFile {
    private KeyFile() {}

    /**
     * Reads a key that must be encrypted, with a password that only its owner can read.
     *
     * @throws BadInputException when it is not, or as for {@link #read}
     */
    public static Credentials readEncrypted(Path file, @Nullable Path passwordFile) {
        try {
            if (!Files.readString(file).strip().startsWith("{")) {
                throw new BadInputException(
                        "the key in " + file + " is not encrypted; the production profile takes an encrypted"
                                + " keystore (JSON) with --password-file, or a Web3Signer with --signer.");
            }
        } catch (IOException e) {
            throw new BadInputException(
                    "cannot read the key file " + file + " (" + e.getClass().getSimpleName() + ").", e);
        }
        if (passwordFile != null && Files.exists(passwordFile)) {
            SecretFile.requireOwnerOnly(passwordFile);
        }
        return read(file, passwordFile);
    }

    /**
     * Reads a key.
     *
     * @param passwordFile whose first line opens a keystore; null when the key is in hex
     * @throws BadInputException when there is no key in the file, or the password does not open it
     */
    public static Credentials read(Path file, @Nullable Path passwordFile) {
        try {
            String text = Files.readString(file).strip();
            if (text.startsWith("{")) {
                if (passwordFile == null) {
                    throw new BadInputException("the keystore " + file
                            + " is encrypted. Name the file that holds its password with --password-file.");
                }
                SecretFile.warnIfOthersMayRead("the password", passwordFile);
                String password =
                        Files.readString(passwordFile).lines().findFirst().orElse("");
                return WalletUtils.loadJsonCredentials(password, text);
            }
            if (!text.matches("(0x)?[0-9a-fA-F]{64}")) {
                throw new BadInputException("the file " + file
                        + " holds no key: it has neither 64 hex digits nor an encrypted keystore (JSON).");
            }
            SecretFile.warnIfOthersMayRead("the key", file);
            return Credentials.create(text);
        } catch (IOException e) {
            throw new BadInputException(
                    "cannot read the key file " + file + " (" + e.getClass().getSimpleName() + ").", e);
        } catch (CipherException e) {
            throw new BadInputException(
                    "the password in " + passwordFile + " does not open the keystore " + file + ".", e);
        }
    }
}

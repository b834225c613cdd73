package org.chargeproof.operator.network.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import org.chargeproof.console.input.BadInputException;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.ECKeyPair;
import org.web3j.crypto.Keys;
import org.web3j.utils.Numeric;

/**
 * A node's key: who it is to other nodes, and as a validator.
 *
 * @param privateKey 64 hex digits
 * @param publicKey 128 hex digits, the node's id in its enode
 * @param address in lower case
 */
public record NodeKey(String privateKey, String publicKey, String address) {
    private static final int PRIVATE_DIGITS = 64;
    private static final int PUBLIC_DIGITS = 128;

    /** A new one. */
    public static NodeKey create() {
        try {
            return of(Keys.createEcKeyPair());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has what a key needs", e);
        }
    }

    /**
     * Reads a key as Besu keeps it.
     *
     * @throws BadInputException when there is none in the file
     */
    static NodeKey read(Path file) {
        try {
            String text = Numeric.cleanHexPrefix(Files.readString(file).strip());
            if (!text.matches("[0-9a-fA-F]{64}")) {
                throw new BadInputException("the file " + file + " holds no node key: that is 64 hex digits.");
            }
            return of(Credentials.create(text).getEcKeyPair());
        } catch (IOException e) {
            throw new BadInputException(
                    "cannot read the node key " + file + " (" + e.getClass().getSimpleName() + ").", e);
        }
    }

    /** Address that belongs to a public key of 128 hex digits. */
    static String addressOf(String publicKey) {
        return Numeric.prependHexPrefix(Keys.getAddress(publicKey));
    }

    @Override
    public String toString() {
        return "node key of " + address;
    }

    private static NodeKey of(ECKeyPair pair) {
        String publicKey = Numeric.toHexStringNoPrefixZeroPadded(pair.getPublicKey(), PUBLIC_DIGITS);
        return new NodeKey(
                Numeric.toHexStringNoPrefixZeroPadded(pair.getPrivateKey(), PRIVATE_DIGITS),
                publicKey,
                addressOf(publicKey));
    }
}

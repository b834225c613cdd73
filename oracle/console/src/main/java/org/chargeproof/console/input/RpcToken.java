package org.chargeproof.console.input;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads a token for a node's JSON-RPC from a file. */
public final class RpcToken {
    private RpcToken() {}

    /**
     * Reads a token.
     *
     * @throws BadInputException when the file holds none
     */
    public static String read(Path file) {
        try {
            String token = Files.readString(file).strip();
            if (!token.matches("[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+")) {
                throw new BadInputException("the file " + file
                        + " holds no token: that is three words joined by dots, as 'network token' issues it.");
            }
            SecretFile.warnIfOthersMayRead("the token", file);
            return token;
        } catch (IOException e) {
            throw new BadInputException(
                    "cannot read the token file " + file + " (" + e.getClass().getSimpleName() + ").", e);
        }
    }
}

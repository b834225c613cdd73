package org.chargeproof.payment.wallet;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.generators.SCrypt;
import org.chargeproof.console.input.BadInputException;

/**
 * Words, encrypted by a password: scrypt (RFC 7914) makes the key, AES-256-GCM encrypts and authenticates the words and all parameters.
 *
 * @param format {@value #FORMAT}
 * @param scryptN cost, a power of two
 * @param salt of scrypt, base64
 * @param nonce of AES-GCM, base64
 * @param ciphertext base64
 */
record EncryptedWords(
        @JsonProperty(value = "format", required = true) String format,
        @JsonProperty(value = "scryptN", required = true) int scryptN,
        @JsonProperty(value = "salt", required = true) String salt,
        @JsonProperty(value = "nonce", required = true) String nonce,
        @JsonProperty(value = "ciphertext", required = true) String ciphertext) {
    static final String FORMAT = "chargeproof-wallet/1";
    /** As in keystores: 256 MiB and about a second for each guess. */
    static final int STANDARD_N = 1 << 18;
    /** A larger file is none of ours. */
    static final int MOST_BYTES = 4_096;
    /** For wallets that nobody keeps money in. */
    static final int LEAST_N = 1 << 12;

    private static final int MOST_N = 1 << 20;
    private static final int R = 8;
    private static final int P = 1;
    private static final int KEY_BYTES = 32;
    private static final int SALT_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Encrypts. */
    static EncryptedWords encrypt(String words, String password, int n) {
        var random = new SecureRandom();
        var salt = new byte[SALT_BYTES];
        var nonce = new byte[NONCE_BYTES];
        random.nextBytes(salt);
        random.nextBytes(nonce);
        try {
            byte[] encrypted = cipher(Cipher.ENCRYPT_MODE, password, n, salt, nonce)
                    .doFinal(words.getBytes(StandardCharsets.US_ASCII));
            var base64 = Base64.getEncoder();
            return new EncryptedWords(
                    FORMAT,
                    n,
                    base64.encodeToString(salt),
                    base64.encodeToString(nonce),
                    base64.encodeToString(encrypted));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Decrypts.
     *
     * @param where it stands, for messages
     * @throws BadInputException when the password is another one, or something was changed
     */
    String decrypt(String where, String password) {
        try {
            byte[] words = cipher(Cipher.DECRYPT_MODE, password, scryptN, bytes(salt), bytes(nonce))
                    .doFinal(bytes(ciphertext));
            return new String(words, StandardCharsets.US_ASCII);
        } catch (AEADBadTagException e) {
            throw new BadInputException(
                    "the password does not open the wallet " + where
                            + ". Name the file with the right one; or restore the wallet from its 12 words.",
                    e);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new BadInputException(damaged(where), e);
        }
    }

    String toJson() {
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Reads what {@link #toJson} wrote.
     *
     * @throws BadInputException when it is no wallet, or one whose parameters nobody would choose
     */
    static EncryptedWords parse(String where, String json) {
        EncryptedWords read;
        try {
            read = JSON.readValue(json, EncryptedWords.class);
        } catch (JsonProcessingException e) {
            throw new BadInputException(damaged(where), e);
        }
        if (read == null || !FORMAT.equals(read.format())) {
            throw new BadInputException(damaged(where));
        }
        if (read.scryptN() < LEAST_N || read.scryptN() > MOST_N || Integer.bitCount(read.scryptN()) != 1) {
            throw new BadInputException("the wallet " + where + " asks for scrypt with N of " + read.scryptN()
                    + "; it is a power of two from " + LEAST_N + " to " + MOST_N
                    + ". Somebody has changed it: restore the wallet from its 12 words.");
        }
        return read;
    }

    private static Cipher cipher(int mode, String password, int n, byte[] salt, byte[] nonce)
            throws GeneralSecurityException {
        byte[] key = SCrypt.generate(password.getBytes(StandardCharsets.UTF_8), salt, n, R, P, KEY_BYTES);
        var cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(FORMAT.getBytes(StandardCharsets.US_ASCII));
        cipher.updateAAD(ByteBuffer.allocate(Integer.BYTES).putInt(n).array());
        return cipher;
    }

    private static byte[] bytes(String base64) {
        return Base64.getDecoder().decode(base64);
    }

    private static String damaged(String where) {
        return "the file " + where + " holds no wallet: it is no JSON of format " + FORMAT
                + ". Restore the wallet from its 12 words.";
    }
}

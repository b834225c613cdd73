package org.chargeproof.operator.network.files;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.TreeMap;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.console.input.SecretFile;

/** The key whose tokens (JWT) open a production node's JSON-RPC. */
public final class RpcKey {
    static final String ALGORITHM = "RS256";

    private static final int KEY_BITS = 3_072;
    private static final int PEM_LINE = 64;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final PrivateKey key;

    private RpcKey(PrivateKey key) {
        this.key = key;
    }

    /** Makes a pair of keys and writes both as PEM: the private one for the operator, the public one for the node. */
    static void generate(Path privateFile, Path publicFile) {
        try {
            var generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(KEY_BITS);
            KeyPair pair = generator.generateKeyPair();
            SecretFile.write(privateFile, pem("PRIVATE KEY", pair.getPrivate().getEncoded()));
            Files.writeString(publicFile, pem("PUBLIC KEY", pair.getPublic().getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has RSA", e);
        } catch (IOException e) {
            throw new BadInputException("cannot write " + publicFile + ": " + e.getMessage(), e);
        }
    }

    /**
     * Reads the private key.
     *
     * @throws BadInputException when there is none in the file
     */
    public static RpcKey read(Path privateFile) {
        try {
            String text = Files.readString(privateFile);
            String base64 = text.replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
            byte[] encoded = Base64.getDecoder().decode(base64);
            return new RpcKey(KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(encoded)));
        } catch (IOException e) {
            throw new BadInputException(
                    "cannot read the key " + privateFile + " (" + e.getClass().getSimpleName()
                            + "). 'network new --production' and 'network join --production' make one for each node.",
                    e);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new BadInputException(
                    privateFile
                            + " holds no RSA private key (PKCS#8, PEM). Use the file that 'network new --production' made.",
                    e);
        }
    }

    /**
     * A token.
     *
     * @param permissions what may be called: {@code eth:*} for a namespace, {@code eth:blockNumber} for a method
     */
    public String token(List<String> permissions, Instant now, Duration validFor) {
        var claims = new TreeMap<String, Object>();
        claims.put("permissions", permissions);
        claims.put("iat", now.getEpochSecond());
        claims.put("exp", now.plus(validFor).getEpochSecond());
        try {
            String signed =
                    part(JSON.writeValueAsBytes(new TreeMap<>(java.util.Map.of("alg", ALGORITHM, "typ", "JWT")))) + "."
                            + part(JSON.writeValueAsBytes(claims));
            var signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(key);
            signature.update(signed.getBytes(StandardCharsets.US_ASCII));
            return signed + "." + part(signature.sign());
        } catch (GeneralSecurityException | JsonProcessingException e) {
            throw new IllegalStateException("a token cannot be signed", e);
        }
    }

    private static String part(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static String pem(String what, byte[] encoded) {
        String base64 = Base64.getMimeEncoder(PEM_LINE, new byte[] {'\n'}).encodeToString(encoded);
        return "-----BEGIN " + what + "-----\n" + base64 + "\n-----END " + what + "-----\n";
    }
}

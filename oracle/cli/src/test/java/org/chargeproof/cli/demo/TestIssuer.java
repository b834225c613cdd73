package org.chargeproof.cli.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.chargeproof.api.ApiSettings;

/** An OpenID Connect issuer on loopback: its configuration, its keys, and tokens for the audience {@code chargeproof}. */
final class TestIssuer implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int BITS = 2_048;

    private final HttpServer server;
    private final KeyPair pair;

    TestIssuer() throws IOException, GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(BITS);
        pair = generator.generateKeyPair();
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        var key = (RSAPublicKey) pair.getPublic();
        answer("/.well-known/openid-configuration", Map.of("issuer", url(), "jwks_uri", url() + "/keys"));
        answer(
                "/keys",
                Map.of(
                        "keys",
                        List.of(Map.of(
                                "kty",
                                "RSA",
                                "kid",
                                "r",
                                "use",
                                "sig",
                                "alg",
                                "RS256",
                                "n",
                                unsigned(key.getModulus()),
                                "e",
                                unsigned(key.getPublicExponent())))));
        server.start();
    }

    /** Its address. */
    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** A token that is good for ten minutes. */
    String token(String subject, String role) throws GeneralSecurityException, JsonProcessingException {
        String text = base64(JSON.writeValueAsBytes(Map.of("alg", "RS256", "kid", "r"))) + "."
                + base64(JSON.writeValueAsBytes(Map.of(
                        "iss",
                        url(),
                        "aud",
                        "chargeproof",
                        "sub",
                        subject,
                        "exp",
                        Instant.now().getEpochSecond() + 600,
                        ApiSettings.Oidc.ROLE_CLAIM,
                        role)));
        var signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(pair.getPrivate());
        signature.update(text.getBytes(StandardCharsets.US_ASCII));
        return text + "." + base64(signature.sign());
    }

    private void answer(String path, Map<String, Object> body) throws JsonProcessingException {
        byte[] bytes = JSON.writeValueAsBytes(body);
        server.createContext(path, exchange -> {
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
    }

    private static String unsigned(BigInteger value) {
        byte[] bytes = value.toByteArray();
        int from = bytes[0] == 0 ? 1 : 0;
        return base64(java.util.Arrays.copyOfRange(bytes, from, bytes.length));
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}

package org.chargeproof.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens of an issuer: which ones count, and how often its keys are asked for. */
class TokensTest {
    @TempDir
    private Path folder;

    private final AtomicInteger fetched = new AtomicInteger();
    private final KeyPair rsa = pair("RSA");
    private final KeyPair ec = pair("EC");
    private HttpServer issuer;
    private String url = "";
    private TestApi api;

    @BeforeEach
    void start() throws IOException {
        issuer = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        url = "http://127.0.0.1:" + issuer.getAddress().getPort();
        answer("/.well-known/openid-configuration", "{\"issuer\":\"" + url + "\",\"jwks_uri\":\"" + url + "/keys\"}");
        answer("/keys", keys());
        issuer.start();
        api = new TestApi(TestApi.Setup.in(folder)
                .oidc(new ApiSettings.Oidc(URI.create(url), "chargeproof", "chargeproof_role")));
    }

    @AfterEach
    void stop() {
        api.close();
        issuer.stop(0);
    }

    private void answer(String path, String text) {
        issuer.createContext(path, exchange -> {
            if (path.equals("/keys")) {
                fetched.incrementAndGet();
            }
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
    }

    private String keys() {
        var r = (RSAPublicKey) rsa.getPublic();
        var e = (ECPublicKey) ec.getPublic();
        return "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"r\",\"use\":\"sig\",\"alg\":\"RS256\",\"n\":\""
                + base64(unsigned(r.getModulus(), 256))
                + "\",\"e\":\"" + base64(unsigned(r.getPublicExponent(), 3))
                + "\"},{\"kty\":\"EC\",\"kid\":\"e\",\"crv\":\"P-256\",\"x\":\""
                + base64(unsigned(e.getW().getAffineX(), 32)) + "\",\"y\":\""
                + base64(unsigned(e.getW().getAffineY(), 32))
                + "\"},{\"kty\":\"oct\",\"kid\":\"h\",\"alg\":\"HS256\",\"k\":\"" + base64(new byte[32]) + "\"}]}";
    }

    private Map<String, Object> claims() {
        var claims = new TreeMap<String, Object>();
        claims.put("iss", url);
        claims.put("aud", "chargeproof");
        claims.put("sub", "somebody");
        claims.put("exp", Instant.now().getEpochSecond() + 600);
        claims.put("chargeproof_role", "auditor");
        return claims;
    }

    private Map<String, Object> claims(String name, Object value) {
        var claims = claims();
        if (value == null) {
            claims.remove(name);
        } else {
            claims.put(name, value);
        }
        return claims;
    }

    private int status(String token) {
        return api.send(api.request("/network", null).header("authorization", "Bearer " + token))
                .statusCode();
    }

    @Test
    void tokensOfTheIssuerCount() {
        assertThat(status(rs256("r", claims()))).isEqualTo(200);
        assertThat(status(es256("e", claims()))).isEqualTo(200);
        assertThat(status(rs256(null, claims()))).isEqualTo(200);
        long now = Instant.now().getEpochSecond();
        // clocks differ
        assertThat(status(rs256("r", claims("exp", now - 10)))).isEqualTo(200);
        assertThat(status(rs256("r", claims("chargeproof_role", java.util.List.of("x", "driver")))))
                .isEqualTo(200);
        assertThat(status(rs256("r", claims("chargeproof_role", "meter")))).isEqualTo(403);
        assertThat(status(rs256("r", claims("chargeproof_role", null)))).isEqualTo(403);
        assertThat(fetched.get()).isEqualTo(1);
    }

    @Test
    void othersDoNot() throws GeneralSecurityException {
        long now = Instant.now().getEpochSecond();
        assertThat(status(rs256("r", claims("exp", now - 60)))).isEqualTo(401);
        assertThat(status(rs256("r", claims("exp", null)))).isEqualTo(401);
        assertThat(status(rs256("r", claims("exp", "soon")))).isEqualTo(401);
        assertThat(status(rs256("r", claims("nbf", now + 300)))).isEqualTo(401);
        assertThat(status(rs256("r", claims("aud", "another")))).isEqualTo(401);
        assertThat(status(rs256("r", claims("aud", null)))).isEqualTo(401);
        assertThat(status(rs256("r", claims("iss", "https://evil.example")))).isEqualTo(401);
        assertThat(status(rs256("r", claims("iss", null)))).isEqualTo(401);
        assertThat(status(rs256("r", claims("sub", null)))).isEqualTo(401);
        // a key of somebody else
        var other = pair("RSA");
        assertThat(status(signed("{\"alg\":\"RS256\",\"kid\":\"r\"}", claims(), other)))
                .isEqualTo(401);
        // no signature
        String none = base64("{\"alg\":\"none\"}") + "." + base64(json(claims())) + ".";
        assertThat(status(none)).isEqualTo(401);
        assertThat(status(none + "AA")).isEqualTo(401);
        // the public key as a secret
        assertThat(status(hs256("r", claims(), rsa.getPublic().getEncoded()))).isEqualTo(401);
        assertThat(status(hs256("h", claims(), new byte[32]))).isEqualTo(401);
        // one that names where its key is
        assertThat(status(signed("{\"alg\":\"RS256\",\"kid\":\"r\",\"jku\":\"" + url + "/keys\"}", claims(), rsa)))
                .isEqualTo(401);
        String good = rs256("r", claims());
        assertThat(status(good.substring(0, good.length() - 8) + "AAAAAAAA")).isEqualTo(401);
        assertThat(status("a.b.c")).isEqualTo(401);
        assertThat(status("x".repeat(7_000))).isEqualTo(401);
        assertThat(api.send(api.request("/network", null).header("x-api-key", good))
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void unknownKeysDoNotFloodTheIssuer() {
        for (int i = 0; i < 100; i++) {
            assertThat(status(rs256("unknown" + i, claims()))).isEqualTo(401);
        }
        assertThat(fetched.get()).isEqualTo(1);
        assertThat(status(rs256("r", claims()))).isEqualTo(200);
        assertThat(Tokens.REFRESH_NANOS).isEqualTo(60_000_000_000L);
    }

    private String rs256(String key, Map<String, Object> claims) {
        return signed("{\"alg\":\"RS256\"" + (key == null ? "" : ",\"kid\":\"" + key + "\"") + "}", claims, rsa);
    }

    private String es256(String key, Map<String, Object> claims) {
        return signed("{\"alg\":\"ES256\",\"kid\":\"" + key + "\"}", claims, ec);
    }

    private static String signed(String head, Map<String, Object> claims, KeyPair pair) {
        String text = base64(head) + "." + base64(json(claims));
        try {
            var signature = Signature.getInstance(
                    pair.getPublic() instanceof ECPublicKey ? "SHA256withECDSAinP1363Format" : "SHA256withRSA");
            signature.initSign(pair.getPrivate());
            signature.update(text.getBytes(StandardCharsets.US_ASCII));
            return text + "." + base64(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static String hs256(String key, Map<String, Object> claims, byte[] secret) throws GeneralSecurityException {
        String text = base64("{\"alg\":\"HS256\",\"kid\":\"" + key + "\"}") + "." + base64(json(claims));
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret, "HmacSHA256"));
        return text + "." + base64(mac.doFinal(text.getBytes(StandardCharsets.US_ASCII)));
    }

    private static KeyPair pair(String kind) {
        try {
            var generator = KeyPairGenerator.getInstance(kind);
            if (kind.equals("EC")) {
                generator.initialize(new ECGenParameterSpec("secp256r1"));
            } else {
                generator.initialize(2_048);
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static String json(Map<String, Object> claims) {
        return TestApi.JSON.valueToTree(claims).toString();
    }

    private static String base64(String text) {
        return base64(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static byte[] unsigned(BigInteger value, int length) {
        byte[] bytes = value.toByteArray();
        byte[] fixed = new byte[length];
        int from = Math.max(0, bytes.length - length);
        System.arraycopy(bytes, from, fixed, length - (bytes.length - from), bytes.length - from);
        return fixed;
    }
}

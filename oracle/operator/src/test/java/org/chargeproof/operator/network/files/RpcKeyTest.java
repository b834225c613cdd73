package org.chargeproof.operator.network.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.chargeproof.console.input.BadInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RpcKeyTest {
    private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");

    @TempDir
    private Path temporary;

    @Test
    void theNodesPublicKeyConfirmsAToken() throws IOException, GeneralSecurityException {
        Path privateFile = temporary.resolve("rpc-key.pem");
        Path publicFile = temporary.resolve("rpc-key.pub.pem");
        RpcKey.generate(privateFile, publicFile);

        String token = RpcKey.read(privateFile).token(List.of("eth:*", "net:version"), NOW, Duration.ofDays(1));

        String[] parts = token.split("\\.", -1);
        var verifier = Signature.getInstance("SHA256withRSA");
        verifier.initVerify(publicKey(publicFile));
        verifier.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
        assertThat(verifier.verify(Base64.getUrlDecoder().decode(parts[2]))).isTrue();
        assertThat(json(parts[0]).path("alg").asText()).isEqualTo("RS256");
        JsonNode claims = json(parts[1]);
        assertThat(claims.path("permissions").toString()).isEqualTo("[\"eth:*\",\"net:version\"]");
        assertThat(claims.path("iat").asLong()).isEqualTo(NOW.getEpochSecond());
        assertThat(claims.path("exp").asLong()).isEqualTo(NOW.getEpochSecond() + 86_400);
    }

    @Test
    void refusesWhatIsNoKey() throws IOException {
        Path file = temporary.resolve("key");
        Files.writeString(file, "not a key");

        assertThatThrownBy(() -> RpcKey.read(file))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("holds no RSA private key");
        assertThatThrownBy(() -> RpcKey.read(temporary.resolve("none")))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("cannot read the key");
    }

    private static PublicKey publicKey(Path file) throws IOException, GeneralSecurityException {
        String base64 =
                Files.readString(file).replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
        return KeyFactory.getInstance("RSA")
                .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(base64)));
    }

    private static JsonNode json(String part) throws IOException {
        return new ObjectMapper().readTree(Base64.getUrlDecoder().decode(part));
    }
}

package org.chargeproof.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tokens of one issuer (RFC 7519): RS256 and ES256 by its published keys, with an expiry, for one audience. Its keys are asked for at most
 * once a minute, whatever tokens name. Used on one event loop.
 */
final class Tokens {
    static final long REFRESH_NANOS = TimeUnit.MINUTES.toNanos(1);
    /** A key that its issuer has withdrawn counts for an hour at most. */
    private static final long KEEP_NANOS = TimeUnit.HOURS.toNanos(1);

    private static final int MOST_TOKEN_CHARACTERS = 8_192;
    private static final int MOST_JSON_BYTES = 256 << 10;
    private static final int MOST_KEYS = 32;
    private static final int MOST_NAME_CHARACTERS = 200;
    private static final int LEEWAY_SECONDS = 30;
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final Set<String> ALGORITHMS = Set.of("RS256", "ES256");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Logger LOG = LoggerFactory.getLogger(Tokens.class);

    private final Vertx vertx;
    private final WorkerExecutor threads;
    private final ApiSettings.Oidc oidc;
    private final LongSupplier nanoTime;
    private Known known = new Known(null, Set.of());
    private boolean asked;
    private long askedNanos;
    private @Nullable Future<Known> asking;

    /** The issuer's keys; none before it has answered. */
    private record Known(@Nullable JWTAuth auth, Set<String> ids) {}

    private record Head(String algorithm, @Nullable String key) {}

    Tokens(Vertx vertx, WorkerExecutor threads, ApiSettings.Oidc oidc, LongSupplier nanoTime) {
        this.vertx = vertx;
        this.threads = threads;
        this.oidc = oidc;
        this.nanoTime = nanoTime;
    }

    /** Who shows a token; empty when it does not count. Fails when the issuer's keys are not known. */
    Future<Optional<Caller>> caller(String token) {
        Head head = head(token);
        if (head == null) {
            return Future.succeededFuture(Optional.empty());
        }
        return keys(head.key()).compose(keys -> {
            var auth = keys.auth();
            if (auth == null) {
                return Future.failedFuture(ProblemException.later(
                        ProblemException.UNAVAILABLE,
                        "the keys of the tokens' issuer cannot be had now; try again",
                        10));
            }
            if (head.key() != null && !keys.ids().contains(head.key())) {
                return Future.succeededFuture(Optional.empty());
            }
            try {
                return auth.authenticate(new TokenCredentials(token))
                        .map(user -> caller(user.principal(), user.attributes().getJsonObject("accessToken")))
                        .otherwise(Optional.empty());
            } catch (RuntimeException e) {
                // claims of another kind than they have
                return Future.succeededFuture(Optional.empty());
            }
        });
    }

    private Optional<Caller> caller(JsonObject principal, @Nullable JsonObject decoded) {
        JsonObject claims = decoded == null ? principal : decoded;
        if (!(claims.getValue("exp") instanceof Number)
                || !oidc.issuer().toString().equals(claims.getValue("iss"))
                || !isForUs(claims.getValue("aud"))
                || !(claims.getValue("sub") instanceof String subject)
                || subject.isEmpty()
                || subject.length() > MOST_NAME_CHARACTERS) {
            return Optional.empty();
        }
        var roles = EnumSet.noneOf(Role.class);
        Object claim = claims.getValue(oidc.roleClaim());
        var words = claim instanceof JsonArray array ? array.getList() : claim == null ? List.of() : List.of(claim);
        for (Object word : words) {
            Role.of(String.valueOf(word)).ifPresent(roles::add);
        }
        return Optional.of(new Caller("token:" + subject, roles, true));
    }

    private boolean isForUs(@Nullable Object audience) {
        return oidc.audience().equals(audience)
                || (audience instanceof JsonArray array && array.contains(oidc.audience()));
    }

    /** Null when it can be no token that counts, whatever its signature. */
    private static @Nullable Head head(String token) {
        String[] parts = token.split("\\.", -1);
        if (token.length() > MOST_TOKEN_CHARACTERS || parts.length != 3 || parts[2].isEmpty()) {
            return null;
        }
        try {
            JsonNode head = JSON.readTree(Base64.getUrlDecoder().decode(parts[0]));
            String algorithm = head.path("alg").asText();
            boolean isExtended =
                    head.has("crit") || head.has("jwk") || head.has("jku") || head.has("x5c") || head.has("x5u");
            if (!head.isObject() || !ALGORITHMS.contains(algorithm) || isExtended) {
                return null;
            }
            return new Head(
                    algorithm, head.path("kid").isTextual() ? head.get("kid").asText() : null);
        } catch (IOException | IllegalArgumentException e) {
            return null;
        }
    }

    private Future<Known> keys(@Nullable String id) {
        boolean isFresh = nanoTime.getAsLong() - askedNanos < KEEP_NANOS;
        if (isFresh && known.auth() != null && (id == null || known.ids().contains(id))) {
            return Future.succeededFuture(known);
        }
        var running = asking;
        if (running != null) {
            return running;
        }
        if (asked && nanoTime.getAsLong() - askedNanos < REFRESH_NANOS) {
            return Future.succeededFuture(known);
        }
        asked = true;
        askedNanos = nanoTime.getAsLong();
        Future<Known> answer = threads.executeBlocking(this::fetch, false)
                .map(keys -> {
                    known = known(keys);
                    return known;
                })
                .otherwise(e -> {
                    LOG.warn("The keys of {} cannot be had: {}", oidc.issuer(), e.getMessage());
                    return known;
                })
                .onComplete(done -> asking = null);
        asking = answer;
        return answer;
    }

    private Known known(List<JsonObject> keys) {
        var options = new JWTAuthOptions()
                .setJWTOptions(new JWTOptions()
                        .setLeeway(LEEWAY_SECONDS)
                        .setIssuer(oidc.issuer().toString())
                        .addAudience(oidc.audience()));
        var ids = new HashSet<String>();
        keys.forEach(key -> {
            options.addJwk(key);
            if (key.getValue("kid") instanceof String id) {
                ids.add(id);
            }
        });
        return keys.isEmpty() ? new Known(null, Set.of()) : new Known(JWTAuth.create(vertx, options), Set.copyOf(ids));
    }

    /** The issuer's keys that sign as we take it. Waits. */
    private List<JsonObject> fetch() throws IOException, InterruptedException {
        try (var http = HttpClient.newBuilder()
                .connectTimeout(TIMEOUT)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build()) {
            String issuer = oidc.issuer().toString();
            var configuration = get(
                    http,
                    URI.create((issuer.endsWith("/") ? issuer : issuer + "/") + ".well-known/openid-configuration"));
            if (!issuer.equals(configuration.path("issuer").asText())) {
                throw new IOException("its configuration names another issuer");
            }
            URI keys = URI.create(configuration.path("jwks_uri").asText());
            if (!ApiSettings.Oidc.isSafe(keys)) {
                throw new IOException("its keys are not at an address with https://");
            }
            var usable = new ArrayList<JsonObject>();
            for (JsonNode key : get(http, keys).path("keys")) {
                boolean isRsa = key.path("kty").asText().equals("RSA");
                boolean isEc = key.path("kty").asText().equals("EC")
                        && key.path("crv").asText().equals("P-256");
                String algorithm = isRsa ? "RS256" : "ES256";
                if ((isRsa || isEc)
                        && key.path("use").asText("sig").equals("sig")
                        && key.path("alg").asText(algorithm).equals(algorithm)
                        && !key.has("d")
                        && usable.size() < MOST_KEYS) {
                    usable.add(new JsonObject(key.toString()).put("alg", algorithm));
                }
            }
            return usable;
        } catch (IllegalArgumentException e) {
            throw new IOException("it answers with no address", e);
        }
    }

    private static JsonNode get(HttpClient http, URI uri) throws IOException, InterruptedException {
        var answer = http.send(
                HttpRequest.newBuilder(uri).timeout(TIMEOUT).build(), HttpResponse.BodyHandlers.ofInputStream());
        try (var body = answer.body()) {
            if (answer.statusCode() != 200) {
                throw new IOException(uri + " answers " + answer.statusCode());
            }
            byte[] bytes = body.readNBytes(MOST_JSON_BYTES + 1);
            if (bytes.length > MOST_JSON_BYTES) {
                throw new IOException(uri + " answers with more than " + MOST_JSON_BYTES + " bytes");
            }
            return JSON.readTree(new String(bytes, StandardCharsets.UTF_8));
        }
    }
}

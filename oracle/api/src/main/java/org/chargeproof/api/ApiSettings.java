package org.chargeproof.api;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How an API is served.
 *
 * @param keys file of {@link ApiKeys}; there may be none
 * @param isLoopback whether the server listens on loopback alone
 * @param corsOrigins whose pages may ask, as {@code https://app.example}; empty for none
 * @param oidc whose tokens count beside keys; null for none
 * @param opensReads whether anybody on loopback may read although keys or tokens count
 */
public record ApiSettings(
        Path keys,
        boolean isLoopback,
        List<String> corsOrigins,
        @Nullable Oidc oidc,
        ApiLimits limits,
        boolean opensReads) {
    /** The name of the file of keys in an oracle's data folder. */
    public static final String KEYS_FILE = "api-keys.json";

    /** Reads take a key as soon as one counts. */
    public ApiSettings(Path keys, boolean isLoopback, List<String> corsOrigins, @Nullable Oidc oidc, ApiLimits limits) {
        this(keys, isLoopback, corsOrigins, oidc, limits, false);
    }

    /** Checks origins, and who may read. @throws IllegalArgumentException with the remedy */
    public ApiSettings {
        if (opensReads && !isLoopback) {
            throw new IllegalArgumentException(
                    "reads are open on loopback alone. Listen on 127.0.0.1, or give readers a key of the role read-only");
        }
        corsOrigins = List.copyOf(corsOrigins);
        for (String origin : corsOrigins) {
            if (!origin.matches("https?://[A-Za-z0-9.\\[\\]:-]{1,255}")) {
                throw new IllegalArgumentException(
                        "'" + origin + "' is no origin. It must look like https://app.example, without a path");
            }
        }
    }

    /**
     * An issuer of tokens.
     *
     * @param issuer its address, as tokens name it; its keys are found by {@code /.well-known/openid-configuration}
     * @param audience that tokens must be for
     * @param roleClaim claim with one role, or a list of them
     */
    public record Oidc(URI issuer, String audience, String roleClaim) {
        /** The claim with the role, unless another is given. */
        public static final String ROLE_CLAIM = "chargeproof_role";

        /** Checks that keys come by TLS, or from this machine. @throws IllegalArgumentException with the remedy */
        public Oidc {
            if (!isSafe(issuer)) {
                throw new IllegalArgumentException(
                        "the issuer must be https://..., or http:// on loopback: who changes its keys on the way can be anybody");
            }
            if (audience.isBlank()) {
                throw new IllegalArgumentException("tokens need an audience: else those for other services count here");
            }
        }

        static boolean isSafe(URI uri) {
            String host = uri.getHost();
            return host != null
                    && ("https".equals(uri.getScheme())
                            || ("http".equals(uri.getScheme())
                                    && List.of("127.0.0.1", "localhost", "[::1]")
                                            .contains(host)));
        }
    }
}

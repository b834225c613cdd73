package org.chargeproof.oracle;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.chargeproof.api.ApiLimits;
import org.chargeproof.api.ApiSettings;
import org.chargeproof.console.input.BadInputException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of the HTTP API. */
final class ApiOptions {
    static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "::1", "[::1]");

    @Option(
            names = "--api",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Whether apps, HEMS and scripts are answered at /api/v1. Its keys: 'chargeproof api-key'.")
    private boolean api = true;

    @Option(
            names = "--cors",
            paramLabel = "ORIGIN",
            description = "Pages of this origin may ask /api/v1 (https://app.example). May be given several times.")
    private List<String> origins = new ArrayList<>();

    @Option(
            names = "--open-reads",
            description =
                    "Anybody on this machine may read /api/v1 although there are keys. With an --http-host of loopback alone, and with no"
                            + " proxy before it.")
    private boolean openReads;

    @Option(
            names = "--oidc-issuer",
            paramLabel = "URL",
            description = "Tokens (JWT) of this OpenID Connect issuer count at /api/v1 beside keys.")
    private @Nullable String issuer;

    @Option(names = "--oidc-audience", paramLabel = "NAME", description = "The audience that such tokens must be for.")
    private @Nullable String audience;

    @Option(
            names = "--oidc-role-claim",
            defaultValue = ApiSettings.Oidc.ROLE_CLAIM,
            paramLabel = "CLAIM",
            description = "Which of their claims holds the role, or a list of roles.")
    private String roleClaim = ApiSettings.Oidc.ROLE_CLAIM;

    /** @throws BadInputException when one of them cannot be used */
    @Nullable
    ApiSettings settings(Path dataFolder, String httpHost) {
        if (openReads && !(api && LOOPBACK.contains(httpHost))) {
            throw new BadInputException("--open-reads lets anybody on this machine read /api/v1: "
                    + (api
                            ? "give --http-host an address of loopback, or readers a key of the role read-only."
                            : "leave --no-api out."));
        }
        if (!api) {
            return null;
        }
        try {
            return new ApiSettings(
                    dataFolder.resolve(ApiSettings.KEYS_FILE),
                    LOOPBACK.contains(httpHost),
                    origins,
                    oidc(),
                    ApiLimits.standard(),
                    openReads);
        } catch (IllegalArgumentException e) {
            throw new BadInputException("--cors: " + e.getMessage() + ".", e);
        }
    }

    private ApiSettings.@Nullable Oidc oidc() {
        if (issuer == null && audience == null) {
            return null;
        }
        if (issuer == null || audience == null) {
            throw new BadInputException("--oidc-issuer and --oidc-audience belong together.");
        }
        try {
            return new ApiSettings.Oidc(new URI(issuer), audience, roleClaim);
        } catch (URISyntaxException | IllegalArgumentException e) {
            throw new BadInputException("--oidc-issuer: " + e.getMessage() + ".", e);
        }
    }
}

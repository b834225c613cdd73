package org.chargeproof.oracle;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.ocpi.http.AddressPolicy.Block;
import org.chargeproof.ocpi.http.PartyId;
import org.chargeproof.ocpi.json.BadObjectException;
import org.chargeproof.oracle.ocpi.OcpiConfig;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of the OCPI door. */
final class OcpiOptions {
    private static final int MOST_NAME_CHARACTERS = 100;

    @Option(
            names = "--ocpi-party",
            paramLabel = "CC*PID",
            description = "Answers OCPI at /ocpi, as a smart charging service provider of this country and party"
                    + " (DE*ABC). Setpoints leave as charging profiles, unless --backend takes them.")
    private @Nullable String party;

    @Option(
            names = "--roaming-party",
            paramLabel = "CC*PID",
            description = "Answers OCPI at /roaming, as the charge point operator of this country and party, for the"
                    + " backends of providers: locations, tariffs, their drivers' sessions, and CDRs with proofs.")
    private @Nullable String roamingParty;

    @Option(
            names = "--ocpi-name",
            defaultValue = "chargeproof",
            paramLabel = "NAME",
            description = "Your name, for partners.")
    private String name = "";

    @Option(
            names = "--ocpi-url",
            paramLabel = "URL",
            description =
                    "The address that partners know, up to and with /ocpi; /roaming is beside it. Without it: where"
                            + " the oracle listens.")
    private @Nullable String url;

    @Option(
            names = "--ocpi-allow",
            paramLabel = "BLOCK",
            description = "Calls partners at these addresses, too (10.1.0.0/16), also without TLS. Others are called by"
                    + " HTTPS at public addresses alone. May be given several times.")
    private List<String> allowed = new ArrayList<>();

    /**
     * What they say; null for no OCPI.
     *
     * @param host that the oracle listens on
     * @param isProduction whether partners must be spoken with by TLS
     * @throws BadInputException when one of them cannot be used
     */
    @Nullable
    OcpiConfig config(Path dataFolder, String host, boolean isProduction) {
        if (party == null) {
            return null;
        }
        check(host, isProduction);
        return new OcpiConfig(
                parse("--ocpi-party", party),
                name,
                url,
                allowed.stream().map(OcpiOptions::block).toList(),
                dataFolder.resolve("ocpi"));
    }

    /**
     * What they say of the door for providers; null for none.
     *
     * @throws BadInputException when one of them cannot be used
     */
    @Nullable
    OcpiConfig roaming(Path dataFolder, String host, boolean isProduction) {
        if (roamingParty == null) {
            return null;
        }
        check(host, isProduction);
        return new OcpiConfig(
                parse("--roaming-party", roamingParty),
                name,
                url == null ? null : url.substring(0, url.length() - "/ocpi".length()) + "/roaming",
                allowed.stream().map(OcpiOptions::block).toList(),
                dataFolder.resolve("roaming"));
    }

    private void check(String host, boolean isProduction) {
        if (name.isEmpty() || name.length() > MOST_NAME_CHARACTERS) {
            throw new BadInputException("--ocpi-name has " + name.length() + " characters; it must have 1 to "
                    + MOST_NAME_CHARACTERS + ".");
        }
        if (url != null && !isBase(url)) {
            throw new BadInputException(
                    "--ocpi-url is no address that ends in /ocpi. It must look like https://charging.example/ocpi.");
        }
        if (url == null && !ApiOptions.LOOPBACK.contains(host)) {
            throw new BadInputException(
                    "--http-host is " + host
                            + ": partners on other machines need an address. Say with --ocpi-url what they know, such as https://charging.example/ocpi.");
        }
        if (isProduction && (url == null || !url.startsWith("https://"))) {
            throw new BadInputException(
                    "--profile production: partners send tokens, so --ocpi-url must begin with https://. Put a proxy that speaks TLS before the oracle, and name its address.");
        }
    }

    private static PartyId parse(String option, String text) {
        try {
            return PartyId.parse(text);
        } catch (BadObjectException e) {
            throw new BadInputException(
                    option + " is '" + text
                            + "'; it must be a country and a party of three characters, such as DE*ABC.",
                    e);
        }
    }

    private static Block block(String text) {
        try {
            return Block.of(text);
        } catch (IllegalArgumentException e) {
            throw new BadInputException("--ocpi-allow: " + e.getMessage() + ".", e);
        }
    }

    private static boolean isBase(String url) {
        try {
            var uri = new URI(url);
            return uri.getHost() != null
                    && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
                    && uri.getPath().endsWith("/ocpi")
                    && uri.getQuery() == null;
        } catch (URISyntaxException e) {
            return false;
        }
    }
}

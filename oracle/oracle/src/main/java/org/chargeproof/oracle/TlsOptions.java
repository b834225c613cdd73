package org.chargeproof.oracle;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.console.input.SecretFile;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How what is sent between machines is kept from others: by TLS in the oracle, or by a proxy before it. */
final class TlsOptions {
    private static final int MOST_BYTES = 1 << 20;

    @Option(
            names = "--tls-certificate",
            paramLabel = "FILE",
            description = "Speaks TLS, with this certificate and those that signed it (PEM); read at the start.")
    private @Nullable Path certificate;

    @Option(names = "--tls-key", paramLabel = "FILE", description = "Its private key (PEM, PKCS 8).")
    private @Nullable Path key;

    @Option(
            names = "--proxy-url",
            paramLabel = "URL",
            description = "Says that a proxy at this https address speaks TLS, and alone reaches --http-host.")
    private @Nullable String proxyUrl;

    /**
     * What they say; null for no TLS.
     *
     * @param host that the oracle listens on
     * @param isLoopback whether only this machine reaches it
     * @param isProduction whether keys and tokens must not go over a network in the clear
     * @throws BadInputException when one of them cannot be used, or one is missing
     */
    @Nullable
    TlsFiles files(String host, boolean isLoopback, boolean isProduction) {
        if (proxyUrl != null && !isHttps(proxyUrl)) {
            throw new BadInputException("--proxy-url is no https address. It must look like https://charging.example.");
        }
        Path chain = certificate;
        Path secret = key;
        if (chain == null && secret == null) {
            if (isProduction && !isLoopback && proxyUrl == null) {
                throw new BadInputException("--profile production: --http-host is " + host
                        + ", and keys and tokens would go over the network in the clear. Give --tls-certificate and"
                        + " --tls-key; or say with --proxy-url where a proxy speaks TLS; or listen on 127.0.0.1.");
            }
            return null;
        }
        if (chain == null || secret == null) {
            throw new BadInputException("--tls-certificate and --tls-key belong together.");
        }
        requirePem("--tls-certificate", chain, "-----BEGIN CERTIFICATE-----");
        requirePem("--tls-key", secret, "-----BEGIN PRIVATE KEY-----");
        SecretFile.warnIfOthersMayRead("the key", secret);
        return new TlsFiles(chain, secret);
    }

    private static void requirePem(String option, Path file, String begin) {
        try {
            if (Files.size(file) > MOST_BYTES || !Files.readString(file).contains(begin)) {
                throw new BadInputException(option + " " + file + " has no line " + begin + ". It must be PEM"
                        + (option.equals("--tls-key")
                                ? " in PKCS 8: openssl pkcs8 -topk8 -nocrypt -in OLD -out NEW makes it."
                                : "."));
            }
        } catch (IOException e) {
            throw new BadInputException(option + " " + file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static boolean isHttps(String url) {
        try {
            var uri = new URI(url);
            return uri.getHost() != null && "https".equals(uri.getScheme());
        } catch (URISyntaxException e) {
            return false;
        }
    }
}

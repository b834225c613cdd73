package org.chargeproof.oracle;

import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.nio.file.Path;

/**
 * With what an oracle's server speaks TLS.
 *
 * @param certificate PEM: its own, followed by those that signed it
 * @param key PEM, PKCS 8
 */
public record TlsFiles(Path certificate, Path key) {
    HttpServerOptions addTo(HttpServerOptions options) {
        return options.setSsl(true)
                .setKeyCertOptions(new PemKeyCertOptions()
                        .setCertPath(certificate.toString())
                        .setKeyPath(key.toString()));
    }
}

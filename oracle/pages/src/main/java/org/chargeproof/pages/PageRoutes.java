package org.chargeproof.pages;

import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;

/** Serves the pages: {@code /} for drivers, {@code /cockpit} for operators, {@code /ledger} for auditors, {@code /web/...} for what they are made of. */
public final class PageRoutes {
    private static final int OK = 200;
    private static final int NOT_MODIFIED = 304;
    private static final Map<String, String> PAGES = Map.of("/", "driver", "/cockpit", "cockpit", "/ledger", "ledger");

    /**
     * Scripts and styles are the server's own files. A page may ask other hosts over TLS, or this machine: the node that a person names to check a
     * proof by, and nothing else, as the scripts ask nobody else.
     */
    private static final String POLICY = String.join(
            "; ",
            "default-src 'none'",
            "script-src 'self'",
            "worker-src 'self'",
            "style-src 'self'",
            "img-src 'self' data:",
            "connect-src 'self' https: http://127.0.0.1:* http://localhost:*",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'");

    private final PageFiles files = PageFiles.read();

    /** Adds the routes. */
    public void mount(Router router) {
        PAGES.forEach((path, page) -> serve(router, path, page + ".html"));
        for (String name : files.names()) {
            if (!name.endsWith(".html")) {
                serve(router, "/web/" + name, name);
            }
        }
    }

    private void serve(Router router, String path, String name) {
        var file = files.named(name);
        router.get(path).handler(context -> answer(context, file));
    }

    private static void answer(RoutingContext context, PageFiles.PageFile file) {
        var response = context.response();
        response.putHeader("etag", file.tag())
                // looked at again each time, and sent again only when it is another one
                .putHeader("cache-control", "no-cache")
                .putHeader("content-security-policy", POLICY)
                .putHeader("cross-origin-opener-policy", "same-origin")
                .putHeader("cross-origin-resource-policy", "same-origin")
                .putHeader("permissions-policy", "camera=(), geolocation=(), microphone=()")
                .putHeader("referrer-policy", "no-referrer")
                .putHeader("x-content-type-options", "nosniff");
        if (file.tag().equals(context.request().getHeader("if-none-match"))) {
            response.setStatusCode(NOT_MODIFIED).end();
        } else {
            response.setStatusCode(OK).putHeader("content-type", file.type()).end(Buffer.buffer(file.content()));
        }
    }
}

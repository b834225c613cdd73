package org.chargeproof.ocpi.http;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.chargeproof.ocpi.edge.Edge;
import org.chargeproof.ocpi.model.InterfaceRole;
import org.chargeproof.ocpi.model.ModuleId;

/** A server that answers OCPI and nothing else. */
public final class OcpiServer implements AutoCloseable {
    private final HttpServer server;
    private final OcpiRoutes routes;

    /**
     * Starts to answer.
     *
     * @param host to listen on; {@code 127.0.0.1} unless something that encrypts stands before it
     * @param port 0 for any free one
     * @param base the address that peers know, up to and with {@code /ocpi}; a {@code %d} in it becomes the port
     * @throws java.util.concurrent.CompletionException when it cannot listen there
     */
    public OcpiServer(
            Vertx vertx,
            String host,
            int port,
            String base,
            Authenticator authenticator,
            List<OcpiModule> modules,
            ServerLimits limits) {
        var listening = new CompletableFuture<HttpServer>();
        this.routes = new OcpiRoutes(
                vertx,
                URI.create(base.replace("%d", "0")).getRawPath(),
                () -> base.replace("%d", String.valueOf(listening.join().actualPort())),
                authenticator,
                modules,
                limits);
        var guard = new ConnectionGuard(vertx, limits);
        Router router = Router.router(vertx);
        router.route().handler(guard::requested);
        router.route().subRouter(routes.router());
        vertx.createHttpServer(ConnectionGuard.serverOptions())
                .connectionHandler(guard::connected)
                .requestHandler(router)
                .listen(port, host)
                .onSuccess(listening::complete)
                .onFailure(listening::completeExceptionally);
        this.server = listening.join();
    }

    /** Where it listens. */
    public int port() {
        return server.actualPort();
    }

    /** Where the versions are. */
    public String versionsUrl() {
        return routes.versionsUrl();
    }

    /** Where a module is. */
    public String url(Edge edge, InterfaceRole role, ModuleId module) {
        return routes.url(edge, role, module);
    }

    /** Stops answering. */
    @Override
    public void close() {
        server.close().toCompletionStage().toCompletableFuture().join();
        routes.close();
    }
}

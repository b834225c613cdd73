package org.chargeproof.oracle.ocpi;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.util.List;
import org.chargeproof.ocpi.credentials.PartnerClient;
import org.chargeproof.ocpi.credentials.Partners;
import org.chargeproof.ocpi.credentials.Registration;
import org.chargeproof.ocpi.http.OcpiModule;
import org.chargeproof.ocpi.http.ServerLimits;
import org.chargeproof.ocpi.model.Role;
import org.chargeproof.ocpi.platform.OcpiPlatform;

/** A door by OCPI, in the oracle's server, whose partners the operator adds and removes. */
public abstract class PartnerDoor implements AutoCloseable {
    private static final long TIMEOUT_MILLIS = 10_000;

    private final Vertx vertx;
    private final String root;
    private final OperatorKey key;
    private final OcpiPlatform platform;

    /**
     * A door that does not answer yet.
     *
     * @param role that the operator has at it
     * @param root its path, such as {@code /ocpi}
     * @param key of those who may add partners
     */
    protected PartnerDoor(
            Vertx vertx, OcpiConfig config, Role role, String root, ServerLimits limits, OperatorKey key) {
        this.vertx = vertx;
        this.root = root;
        this.key = key;
        this.platform = new OcpiPlatform(
                vertx,
                new OcpiPlatform.Settings(
                        role,
                        List.of(config.party()),
                        config.name(),
                        config.folder(),
                        config.policy(),
                        TIMEOUT_MILLIS,
                        limits));
        if (config.publicUrl() != null) {
            platform.listensAt(config.publicUrl());
        }
    }

    /** What it answers with, beside credentials; asked for once. */
    protected abstract List<OcpiModule> modules();

    /** Adds the routes: {@code ROOT/...} for partners, and {@code /operator/ROOT/partners} for the operator. */
    public final void mount(Router router) {
        router.route(root + "/*").subRouter(platform.routes(root, modules()));
        router.route("/operator" + root + "/partners*").subRouter(new PartnerRoutes(vertx, this, key).router());
    }

    /** The server listens: partners know it by this address, unless they know another one. */
    public void listensAt(String url) {
        platform.listensAt(url + root);
    }

    /** The address that partners know, up to and with the door's path. */
    protected final String base() {
        return platform.base();
    }

    /** Where its versions are, for partners. */
    public final String versionsUrl() {
        return platform.versionsUrl();
    }

    /** All of them. */
    public final Partners partners() {
        return platform.partners();
    }

    /** How they come and go. */
    public final Registration registration() {
        return platform.registration();
    }

    /** How they are called. */
    protected final PartnerClient peers() {
        return platform.peers();
    }

    /** Unregisters a partner, and forgets what is known of it. */
    public void forget(String partner) {
        registration().unregister(partner);
    }

    /**
     * A partner is about to be invited, or registered with.
     *
     * @param said what the operator says of it
     * @throws IllegalArgumentException when it cannot be so
     */
    public void admit(String partner, JsonObject said) {}

    /** What else is known of a partner, for the operator. */
    public JsonObject known(String partner) {
        return new JsonObject();
    }

    @Override
    public void close() {
        platform.close();
    }
}

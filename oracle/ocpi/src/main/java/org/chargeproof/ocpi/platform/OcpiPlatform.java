package org.chargeproof.ocpi.platform;

import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.chargeproof.ocpi.credentials.CredentialsModule;
import org.chargeproof.ocpi.credentials.FilePartners;
import org.chargeproof.ocpi.credentials.Identity;
import org.chargeproof.ocpi.credentials.PartnerClient;
import org.chargeproof.ocpi.credentials.Partners;
import org.chargeproof.ocpi.credentials.Registration;
import org.chargeproof.ocpi.credentials.TokenAuthenticator;
import org.chargeproof.ocpi.http.AddressPolicy;
import org.chargeproof.ocpi.http.OcpiClient;
import org.chargeproof.ocpi.http.OcpiModule;
import org.chargeproof.ocpi.http.OcpiRoutes;
import org.chargeproof.ocpi.http.OcpiServer;
import org.chargeproof.ocpi.http.PartyId;
import org.chargeproof.ocpi.http.ServerLimits;
import org.chargeproof.ocpi.model.BusinessDetails;
import org.chargeproof.ocpi.model.CredentialsRole;
import org.chargeproof.ocpi.model.Role;

/**
 * A platform of one role: its partners, kept in a file, how they are called, and how they register. It answers with its modules either by a
 * server of its own ({@link #serve}) or in another one's ({@link #routes}).
 */
public final class OcpiPlatform implements AutoCloseable {
    private static final String PARTNERS = "partners.json";

    private final Vertx vertx;
    private final ServerLimits limits;
    private final Identity identity;
    private final Partners partners;
    private final OcpiClient client;
    private final Registration registration;
    private final PartnerClient peers;
    private final CompletableFuture<String> base = new CompletableFuture<>();
    private volatile Runnable stop = () -> {};

    /**
     * Who a platform is, and what it allows.
     *
     * @param parties that it acts for; the first one's name is on what it sends
     * @param name for people
     * @param folder for partners and their tokens; made if it is not there
     * @param policy which addresses are called
     * @param callTimeoutMillis until a call counts as lost
     * @param limits what partners may hold
     */
    public record Settings(
            Role role,
            List<PartyId> parties,
            String name,
            Path folder,
            AddressPolicy policy,
            long callTimeoutMillis,
            ServerLimits limits) {
        /** The same list, unchangeable. */
        public Settings {
            parties = List.copyOf(parties);
        }

        private List<CredentialsRole> roles() {
            var business = new BusinessDetails(name, null, null);
            return parties.stream()
                    .map(party -> new CredentialsRole(role, business, party.partyId(), party.countryCode()))
                    .toList();
        }
    }

    /**
     * Knows its partners, and does not answer yet.
     *
     * @throws UncheckedIOException when partners cannot be read
     */
    public OcpiPlatform(Vertx vertx, Settings settings) {
        try {
            Files.createDirectories(settings.folder());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot create " + settings.folder(), e);
        }
        this.vertx = vertx;
        this.limits = settings.limits();
        this.identity = new Identity(this::versionsUrl, settings.roles(), List.of());
        this.partners = new FilePartners(settings.folder().resolve(PARTNERS));
        this.client = new OcpiClient(vertx, settings.policy(), settings.callTimeoutMillis());
        this.registration = new Registration(identity, partners, client);
        this.peers = new PartnerClient(identity, partners, client);
    }

    /**
     * Answers by a server of its own.
     *
     * @param port 0 for any free one
     * @param publicUrl the address that partners know, up to and with {@code /ocpi}; a {@code %d} in it becomes the port
     * @param modules beside credentials
     * @return the port
     * @throws java.util.concurrent.CompletionException when it cannot listen; the platform is closed then
     */
    public int serve(String host, int port, String publicUrl, List<OcpiModule> modules) {
        try {
            var server = new OcpiServer(
                    vertx, host, port, publicUrl, new TokenAuthenticator(partners), withCredentials(modules), limits);
            stop = server::close;
            listensAt(publicUrl.replace("%d", String.valueOf(server.port())));
            return server.port();
        } catch (RuntimeException e) {
            client.close();
            throw e;
        }
    }

    /**
     * Answers in the server of another one, which tells {@link #listensAt} when it listens.
     *
     * @param root path at that server, such as {@code /ocpi}
     * @param modules beside credentials
     */
    public Router routes(String root, List<OcpiModule> modules) {
        var routes = new OcpiRoutes(
                vertx, root, this::base, new TokenAuthenticator(partners), withCredentials(modules), limits);
        stop = routes::close;
        return routes.router();
    }

    /** The address that partners know, up to and with {@code /ocpi}; the first one that is said counts. */
    public void listensAt(String url) {
        base.complete(url);
    }

    /** The address that partners know; waits until it is known. */
    public String base() {
        return base.join();
    }

    /** Where its versions are, for partners; waits until that is known. */
    public String versionsUrl() {
        return base() + "/versions";
    }

    /** All of them. */
    public Partners partners() {
        return partners;
    }

    /** How they come and go. */
    public Registration registration() {
        return registration;
    }

    /** How they are called. */
    public PartnerClient peers() {
        return peers;
    }

    private List<OcpiModule> withCredentials(List<OcpiModule> modules) {
        return Stream.concat(Stream.of(new CredentialsModule(identity, partners, client)), modules.stream())
                .toList();
    }

    /** Stops answering and calling. */
    @Override
    public void close() {
        stop.run();
        client.close();
    }
}

package org.chargeproof.ocpi.credentials;

import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.chargeproof.ocpi.edge.Edge;
import org.chargeproof.ocpi.http.AddressPolicy;
import org.chargeproof.ocpi.http.OcpiClient;
import org.chargeproof.ocpi.http.OcpiModule;
import org.chargeproof.ocpi.http.OcpiServer;
import org.chargeproof.ocpi.http.ServerLimits;
import org.chargeproof.ocpi.model.BusinessDetails;
import org.chargeproof.ocpi.model.CredentialsRole;
import org.chargeproof.ocpi.model.InterfaceRole;
import org.chargeproof.ocpi.model.ModuleId;
import org.chargeproof.ocpi.model.Role;

/** A whole platform over loopback, for tests: partners in a file, a server, a client. */
public final class Platform implements AutoCloseable {
    public final FilePartners partners;
    public final Identity identity;
    public final OcpiClient client;
    public final OcpiServer server;
    public final Registration registration;
    public final PartnerClient peers;

    public static final AddressPolicy LOOPBACK = AddressPolicy.allowing(AddressPolicy.Block.of("127.0.0.0/8"));

    private String versionsUrl = "";

    Platform(
            Vertx vertx,
            Path file,
            String host,
            int port,
            Role role,
            String party,
            Function<Platform, List<OcpiModule>> modules,
            ServerLimits limits,
            Steps steps) {
        partners = new FilePartners(file, steps);
        identity = new Identity(
                () -> versionsUrl,
                List.of(new CredentialsRole(role, new BusinessDetails(party + " Ltd", null, null), party, "DE")),
                List.of());
        client = new OcpiClient(vertx, LOOPBACK, 5_000);
        registration = new Registration(identity, partners, client, steps);
        peers = new PartnerClient(identity, partners, client);
        List<OcpiModule> all = new ArrayList<>(modules.apply(this));
        all.add(new CredentialsModule(identity, partners, client, steps));
        server = new OcpiServer(
                vertx, host, port, "http://" + host + ":%d/ocpi", new TokenAuthenticator(partners), all, limits);
        versionsUrl = server.versionsUrl();
    }

    /** A platform that nobody kills. */
    public static Platform start(
            Vertx vertx, Path file, Role role, String party, Function<Platform, List<OcpiModule>> modules) {
        return start(vertx, file, role, party, ServerLimits.standard().withoutRates(), modules);
    }

    /** A platform at a port, such as one that it had before. */
    public static Platform start(
            Vertx vertx, Path file, int port, Role role, String party, Function<Platform, List<OcpiModule>> modules) {
        return new Platform(
                vertx,
                file,
                "127.0.0.1",
                port,
                role,
                party,
                modules,
                ServerLimits.standard().withoutRates(),
                Steps.NONE);
    }

    /** A platform that nobody kills. */
    public static Platform start(
            Vertx vertx,
            Path file,
            Role role,
            String party,
            ServerLimits limits,
            Function<Platform, List<OcpiModule>> modules) {
        return new Platform(vertx, file, "127.0.0.1", 0, role, party, modules, limits, Steps.NONE);
    }

    /** Where one of its modules is. */
    public Function<Edge, String> address(InterfaceRole role, ModuleId module) {
        return edge -> server.url(edge, role, module);
    }

    /** Registers the first with the second; each knows the other by its party. */
    public static void connect(Platform sender, Platform receiver) {
        String invitation = receiver.registration.invite(sender.name());
        sender.registration.register(receiver.name(), receiver.server.versionsUrl(), invitation);
    }

    /** Its party, by which others know it here. */
    public String name() {
        return identity.party().partyId();
    }

    @Override
    public void close() {
        server.close();
        client.close();
    }
}

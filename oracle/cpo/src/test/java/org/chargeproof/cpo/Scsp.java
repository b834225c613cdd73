package org.chargeproof.cpo;

import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.chargeproof.ocpi.credentials.CredentialsModule;
import org.chargeproof.ocpi.credentials.FilePartners;
import org.chargeproof.ocpi.credentials.Identity;
import org.chargeproof.ocpi.credentials.PartnerClient;
import org.chargeproof.ocpi.credentials.Registration;
import org.chargeproof.ocpi.credentials.TokenAuthenticator;
import org.chargeproof.ocpi.http.AddressPolicy;
import org.chargeproof.ocpi.http.OcpiClient;
import org.chargeproof.ocpi.http.OcpiServer;
import org.chargeproof.ocpi.http.PartyId;
import org.chargeproof.ocpi.http.ServerLimits;
import org.chargeproof.ocpi.locations.LocationSink;
import org.chargeproof.ocpi.locations.LocationsReceiver;
import org.chargeproof.ocpi.model.BusinessDetails;
import org.chargeproof.ocpi.model.CredentialsRole;
import org.chargeproof.ocpi.model.InterfaceRole;
import org.chargeproof.ocpi.model.Location;
import org.chargeproof.ocpi.model.ModuleId;
import org.chargeproof.ocpi.model.Role;
import org.chargeproof.ocpi.model.Session;
import org.chargeproof.ocpi.profiles.ProfilesSender;
import org.chargeproof.ocpi.sessions.SessionSink;
import org.chargeproof.ocpi.sessions.SessionsReceiver;

/** A smart charging service provider, real but small: it keeps what it hears, and sends profiles. */
final class Scsp implements AutoCloseable {
    final Map<String, Session> sessions = new ConcurrentHashMap<>();
    final Map<String, Location> locations = new ConcurrentHashMap<>();
    final AtomicInteger sessionPushes = new AtomicInteger();
    final PartnerClient peers;
    final Registration registration;
    final ProfilesSender profiles;
    final OcpiServer server;
    private final OcpiClient client;
    private volatile String versionsUrl = "";

    Scsp(Vertx vertx, Path file, String party) {
        var partners = new FilePartners(file);
        var identity = new Identity(
                () -> versionsUrl,
                List.of(new CredentialsRole(Role.SCSP, new BusinessDetails(party, null, null), party, "DE")),
                List.of());
        client = new OcpiClient(vertx, AddressPolicy.allowing(AddressPolicy.Block.of("127.0.0.0/8")), 10_000);
        registration = new Registration(identity, partners, client);
        peers = new PartnerClient(identity, partners, client);
        profiles = new ProfilesSender(peers, edge -> url(edge), (partner, session, profile) -> {});
        server = new OcpiServer(
                vertx,
                "127.0.0.1",
                0,
                "http://127.0.0.1:%d/ocpi",
                new TokenAuthenticator(partners),
                List.of(
                        profiles,
                        new SessionsReceiver(new Sessions()),
                        new LocationsReceiver(new Locations()),
                        new CredentialsModule(identity, partners, client)),
                new ServerLimits(
                        1 << 20,
                        Integer.MAX_VALUE,
                        Integer.MAX_VALUE,
                        Integer.MAX_VALUE,
                        256,
                        256,
                        1024,
                        1024,
                        10,
                        60));
        versionsUrl = server.versionsUrl();
    }

    private String url(org.chargeproof.ocpi.edge.Edge edge) {
        return server.url(edge, InterfaceRole.SENDER, ModuleId.CHARGINGPROFILES);
    }

    private final class Sessions implements SessionSink {
        @Override
        public Session find(String partner, PartyId operator, String id) {
            return sessions.get(id);
        }

        @Override
        public boolean put(String partner, PartyId operator, Session session) {
            sessionPushes.incrementAndGet();
            return sessions.put(session.id(), session) == null;
        }
    }

    private final class Locations implements LocationSink {
        @Override
        public Location find(String partner, PartyId operator, String id) {
            return locations.get(id);
        }

        @Override
        public boolean put(String partner, PartyId operator, Location location) {
            return locations.put(location.id(), location) == null;
        }
    }

    @Override
    public void close() {
        server.close();
        client.close();
    }
}

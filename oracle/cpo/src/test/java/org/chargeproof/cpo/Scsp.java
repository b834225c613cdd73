package org.chargeproof.cpo;

import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.chargeproof.ocpi.credentials.PartnerClient;
import org.chargeproof.ocpi.credentials.Registration;
import org.chargeproof.ocpi.http.AddressPolicy;
import org.chargeproof.ocpi.http.ObjectSink;
import org.chargeproof.ocpi.http.PartyId;
import org.chargeproof.ocpi.http.ServerLimits;
import org.chargeproof.ocpi.locations.LocationsReceiver;
import org.chargeproof.ocpi.model.Location;
import org.chargeproof.ocpi.model.Role;
import org.chargeproof.ocpi.model.Session;
import org.chargeproof.ocpi.platform.OcpiPlatform;
import org.chargeproof.ocpi.profiles.ProfilesSender;
import org.chargeproof.ocpi.sessions.SessionsReceiver;

/** A smart charging service provider, real but small: it keeps what it hears, and sends profiles. */
final class Scsp implements AutoCloseable {
    final Map<String, Session> sessions = new ConcurrentHashMap<>();
    final Map<String, Location> locations = new ConcurrentHashMap<>();
    final AtomicInteger sessionPushes = new AtomicInteger();
    final OcpiPlatform platform;
    final PartnerClient peers;
    final Registration registration;
    final ProfilesSender profiles;

    Scsp(Vertx vertx, Path folder, String party) {
        platform = new OcpiPlatform(
                vertx,
                new OcpiPlatform.Settings(
                        Role.SCSP,
                        List.of(new PartyId("DE", party)),
                        party,
                        folder,
                        AddressPolicy.allowing(AddressPolicy.Block.of("127.0.0.0/8")),
                        10_000,
                        ServerLimits.standard().withoutRates()));
        peers = platform.peers();
        registration = platform.registration();
        profiles = new ProfilesSender(
                peers,
                edge -> platform.base() + "/" + edge.version() + "/sender/chargingprofiles",
                (partner, session, profile) -> {});
        platform.serve(
                "127.0.0.1",
                0,
                "http://127.0.0.1:%d/ocpi",
                List.of(profiles, new SessionsReceiver(new Sessions()), new LocationsReceiver(new Locations())));
    }

    private final class Sessions implements ObjectSink<Session> {
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

    private final class Locations implements ObjectSink<Location> {
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
        platform.close();
    }
}

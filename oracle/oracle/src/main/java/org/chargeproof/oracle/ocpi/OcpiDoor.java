package org.chargeproof.oracle.ocpi;

import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.chargeproof.ocpi.credentials.CredentialsModule;
import org.chargeproof.ocpi.credentials.FilePartners;
import org.chargeproof.ocpi.credentials.Identity;
import org.chargeproof.ocpi.credentials.Partner;
import org.chargeproof.ocpi.credentials.PartnerClient;
import org.chargeproof.ocpi.credentials.Partners;
import org.chargeproof.ocpi.credentials.Pull;
import org.chargeproof.ocpi.credentials.Registration;
import org.chargeproof.ocpi.credentials.TokenAuthenticator;
import org.chargeproof.ocpi.http.OcpiClient;
import org.chargeproof.ocpi.http.OcpiException;
import org.chargeproof.ocpi.http.OcpiRoutes;
import org.chargeproof.ocpi.http.PartyId;
import org.chargeproof.ocpi.http.ServerLimits;
import org.chargeproof.ocpi.locations.LocationsClient;
import org.chargeproof.ocpi.locations.LocationsReceiver;
import org.chargeproof.ocpi.model.ActiveChargingProfile;
import org.chargeproof.ocpi.model.BusinessDetails;
import org.chargeproof.ocpi.model.CredentialsRole;
import org.chargeproof.ocpi.model.InterfaceRole;
import org.chargeproof.ocpi.model.ModuleId;
import org.chargeproof.ocpi.model.Role;
import org.chargeproof.ocpi.model.Session;
import org.chargeproof.ocpi.profiles.ProfilesSender;
import org.chargeproof.ocpi.sessions.SessionsClient;
import org.chargeproof.ocpi.sessions.SessionsReceiver;
import org.chargeproof.oracle.backend.ChargePointFeed;
import org.chargeproof.oracle.backend.SetpointBackend;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The oracle as a smart charging service provider (OCPI 2.2.1, role SCSP): it receives locations and sessions, and sends charging profiles.
 * What it was told of sessions is kept; after a start it pulls what has changed meanwhile from its partners.
 */
public final class OcpiDoor implements PartnerDesk, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OcpiDoor.class);
    private static final String ROOT = "/ocpi";
    private static final long TIMEOUT_MILLIS = 10_000;
    /** A setpoint is some kilobytes; a handover is a burst of answers, one for each session. */
    private static final ServerLimits LIMITS =
            new ServerLimits(1 << 20, 2_000, 20_000, 5, 512, 256, 4_096, 4_096, 10, 60);

    private static final int PULLED_DAYS = 7;

    private final Partners partners;
    private final OcpiClient client;
    private final Registration registration;
    private final PartnerClient peers;
    private final OcpiRoutes routes;
    private final DoorStore store;
    private final ChargePoints points;
    private final EvseBook evses;
    private final SessionBook sessions;
    private final OcpiSetpointBackend backend;
    private final PartnerRoutes partnerRoutes;
    private final PartnerWatch watch;
    private final CompletableFuture<String> base = new CompletableFuture<>();

    /**
     * Opens the door.
     *
     * @param key of those who may add partners
     */
    public OcpiDoor(Vertx vertx, OcpiConfig config, OperatorKey key, ProfileCounters counters) {
        try {
            Files.createDirectories(config.folder());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot create " + config.folder(), e);
        }
        if (config.publicUrl() != null) {
            base.complete(config.publicUrl());
        }
        this.partners = new FilePartners(config.folder().resolve("partners.json"));
        this.client = new OcpiClient(vertx, config.policy(), TIMEOUT_MILLIS);
        var identity = new Identity(
                () -> versionsUrl(),
                List.of(new CredentialsRole(
                        Role.SCSP,
                        new BusinessDetails(config.name(), null, null),
                        config.party().partyId(),
                        config.party().countryCode())),
                List.of());
        this.registration = new Registration(identity, partners, client);
        this.peers = new PartnerClient(identity, partners, client);
        this.points = new ChargePoints();
        var locations = new LocationsClient(peers);
        this.store = DoorStore.open(config.folder());
        this.evses = new EvseBook(
                points, locations::pull, name -> partners.find(name).isPresent(), store);
        this.sessions = new SessionBook(points, evses, store);
        var profiles = new ProfilesSender(
                peers,
                edge -> base.join() + "/" + edge.version() + "/sender/chargingprofiles",
                (partner, session, profile) -> changed(partner, session, profile));
        this.backend = new OcpiSetpointBackend(profiles, points, sessions, counters);
        this.routes = new OcpiRoutes(
                vertx,
                ROOT,
                base::join,
                new TokenAuthenticator(partners),
                List.of(
                        new CredentialsModule(identity, partners, client),
                        new LocationsReceiver(evses),
                        new SessionsReceiver(sessions),
                        profiles),
                LIMITS);
        this.partnerRoutes = new PartnerRoutes(vertx, this, key);
        this.watch = new PartnerWatch(
                partners,
                partner -> peers.call(partner.id(), "GET", Objects.requireNonNull(partner.versionsUrl()), null, null));
    }

    /** Adds the routes: {@code /ocpi/...}, and {@code /operator/ocpi/partners} for the operator. */
    public void mount(Router router) {
        router.route(ROOT + "/*").subRouter(routes.router());
        router.route("/operator/ocpi/partners*").subRouter(partnerRoutes.router());
    }

    /** The server listens: partners know it by this address, unless they know another one. */
    public void listensAt(String url) {
        base.complete(url + ROOT);
        Thread.ofVirtual().name("ocpi-pull").start(this::pullSessions);
        watch.start();
    }

    /** Which backend does not answer, and what to do; empty when all do. Waits for nothing. */
    public String problem() {
        return watch.problem();
    }

    /** Where setpoints are handed over. */
    public SetpointBackend backend() {
        return backend;
    }

    /** What partners tell of sessions. */
    public ChargePointFeed feed() {
        return sessions;
    }

    @Override
    public String versionsUrl() {
        return base.join() + "/versions";
    }

    @Override
    public Partners partners() {
        return partners;
    }

    @Override
    public Registration registration() {
        return registration;
    }

    @Override
    public void forget(String partner) {
        registration.unregister(partner);
        evses.forget(partner);
        sessions.forget(partner);
    }

    private void changed(String partner, String session, ActiveChargingProfile profile) {
        if (!sessions.isActive(partner, peers.partner(partner).parties(), session)) {
            throw OcpiException.notFound("there is no active session of this id.");
        }
        LOG.info(
                "session {} of {} lives by another profile since {}: what it takes is metered",
                session,
                partner,
                profile.startDateTime());
    }

    /** Sessions that went on, or ended, while nobody was here to hear of it. */
    private void pullSessions() {
        try {
            points.awaitKnown();
            pullAllSessions();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            sessions.setReady();
        }
    }

    private void pullAllSessions() {
        Instant since = Instant.ofEpochSecond(points.nowSeconds()).minus(PULLED_DAYS, ChronoUnit.DAYS);
        var reader = new SessionsClient(peers);
        for (Partner partner : partners.all()) {
            if (partner.endpoint(ModuleId.LOCATIONS, InterfaceRole.SENDER).isPresent()) {
                partner.parties().forEach(operator -> evses.pullAll(partner.id(), operator));
            }
            if (partner.endpoint(ModuleId.SESSIONS, InterfaceRole.SENDER).isEmpty()) {
                continue;
            }
            for (PartyId operator : partner.parties()) {
                try {
                    Pull<Session> pulled = reader.pull(partner.id(), operator, since);
                    int taken = 0;
                    for (Session session : pulled.items()) {
                        var owner = new PartyId(session.countryCode(), session.partyId());
                        if (partner.parties().contains(owner) && take(partner.id(), owner, session)) {
                            taken++;
                        }
                    }
                    LOG.info("{} has told of {} sessions", partner.id(), taken);
                } catch (RuntimeException e) {
                    LOG.warn(
                            "the sessions of {} cannot be pulled: {}. It pushes them when they change.",
                            partner.id(),
                            e.getMessage());
                }
            }
        }
    }

    private boolean take(String partner, PartyId owner, Session session) {
        try {
            sessions.put(partner, owner, session);
            return true;
        } catch (RuntimeException e) {
            LOG.debug("session {} is not taken: {}", session.id(), e.getMessage());
            return false;
        }
    }

    @Override
    public void close() {
        watch.close();
        backend.close();
        routes.close();
        client.close();
        store.close();
    }
}

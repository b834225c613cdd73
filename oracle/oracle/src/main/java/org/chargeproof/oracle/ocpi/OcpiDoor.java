package org.chargeproof.oracle.ocpi;

import io.vertx.core.Vertx;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import org.chargeproof.ocpi.credentials.Partner;
import org.chargeproof.ocpi.credentials.Pull;
import org.chargeproof.ocpi.http.OcpiException;
import org.chargeproof.ocpi.http.OcpiModule;
import org.chargeproof.ocpi.http.PartyId;
import org.chargeproof.ocpi.http.ServerLimits;
import org.chargeproof.ocpi.locations.LocationsClient;
import org.chargeproof.ocpi.locations.LocationsReceiver;
import org.chargeproof.ocpi.model.ActiveChargingProfile;
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
public final class OcpiDoor extends PartnerDoor {
    private static final Logger LOG = LoggerFactory.getLogger(OcpiDoor.class);
    /** A setpoint is some kilobytes; a handover is a burst of answers, one for each session. */
    private static final ServerLimits LIMITS =
            new ServerLimits(1 << 20, 2_000, 20_000, 5, 512, 256, 4_096, 4_096, 10, 60);

    private static final int PULLED_DAYS = 7;

    private final DoorStore store;
    private final ChargePoints points = new ChargePoints();
    private final EvseBook evses;
    private final SessionBook sessions;
    private final ProfilesSender profiles;
    private final OcpiSetpointBackend backend;
    private final PartnerWatch watch;

    /**
     * Opens the door.
     *
     * @param key of those who may add partners
     */
    public OcpiDoor(Vertx vertx, OcpiConfig config, OperatorKey key, ProfileCounters counters) {
        super(vertx, config, Role.SCSP, "/ocpi", LIMITS, key);
        var locations = new LocationsClient(peers());
        this.store = DoorStore.open(config.folder());
        this.evses = new EvseBook(
                points, locations::pull, name -> partners().find(name).isPresent(), store);
        this.sessions = new SessionBook(points, evses, store);
        this.profiles = new ProfilesSender(
                peers(),
                edge -> base() + "/" + edge.version() + "/sender/chargingprofiles",
                (partner, session, profile) -> changed(partner, session, profile));
        this.backend = new OcpiSetpointBackend(profiles, points, sessions, counters);
        this.watch = new PartnerWatch(
                partners(),
                partner -> peers().call(
                        partner.id(), "GET", Objects.requireNonNull(partner.versionsUrl()), null, null));
    }

    @Override
    protected List<OcpiModule> modules() {
        return List.of(new LocationsReceiver(evses), new SessionsReceiver(sessions), profiles);
    }

    @Override
    public void listensAt(String url) {
        super.listensAt(url);
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
    public void forget(String partner) {
        super.forget(partner);
        evses.forget(partner);
        sessions.forget(partner);
    }

    private void changed(String partner, String session, ActiveChargingProfile profile) {
        if (!sessions.isActive(partner, peers().partner(partner).parties(), session)) {
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
        var reader = new SessionsClient(peers());
        for (Partner partner : partners().all()) {
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
        super.close();
        store.close();
    }
}

package org.chargeproof.cpo;

import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.chargeproof.ocpi.credentials.Partner;
import org.chargeproof.ocpi.http.Page;
import org.chargeproof.ocpi.json.BadObjectException;
import org.chargeproof.ocpi.locations.LocationsSender;
import org.chargeproof.ocpi.model.ChargingPreferences;
import org.chargeproof.ocpi.model.ChargingPreferencesResponse;
import org.chargeproof.ocpi.model.InterfaceRole;
import org.chargeproof.ocpi.model.ModuleId;
import org.chargeproof.ocpi.model.Role;
import org.chargeproof.ocpi.model.Session;
import org.chargeproof.ocpi.platform.OcpiPlatform;
import org.chargeproof.ocpi.profiles.ProfilesReceiver;
import org.chargeproof.ocpi.sessions.SessionSource;
import org.chargeproof.ocpi.sessions.SessionsSender;
import org.jspecify.annotations.Nullable;

/**
 * A charge point operator's platform: charge points and their sessions, told to partners by OCPI, and steered by them. Times are unix seconds
 * of its clock; nothing here happens by a clock of its own, so that whoever runs it at another pace gets the same. Late results are told,
 * and cars that are known here charge, when {@link #advance} or {@link #report} says how late it is. Safe for use by several threads.
 */
public final class CpoPlatform implements AutoCloseable {
    private static final int MOST_ENDED = 10_000;
    private static final int MOST_TOKEN_CHARACTERS = 36;

    private final CpoSettings settings;
    private final Map<String, Station> stations = new ConcurrentSkipListMap<>();
    private final Map<String, String> partnerOf = new ConcurrentHashMap<>();
    private final CpoLocations locations;
    private final Map<String, CpoSession> sessions = new ConcurrentHashMap<>();
    private final Map<String, CpoSession> open = new ConcurrentHashMap<>();
    private final Map<String, CpoSession> untold = new ConcurrentHashMap<>();
    private final Deque<CpoSession> ended = new ConcurrentLinkedDeque<>();
    private final StationProfiles profiles;

    private final OcpiPlatform platform;
    private final Pushes pushes;
    private final int port;
    private final ReentrantLock reporting = new ReentrantLock();

    /** The sessions that there are, for partners that ask. */
    private final class Sessions implements SessionSource {
        @Override
        public Page<Session> page(String partner, Page.Filter filter) {
            List<CpoSession> changed = sessions.values().stream()
                    .filter(session -> session.isKnown()
                            && isPartners(partner, session.station())
                            && filter.has(Instant.ofEpochSecond(session.readSecond())))
                    .sorted(Comparator.comparingLong(CpoSession::readSecond).thenComparing(CpoSession::id))
                    .toList();
            Page<CpoSession> page = Page.of(changed, filter);
            return new Page<>(page.items().stream().map(CpoSession::whole).toList(), page.total());
        }

        @Override
        public Optional<ChargingPreferencesResponse> prefer(
                String partner, String sessionId, ChargingPreferences preferences) {
            // no charge point says that it takes preferences
            return Optional.empty();
        }
    }

    /**
     * Starts to answer.
     *
     * @param nowSeconds the clock, in unix seconds
     * @throws java.util.concurrent.CompletionException when it cannot listen
     * @throws java.io.UncheckedIOException when partners cannot be read
     */
    public CpoPlatform(Vertx vertx, CpoSettings settings, LongSupplier nowSeconds) {
        this.settings = settings;
        this.locations = new CpoLocations(nowSeconds.getAsLong(), this::isPartners);
        this.profiles = new StationProfiles(this::stationOf, nowSeconds, settings.resultTimeoutSeconds());
        this.platform = new OcpiPlatform(vertx, settings.platform(Role.CPO));
        this.pushes = new Pushes(platform.peers(), locations);
        this.port = platform.serve(
                settings.host(),
                settings.port(),
                settings.publicUrl(),
                List.of(
                        new ProfilesReceiver(platform.peers(), settings.policy(), profiles),
                        new LocationsSender(locations),
                        new SessionsSender(new Sessions())));
    }

    /** Where its versions are, for partners. */
    public String versionsUrl() {
        return platform.versionsUrl();
    }

    /** Where it listens. */
    public int port() {
        return port;
    }

    /** Adds a charge point, which must be of one of the platform's parties. @return it */
    public Station add(StationData data) {
        if (!settings.parties().contains(data.party())) {
            throw new IllegalArgumentException(
                    data.evseId() + " is of " + data.party() + "; this platform acts for " + settings.parties());
        }
        var station = new Station(data);
        if (stations.putIfAbsent(EvseIds.key(data.evseId()), station) != null) {
            throw new IllegalArgumentException(data.evseId() + " is there twice");
        }
        try {
            locations.add(station);
        } catch (IllegalArgumentException e) {
            stations.remove(EvseIds.key(data.evseId()));
            throw e;
        }
        return station;
    }

    /**
     * A charge point.
     *
     * @param evseId with or without stars
     * @throws NoSuchElementException when there is none of this id
     */
    public Station station(String evseId) {
        Station station = stations.get(EvseIds.key(evseId));
        if (station == null) {
            throw new NoSuchElementException("there is no charge point " + BadObjectException.shown(evseId));
        }
        return station;
    }

    /** All charge points, by their ids. */
    public List<Station> stations() {
        return List.copyOf(stations.values());
    }

    /** Gives a charge point to a partner: no other one hears of it or steers it. Others are with the first partner that hears of sessions. */
    public void assign(String evseId, String partner) {
        partnerOf.put(EvseIds.key(station(evseId).data().evseId()), partner);
    }

    /**
     * Lets a platform register with this one.
     *
     * @param partner our name for it
     * @return CREDENTIALS_TOKEN_A, to be handed over with {@link #versionsUrl} in a way that others cannot read
     * @throws IllegalArgumentException when there is a partner of this name
     */
    public String invite(String partner) {
        return platform.registration().invite(partner);
    }

    /**
     * Registers with a platform that has invited this one. It waits.
     *
     * @param partner our name for it
     * @param theirVersionsUrl where its versions are
     * @param invitation its CREDENTIALS_TOKEN_A
     * @throws org.chargeproof.ocpi.http.CallFailedException when it does not answer as it should; call again
     * @throws org.chargeproof.ocpi.http.RefusedAddressException when its address is not to be called
     * @throws org.chargeproof.ocpi.http.OcpiException when there is no version that both speak
     */
    public void register(String partner, String theirVersionsUrl, String invitation) {
        platform.registration().register(partner, theirVersionsUrl, invitation);
    }

    /** Ends a registration, and forgets the partner. */
    public void unregister(String partner) {
        platform.registration().unregister(partner);
    }

    /** Whether the registration with a partner is complete. */
    public boolean isRegistered(String partner) {
        return platform.partners().find(partner).map(Partner::isRegistered).orElse(false);
    }

    /** Whether a partner is known, be it only invited. */
    public boolean isKnown(String partner) {
        return platform.partners().find(partner).isPresent();
    }

    /**
     * A plug goes in, and a session begins. Its energy is what {@link #meter} says.
     *
     * @param tokenUid what the driver showed, 1 to 36 characters of printable ASCII
     * @return the session's id, 36 characters
     * @throws NoSuchElementException when there is no such charge point
     * @throws IllegalStateException when something is plugged in there
     */
    public String plugIn(String evseId, String tokenUid, long second) {
        return begin(evseId, tokenUid, null, second);
    }

    /** A car that charges by itself is plugged in: see {@link #plugIn(String, String, long)}. */
    public String plugIn(String evseId, String tokenUid, Car car, long second) {
        return begin(evseId, tokenUid, car, second);
    }

    private String begin(String evseId, String tokenUid, @Nullable Car car, long second) {
        Station station = station(evseId);
        boolean isToken = !tokenUid.isEmpty()
                && tokenUid.length() <= MOST_TOKEN_CHARACTERS
                && tokenUid.chars().allMatch(c -> c >= ' ' && c <= '~');
        if (!isToken) {
            throw new IllegalArgumentException("the token " + BadObjectException.shown(tokenUid) + " must have 1 to "
                    + MOST_TOKEN_CHARACTERS + " characters of printable ASCII");
        }
        synchronized (station) {
            station.plugIn(car, second);
            var session = new CpoSession(station, tokenUid, settings.currency(), second);
            sessions.put(key(session.id()), session);
            open.put(EvseIds.key(evseId), session);
            return session.id();
        }
    }

    /**
     * A reading of the meter of a charge point whose car is not known here.
     *
     * @param registerWh of all time; never less than before
     * @param powerW that is drawn now
     * @throws IllegalArgumentException when the register went back, or the power is negative
     */
    public void meter(String evseId, long registerWh, int powerW) {
        station(evseId).meter(registerWh, powerW);
    }

    /**
     * The plug comes out: the session is over, and told as COMPLETED by the next report.
     *
     * @throws IllegalStateException when nothing is plugged in
     */
    public void unplug(String evseId, long second) {
        Station station = station(evseId);
        synchronized (station) {
            CpoSession session = open.remove(EvseIds.key(evseId));
            if (session == null) {
                throw new IllegalStateException("nothing is plugged in at " + evseId);
            }
            station.unplug(second);
            session.end(second);
            untold.put(key(session.id()), session);
            ended.addLast(session);
        }
        while (ended.size() > MOST_ENDED) {
            CpoSession oldest = ended.pollFirst();
            if (oldest != null) {
                sessions.remove(key(oldest.id()));
                untold.remove(key(oldest.id()));
            }
        }
    }

    /** The session at a charge point; empty when nothing is plugged in. */
    public Optional<String> sessionAt(String evseId) {
        return Optional.ofNullable(open.get(EvseIds.key(evseId))).map(CpoSession::id);
    }

    /** Lets cars that are known here charge up to a second, and tells late results that are due. */
    public void advance(long second) {
        profiles.settle(second);
        stations.values().forEach(station -> station.advance(second));
    }

    /**
     * Tells partners what has changed: sessions, states of charge points, and locations that they do not know yet. A session is told when it
     * began, when its energy or power changed, each 300 s, and at its end. It waits for all answers, at most 16 calls at once; one report is
     * made at a time.
     */
    public PushReport report(long second) {
        return report(second, stations.values());
    }

    /** The same for some charge points. */
    public PushReport report(long second, List<String> evseIds) {
        return report(second, evseIds.stream().map(this::station).toList());
    }

    private PushReport report(long second, Collection<Station> told) {
        reporting.lock();
        try {
            profiles.settle(second);
            String usual = usualPartner();
            Map<Station, List<CpoSession>> over =
                    untold.values().stream().collect(Collectors.groupingBy(CpoSession::station));
            var hearing = new ArrayList<Pushes.Told>();
            for (Station station : told) {
                station.advance(second);
                String key = EvseIds.key(station.data().evseId());
                String partner = partnerOf.getOrDefault(key, usual);
                if (platform.partners()
                        .find(partner)
                        .map(CpoPlatform::hearsOfSessions)
                        .orElse(false)) {
                    var found = new ArrayList<CpoSession>(over.getOrDefault(station, List.of()));
                    CpoSession now = open.get(key);
                    if (now != null) {
                        found.add(now);
                    }
                    hearing.add(new Pushes.Told(station, partner, found));
                }
            }
            PushReport report = pushes.push(hearing, second);
            untold.values().removeIf(CpoSession::isToldEnd);
            return report;
        } finally {
            reporting.unlock();
        }
    }

    /** What came of the profiles that partners sent. */
    public ProfileCounts counts() {
        return profiles.counts();
    }

    /** How many charge points lived by a fallback or their default at some second of a span: see {@link Station#livedByFallback}. */
    public int stationsByFallback(long fromSecond, long toSecond) {
        return (int) stations.values().stream()
                .filter(station -> station.livedByFallback(fromSecond, toSecond))
                .count();
    }

    /** For how many seconds of a span they did so, together. */
    public long fallbackSeconds(long fromSecond, long toSecond) {
        return stations.values().stream()
                .mapToLong(station -> station.fallbackSeconds(fromSecond, toSecond))
                .sum();
    }

    /** Stops answering. Sessions are not ended by that. */
    @Override
    public void close() {
        platform.close();
    }

    private @Nullable Station stationOf(String partner, String sessionId) {
        CpoSession session = sessions.get(key(sessionId));
        if (session == null || !session.isKnown() || !session.isOpen()) {
            return null;
        }
        return isPartners(partner, session.station()) ? session.station() : null;
    }

    private boolean isPartners(String partner, Station station) {
        String assigned = partnerOf.get(EvseIds.key(station.data().evseId()));
        return partner.equals(assigned == null ? usualPartner() : assigned);
    }

    /** The first partner that hears of sessions; empty for none. */
    private String usualPartner() {
        return platform.partners().all().stream()
                .filter(CpoPlatform::hearsOfSessions)
                .map(Partner::id)
                .findFirst()
                .orElse("");
    }

    private static boolean hearsOfSessions(Partner partner) {
        return partner.isRegistered()
                && partner.endpoint(ModuleId.SESSIONS, InterfaceRole.RECEIVER).isPresent();
    }

    private static String key(String sessionId) {
        return sessionId.toUpperCase(Locale.ROOT);
    }
}

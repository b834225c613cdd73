package org.chargeproof.oracle.ocpi;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import org.chargeproof.ocpi.http.ObjectSink;
import org.chargeproof.ocpi.http.OcpiException;
import org.chargeproof.ocpi.http.PartyId;
import org.chargeproof.ocpi.json.BadObjectException;
import org.chargeproof.ocpi.model.CdrToken;
import org.chargeproof.ocpi.model.Session;
import org.chargeproof.ocpi.model.SessionStatus;
import org.chargeproof.ocpi.model.Status;
import org.chargeproof.ocpi.model.TokenType;
import org.chargeproof.oracle.backend.ChargePointFeed;
import org.jspecify.annotations.Nullable;

/** The sessions of the operator's charge points as its backend tells them. Those whose end is on the ledger are forgotten with the next one. */
final class SessionBook implements ObjectSink<Session>, ChargePointFeed {
    /** Of one charge point, whose ends are not on the ledger yet: more is no charge point. */
    private static final int MOST_SESSIONS = 16;

    private static final String NOBODY = "-";
    private static final int SECONDS_PER_DAY = 86_400;
    private static final int WH_PER_KWH = 1_000;
    private static final BigDecimal MOST_KWH = BigDecimal.valueOf(1_000_000);
    private static final List<Status> STATUSES = List.of(Status.values());

    private final ChargePoints points;
    private final EvseBook evses;
    private final DoorStore store;
    private final Map<String, Known> byId = new HashMap<>();
    private final TreeMap<Integer, List<Known>> byChargePoint = new TreeMap<>();
    private final Map<Integer, Set<Integer>> applied = new HashMap<>();
    private IntConsumer begun = chargePoint -> {};
    private boolean isNews;
    private volatile boolean ready;

    /** A session, and whose. */
    private record Known(String key, String partner, PartyId operator, int chargePoint, Session session) {
        boolean isOver() {
            return session.status() == SessionStatus.COMPLETED || session.status() == SessionStatus.INVALID;
        }

        Told told() {
            return new Told(
                    key,
                    session.startDateTime().getEpochSecond(),
                    session.kwh()
                            .multiply(BigDecimal.valueOf(WH_PER_KWH))
                            .setScale(0, RoundingMode.DOWN)
                            .longValueExact(),
                    (isOver() && session.endDateTime() != null ? session.endDateTime() : session.lastUpdated())
                            .getEpochSecond(),
                    isOver());
        }
    }

    /** The session that a charge point charges in now, and whose. */
    record Ongoing(String partner, PartyId operator, String sessionId) {}

    /** @param store has what was told before a restart */
    SessionBook(ChargePoints points, EvseBook evses, DoorStore store) {
        this.points = points;
        this.evses = evses;
        this.store = store;
        for (DoorStore.Kept kept : store.sessions()) {
            var known = new Known(kept.key(), kept.partner(), kept.operator(), kept.chargePoint(), kept.session());
            byId.put(known.key(), known);
            byChargePoint
                    .computeIfAbsent(known.chargePoint(), id -> new ArrayList<>())
                    .add(known);
        }
        byChargePoint.values().forEach(SessionBook::sort);
        isNews = !byId.isEmpty();
    }

    /** Hears of each charge point at which a session becomes active. */
    synchronized void setBegun(IntConsumer listener) {
        begun = listener;
    }

    @Override
    public synchronized @Nullable Session find(String partner, PartyId operator, String id) {
        Known known = byId.get(key(partner, operator, id));
        return known == null ? null : known.session();
    }

    @Override
    public boolean put(String partner, PartyId operator, Session session) {
        if (session.startDateTime().getEpochSecond() > points.nowSeconds() + SECONDS_PER_DAY && points.isKnown()) {
            throw new BadObjectException(
                    "start_date_time",
                    "is " + session.startDateTime() + ", more than a day ahead of the ledger's time");
        }
        if (session.kwh().signum() < 0 || session.kwh().compareTo(MOST_KWH) > 0) {
            throw new BadObjectException(
                    "kwh", "is " + session.kwh() + "; it must be from 0 to " + MOST_KWH.toPlainString());
        }
        Point point = place(partner, operator, session);
        boolean isNew;
        boolean begins;
        IntConsumer listener;
        synchronized (this) {
            String key = key(partner, operator, session.id());
            var known = new Known(key, partner, operator, point.id(), withoutPeriods(session));
            Known before = byId.get(key);
            if (before != null
                    && session.lastUpdated().isBefore(before.session().lastUpdated())) {
                return false;
            }
            if (before != null && before.chargePoint() != point.id()) {
                throw OcpiException.invalid("session " + BadObjectException.shown(session.id()) + " is at "
                        + before.session().evseUid() + ". Sessions do not move; end it, and begin another one.");
            }
            List<Known> here = byChargePoint.computeIfAbsent(point.id(), id -> new ArrayList<>());
            if (before == null && here.size() >= MOST_SESSIONS) {
                throw OcpiException.invalid("there are " + MOST_SESSIONS + " sessions at " + point.evseId()
                        + " whose ends are not on the ledger yet. Wait for it.");
            }
            here.removeIf(each -> each.key().equals(key) || !each.partner().equals(partner));
            byId.values()
                    .removeIf(each ->
                            each.chargePoint() == point.id() && !each.partner().equals(partner));
            here.add(known);
            sort(here);
            byId.put(key, known);
            store.removeOfOthers(point.id(), partner);
            store.put(new DoorStore.Kept(key, partner, operator, point.id(), withoutDriver(known.session())));
            isNew = before == null;
            begins = session.status() == SessionStatus.ACTIVE
                    && (before == null || before.session().status() != SessionStatus.ACTIVE);
            listener = begun;
            isNews = true;
        }
        if (begins) {
            listener.accept(point.id());
        }
        return isNew;
    }

    /** The charge point of a session. It may wait for the partner, but not where a known session has stayed: it is told of often. */
    private Point place(String partner, PartyId operator, Session session) {
        Known before;
        synchronized (this) {
            before = byId.get(key(partner, operator, session.id()));
        }
        Point same = before != null
                        && before.session().locationId().equalsIgnoreCase(session.locationId())
                        && before.session().evseUid().equalsIgnoreCase(session.evseUid())
                ? points.byId(before.chargePoint())
                : null;
        return same != null && evses.isHolder(same, partner)
                ? same
                : evses.resolve(partner, operator, session.locationId(), session.evseUid());
    }

    private static void sort(List<Known> sessions) {
        sessions.sort(Comparator.comparing(each -> each.session().startDateTime()));
    }

    /** The session that a charge point charges in now; null for none. */
    synchronized @Nullable Ongoing ongoing(int chargePoint) {
        Ongoing newest = null;
        for (Known known : byChargePoint.getOrDefault(chargePoint, List.of())) {
            if (known.session().status() == SessionStatus.ACTIVE && evses.isPartner(known.partner())) {
                newest = new Ongoing(
                        known.partner(), known.operator(), known.session().id());
            }
        }
        return newest;
    }

    /** Whether a partner has told of an active session of this id, of one of these operators. */
    synchronized boolean isActive(String partner, List<PartyId> operators, String sessionId) {
        return operators.stream()
                .map(operator -> byId.get(key(partner, operator, sessionId)))
                .anyMatch(known -> known != null && known.session().status() == SessionStatus.ACTIVE);
    }

    /** Forgets what a partner has told. */
    synchronized void forget(String partner) {
        byId.values().removeIf(known -> known.partner().equals(partner));
        byChargePoint
                .values()
                .forEach(here -> here.removeIf(known -> known.partner().equals(partner)));
        byChargePoint.values().removeIf(List::isEmpty);
        store.removeSessions(partner);
    }

    /** A charge point has taken its setpoint over beside the handover. */
    synchronized void applied(int timestep, int chargePoint) {
        applied.computeIfAbsent(timestep, t -> new HashSet<>()).add(chargePoint);
        isNews = true;
    }

    @Override
    public void follow(List<Point> all, long nowSeconds) {
        points.follow(all, nowSeconds);
    }

    @Override
    public synchronized List<News> news() {
        isNews = false;
        Map<Integer, Status> statuses = evses.statuses();
        var news = new ArrayList<News>();
        byChargePoint.forEach((chargePoint, sessions) -> {
            // one that has unregistered tells nothing any more
            List<Known> counting = sessions.stream()
                    .filter(known -> evses.isPartner(known.partner()))
                    .filter(known -> known.session().status() == SessionStatus.ACTIVE || known.isOver())
                    .toList();
            news.add(new News(
                    chargePoint,
                    status(statuses.get(chargePoint), counting),
                    counting.stream().map(Known::told).toList()));
        });
        return news;
    }

    private static int status(@Nullable Status told, List<Known> sessions) {
        boolean isCharging = sessions.stream().anyMatch(known -> known.session().status() == SessionStatus.ACTIVE);
        if (isCharging || told == null) {
            return STATUSES.indexOf(isCharging ? Status.CHARGING : Status.AVAILABLE);
        }
        return STATUSES.indexOf(told == Status.CHARGING ? Status.AVAILABLE : told);
    }

    /** What went on before was asked for. */
    void setReady() {
        ready = true;
    }

    @Override
    public boolean isReady() {
        return ready;
    }

    @Override
    public synchronized boolean hasNews() {
        return isNews;
    }

    @Override
    public synchronized Map<Integer, Set<Integer>> appliedSince() {
        Map<Integer, Set<Integer>> since = new HashMap<>(applied);
        applied.clear();
        return since;
    }

    @Override
    public synchronized void settled(int chargePoint, String session) {
        List<Known> here = byChargePoint.get(chargePoint);
        // the newest is what a partner may still ask for or change
        if (here != null && here.size() > 1) {
            here.removeIf(known -> known.key().equals(session) && !known.equals(here.getLast()));
            if (here.stream().noneMatch(known -> known.key().equals(session)) && byId.remove(session) != null) {
                store.remove(session);
            }
        }
    }

    /** Nobody here reads them, and there may be thousands. */
    private static Session withoutPeriods(Session session) {
        return session.chargingPeriods().isEmpty()
                ? session
                : with(session, session.cdrToken(), session.authorizationReference());
    }

    /** Who charges is written to no disk. */
    private static Session withoutDriver(Session session) {
        CdrToken token = session.cdrToken();
        return with(session, new CdrToken(token.countryCode(), token.partyId(), NOBODY, TokenType.OTHER, NOBODY), null);
    }

    private static Session with(Session session, CdrToken token, @Nullable String authorizationReference) {
        return new Session(
                session.countryCode(),
                session.partyId(),
                session.id(),
                session.startDateTime(),
                session.endDateTime(),
                session.kwh(),
                token,
                session.authMethod(),
                authorizationReference,
                session.locationId(),
                session.evseUid(),
                session.connectorId(),
                session.meterId(),
                session.currency(),
                List.of(),
                session.totalCost(),
                session.status(),
                session.lastUpdated());
    }

    private static String key(String partner, PartyId operator, String id) {
        return partner + "/" + operator + "/" + id.toUpperCase(Locale.ROOT);
    }
}

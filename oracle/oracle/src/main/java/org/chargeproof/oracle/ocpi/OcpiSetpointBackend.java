package org.chargeproof.oracle.ocpi;

import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.chargeproof.ocpi.model.ChargingRateUnit;
import org.chargeproof.ocpi.profiles.Limits;
import org.chargeproof.ocpi.profiles.ProfileOutcome;
import org.chargeproof.ocpi.profiles.ProfilesSender;
import org.chargeproof.oracle.backend.ChargePointFeed.Point;
import org.chargeproof.oracle.backend.SetpointBackend;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Setpoints leave as OCPI charging profiles, one for each session that is going on, which replaces the one before: what holds now, what
 * holds in the timestep that is handed over, and what holds when nothing follows. Of a timestep that is handed over again, with interim power for
 * some, only what changed is sent. It has no duration, because at the end of one a charge point
 * goes back to its own maximum. Nothing is sent twice: what was not taken is planned again, and sent with the next timestep.
 */
final class OcpiSetpointBackend implements SetpointBackend, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OcpiSetpointBackend.class);
    private static final int MOST_AT_ONCE = 32;
    private static final int KEPT_TIMESTEPS = 3;
    private static final long MOST_WAIT_SECONDS = 60;

    private final ProfilesSender profiles;
    private final ChargePoints points;
    private final SessionBook sessions;
    private final ProfileCounters counters;
    /** Of each partner: one that does not answer holds up nobody else's. */
    private final Map<String, Semaphore> rooms = new ConcurrentHashMap<>();
    /** Where a car has come, and its profile is about to be sent. */
    private final Set<Integer> beginning = ConcurrentHashMap.newKeySet();

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    /** What was handed over for the newest timesteps, by charge point. */
    private final NavigableMap<Integer, Handed> handed = new TreeMap<>();

    /**
     * What was handed over.
     *
     * @param sent charge points that were asked to follow, whatever they answered
     * @param applied those that do
     */
    private record Handed(
            TimestepSetpoints setpoints,
            Map<Integer, Setpoint> byChargePoint,
            Set<Integer> sent,
            Set<Integer> applied) {}

    OcpiSetpointBackend(ProfilesSender profiles, ChargePoints points, SessionBook sessions, ProfileCounters counters) {
        this.profiles = profiles;
        this.points = points;
        this.sessions = sessions;
        this.counters = counters;
        sessions.setBegun(this::begun);
    }

    @Override
    public boolean forgets() {
        return true;
    }

    @Override
    public Set<Integer> apply(TimestepSetpoints setpoints) throws Exception {
        Handed kept = keep(setpoints);
        Map<Integer, Future<ProfileOutcome>> asked = new HashMap<>();
        for (Setpoint setpoint : setpoints.setpoints()) {
            SessionBook.Ongoing session = sessions.ongoing(setpoint.chargePoint());
            if (session != null && !kept.sent().contains(setpoint.chargePoint())) {
                asked.put(setpoint.chargePoint(), threads.submit(() -> send(setpoint.chargePoint(), session)));
            }
        }
        Set<Integer> applied = new HashSet<>(kept.applied());
        long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(MOST_WAIT_SECONDS);
        int unsent = 0;
        for (var each : asked.entrySet()) {
            ProfileOutcome outcome = outcome(each.getValue(), deadlineNanos);
            if (outcome.kind() != ProfileOutcome.Kind.NOT_SENT) {
                kept.sent().add(each.getKey());
            }
            if (outcome.kind() == ProfileOutcome.Kind.ACCEPTED) {
                kept.applied().add(each.getKey());
                applied.add(each.getKey());
            } else if (outcome.kind() == ProfileOutcome.Kind.NOT_SENT) {
                unsent++;
            }
        }
        if (unsent > 0 && unsent == asked.size()) {
            // nobody heard of it: it is made anew, with what holds then
            // whoever asks for the oracle's health is not told where its partners are
            throw new IOException("no charging profile could be sent by OCPI; the oracle's log says why");
        }
        return applied;
    }

    private synchronized Handed keep(TimestepSetpoints setpoints) {
        Map<Integer, Setpoint> byChargePoint = new HashMap<>();
        setpoints.setpoints().forEach(setpoint -> byChargePoint.put(setpoint.chargePoint(), setpoint));
        Handed before = handed.get(setpoints.timestep());
        Set<Integer> sent = ConcurrentHashMap.newKeySet();
        Set<Integer> applied = ConcurrentHashMap.newKeySet();
        if (before != null) {
            sent.addAll(before.sent());
            applied.addAll(before.applied());
            // whoever is told something new is asked again
            byChargePoint.forEach((chargePoint, setpoint) -> {
                if (!setpoint.equals(before.byChargePoint().get(chargePoint))) {
                    sent.remove(chargePoint);
                    applied.remove(chargePoint);
                }
            });
        }
        var kept = new Handed(setpoints, byChargePoint, sent, applied);
        handed.put(setpoints.timestep(), kept);
        while (handed.size() > KEPT_TIMESTEPS) {
            handed.pollFirstEntry();
        }
        return kept;
    }

    /** A car came after the setpoints of its charge point were handed over. */
    private void begun(int chargePoint) {
        SessionBook.Ongoing session = sessions.ongoing(chargePoint);
        Integer newest = newestTimestep();
        if (session == null || newest == null || !beginning.add(chargePoint)) {
            return;
        }
        threads.execute(() -> {
            try {
                if (send(chargePoint, session).kind() == ProfileOutcome.Kind.ACCEPTED && gives(newest, chargePoint)) {
                    sessions.applied(newest, chargePoint);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                beginning.remove(chargePoint);
            }
        });
    }

    /** What gives nothing needs no record of its own. */
    private synchronized boolean gives(int timestep, int chargePoint) {
        Handed newest = handed.get(timestep);
        Setpoint setpoint = newest == null ? null : newest.byChargePoint().get(chargePoint);
        return setpoint != null && setpoint.powerW() > 0;
    }

    private synchronized @Nullable Integer newestTimestep() {
        return handed.isEmpty() ? null : handed.lastKey();
    }

    /** One charge point's profile. What it returns has ended when the charge point has answered. */
    private ProfileOutcome send(int chargePoint, SessionBook.Ongoing session) throws InterruptedException {
        Semaphore room = rooms.computeIfAbsent(session.partner(), name -> new Semaphore(MOST_AT_ONCE));
        room.acquire();
        Future<ProfileOutcome> result;
        try {
            Limits limits = limits(chargePoint);
            if (limits == null) {
                return new ProfileOutcome(ProfileOutcome.Kind.NOT_SENT, "no setpoint is known", null);
            }
            result = profiles.set(session.partner(), session.operator(), session.sessionId(), limits.toProfile());
        } finally {
            room.release();
        }
        ProfileOutcome outcome = outcome(result, System.nanoTime() + TimeUnit.SECONDS.toNanos(MOST_WAIT_SECONDS));
        counters.count(outcome.kind());
        if (outcome.kind() != ProfileOutcome.Kind.ACCEPTED) {
            Point point = points.byId(chargePoint);
            LOG.info(
                    "{} has not taken its profile: {} {}",
                    point == null ? chargePoint : point.evseId(),
                    outcome.kind(),
                    outcome.reason());
        }
        return outcome;
    }

    private static ProfileOutcome outcome(Future<ProfileOutcome> asked, long deadlineNanos)
            throws InterruptedException {
        try {
            return asked.get(Math.max(0, deadlineNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            LOG.error("a charging profile could not be made", e.getCause());
            return new ProfileOutcome(ProfileOutcome.Kind.NOT_SENT, String.valueOf(e.getCause()), null);
        } catch (TimeoutException e) {
            // what is not sent by now would be old
            asked.cancel(true);
            return new ProfileOutcome(ProfileOutcome.Kind.NO_RESULT, "none within " + MOST_WAIT_SECONDS + " s", null);
        }
    }

    /** From the timestep that runs to the newest that was handed over. */
    private synchronized @Nullable Limits limits(int chargePoint) {
        Point point = points.byId(chargePoint);
        List<TimestepSetpoints> all = new ArrayList<>();
        List<Setpoint> own = new ArrayList<>();
        handed.values().forEach(each -> {
            Setpoint setpoint = each.byChargePoint().get(chargePoint);
            if (setpoint != null && each.setpoints().endSeconds() > points.nowSeconds()) {
                all.add(each.setpoints());
                own.add(setpoint);
            }
        });
        return point == null || own.isEmpty() ? null : limits(all, own, point.minPowerW(), points.nowSeconds());
    }

    /**
     * The limits of one charge point over timesteps in order.
     *
     * @param own its setpoint of each
     * @param nowSeconds block time: a profile that begins later would leave the charge point without one until then
     */
    static Limits limits(List<TimestepSetpoints> timesteps, List<Setpoint> own, int minPowerW, long nowSeconds) {
        long startSeconds = Math.min(nowSeconds, timesteps.getFirst().startSeconds());
        NavigableMap<Long, Integer> powerW = new TreeMap<>();
        powerW.put(0L, 0);
        for (int i = 0; i < timesteps.size(); i++) {
            TimestepSetpoints timestep = timesteps.get(i);
            Setpoint setpoint = own.get(i);
            long fromSeconds = timestep.startSeconds() - startSeconds;
            powerW.put(fromSeconds, setpoint.periods().isEmpty() ? setpoint.powerW() : 0);
            for (Period period : setpoint.periods()) {
                powerW.put(fromSeconds + period.fromSecond(), period.powerW());
                powerW.putIfAbsent(fromSeconds + period.toSecond(), 0);
            }
            // the next one begins there, unless there is a gap
            powerW.put(timestep.endSeconds() - startSeconds, setpoint.afterValidityPowerW());
        }
        long fallbackSeconds = timesteps.getLast().endSeconds() - startSeconds;
        int fallbackW = own.getLast().afterValidityPowerW();
        List<Limits.Step> steps = new ArrayList<>();
        Integer before = null;
        for (var each : powerW.headMap(fallbackSeconds, false).entrySet()) {
            if (!each.getValue().equals(before)) {
                steps.add(new Limits.Step(each.getKey().intValue(), BigDecimal.valueOf(each.getValue())));
            }
            before = each.getValue();
        }
        return new Limits(
                Instant.ofEpochSecond(startSeconds),
                ChargingRateUnit.W,
                steps,
                (int) fallbackSeconds,
                BigDecimal.valueOf(fallbackW),
                minPowerW == 0 ? null : BigDecimal.valueOf(minPowerW));
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}

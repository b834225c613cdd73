package org.chargeproof.cpo;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.chargeproof.ocpi.json.BadObjectException;
import org.chargeproof.ocpi.model.ActiveChargingProfileResult;
import org.chargeproof.ocpi.model.ChargingProfile;
import org.chargeproof.ocpi.model.ChargingProfileResponse;
import org.chargeproof.ocpi.model.ChargingProfileResponseType;
import org.chargeproof.ocpi.model.ChargingProfileResultType;
import org.chargeproof.ocpi.profiles.ProfileTarget;
import org.jspecify.annotations.Nullable;

/** Hands profiles to charge points, tells what they answer when they do, and counts. */
final class StationProfiles implements ProfileTarget {
    private static final int MOST_PENDING = 100_000;

    private final BiFunction<String, String, @Nullable Station> stations;
    private final LongSupplier nowSeconds;
    private final int timeoutSeconds;
    private final PriorityQueue<Pending> pending = new PriorityQueue<>(
            Comparator.comparingLong((Pending each) -> each.answered().fromSecond()));

    private final LongAdder received = new LongAdder();
    private final LongAdder applied = new LongAdder();
    private final LongAdder late = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder ignored = new LongAdder();
    private final LongAdder lost = new LongAdder();
    private final LongAdder overtaken = new LongAdder();
    private final LongAdder invalid = new LongAdder();
    private final LongAdder tooOften = new LongAdder();
    private final LongAdder unknownSession = new LongAdder();

    /** A result that comes later. */
    private record Pending(Station station, Station.Answered answered, Consumer<ChargingProfileResultType> result) {}

    /** What is asked of a charge point, at a second. */
    @FunctionalInterface
    private interface Request {
        Station.Answered to(Station station, long second);
    }

    /**
     * Hands profiles to charge points.
     *
     * @param stations by partner and session; null for a session that is not there, or not the partner's
     */
    StationProfiles(
            BiFunction<String, String, @Nullable Station> stations, LongSupplier nowSeconds, int timeoutSeconds) {
        this.stations = stations;
        this.nowSeconds = nowSeconds;
        this.timeoutSeconds = timeoutSeconds;
    }

    ProfileCounts counts() {
        return new ProfileCounts(
                received.sum(),
                applied.sum(),
                late.sum(),
                refused.sum(),
                ignored.sum(),
                lost.sum(),
                overtaken.sum(),
                invalid.sum(),
                tooOften.sum(),
                unknownSession.sum());
    }

    @Override
    public ChargingProfileResponse set(
            String partner, String sessionId, ChargingProfile profile, Consumer<ChargingProfileResultType> result) {
        long now = nowSeconds.getAsLong();
        return request(partner, sessionId, now, result, (station, second) -> {
            try {
                LimitProfile.require(profile, second);
            } catch (BadObjectException e) {
                invalid.increment();
                throw e;
            }
            return station.set(profile, second);
        });
    }

    @Override
    public ChargingProfileResponse clear(String partner, String sessionId, Consumer<ChargingProfileResultType> result) {
        return request(partner, sessionId, nowSeconds.getAsLong(), result, Station::clear);
    }

    @Override
    public ChargingProfileResponse active(
            String partner, String sessionId, int seconds, Consumer<ActiveChargingProfileResult> result) {
        Station station = stations.apply(partner, sessionId);
        if (station == null) {
            return response(ChargingProfileResponseType.UNKNOWN_SESSION);
        }
        if (station.quirk() != Quirk.LOST) {
            result.accept(new ActiveChargingProfileResult(
                    ChargingProfileResultType.ACCEPTED, station.active(nowSeconds.getAsLong(), seconds)));
        }
        return response(ChargingProfileResponseType.ACCEPTED);
    }

    private ChargingProfileResponse request(
            String partner, String sessionId, long now, Consumer<ChargingProfileResultType> result, Request request) {
        received.increment();
        settle(now);
        Station station = stations.apply(partner, sessionId);
        if (station == null) {
            unknownSession.increment();
            return response(ChargingProfileResponseType.UNKNOWN_SESSION);
        }
        if (waiting() >= MOST_PENDING) {
            tooOften.increment();
            return response(ChargingProfileResponseType.TOO_OFTEN);
        }
        Station.Answered answered = request.to(station, now);
        switch (answered.outcome()) {
            case FOLLOWS -> {
                if (station.quirk() == Quirk.LATE && answered.fromSecond() > now) {
                    add(new Pending(station, answered, result));
                } else {
                    applied.increment();
                    result.accept(ChargingProfileResultType.ACCEPTED);
                }
            }
            case REFUSES -> {
                refused.increment();
                result.accept(ChargingProfileResultType.REJECTED);
            }
            case IGNORES -> {
                ignored.increment();
                result.accept(ChargingProfileResultType.ACCEPTED);
            }
            case LOST -> lost.increment();
            case NOTHING_THERE -> {
                refused.increment();
                result.accept(ChargingProfileResultType.UNKNOWN);
            }
            case TOO_OFTEN -> {
                tooOften.increment();
                return response(ChargingProfileResponseType.TOO_OFTEN);
            }
        }
        return response(ChargingProfileResponseType.ACCEPTED);
    }

    /** Tells the results that are due at a second. */
    void settle(long second) {
        for (Pending due = due(second); due != null; due = due(second)) {
            boolean hasFollowed = due.station().hasFollowed(due.answered());
            (hasFollowed ? applied : overtaken).increment();
            late.add(hasFollowed ? 1 : 0);
            if (due.station().quirk() != Quirk.LOST) {
                due.result()
                        .accept(hasFollowed ? ChargingProfileResultType.ACCEPTED : ChargingProfileResultType.REJECTED);
            }
        }
    }

    private synchronized void add(Pending result) {
        pending.add(result);
    }

    private synchronized int waiting() {
        return pending.size();
    }

    private synchronized @Nullable Pending due(long second) {
        Pending first = pending.peek();
        return first == null || first.answered().fromSecond() > second ? null : pending.poll();
    }

    private ChargingProfileResponse response(ChargingProfileResponseType type) {
        return new ChargingProfileResponse(type, timeoutSeconds);
    }
}

package org.chargeproof.cpo;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.chargeproof.ocpi.model.ActiveChargingProfile;
import org.chargeproof.ocpi.model.ChargingProfile;
import org.chargeproof.ocpi.model.ChargingProfilePeriod;
import org.chargeproof.ocpi.model.ChargingRateUnit;
import org.jspecify.annotations.Nullable;

/**
 * A charge point with one socket. It lives by the profile that arrived last, else by its default, and remembers for an hour what it lived
 * by. Times are unix seconds of the platform's clock, and spans are from a second up to, and without, another. A quirk bends what it does
 * with profiles, never what it says here of its limits: that is what a car gets. Safe for use by several threads.
 */
public final class Station {
    private static final int REMEMBERED_SECONDS = 3_600;
    /** What a partner may have remembered; then profiles come too often. */
    private static final int MOST_REMEMBERED = 512;

    private static final int MOST_QUIRK_SECONDS = 30 * 86_400;
    private static final long WATT_SECONDS_PER_WH = 3_600;
    private static final int SECONDS_OF_LATE = 90;
    private static final int SECONDS_OF_REBOOTS = 1_800;

    private final StationData data;
    private final List<Living> livings = new ArrayList<>();
    private Quirk quirk = Quirk.NONE;
    private int quirkSeconds;
    /** When the first of its reboots is. */
    private long rebootSecond;

    private long number;
    private long changedSecond = Long.MIN_VALUE;
    private long sessionSecond;
    private @Nullable Car car;
    private long meteredSecond;
    private double sessionWattSeconds;
    private long registerAtPlugInWh;
    private long registerWh;
    private double drawnPowerW;
    private double mostDrawnPowerW;

    /**
     * What it lives by from a second on, until the next one.
     *
     * @param forgetSecond when it forgets the profile; the largest number for never
     * @param number of its own
     */
    private record Living(
            long fromSecond,
            boolean isPluggedIn,
            int defaultPowerW,
            @Nullable LimitProfile profile,
            long forgetSecond,
            long number) {}

    /** What came of a profile that was sent to it. */
    enum Outcome {
        /** It lives by it, from now on or later. */
        FOLLOWS,
        /** It refuses. */
        REFUSES,
        /** It says that it follows, and does not. */
        IGNORES,
        /** It did not arrive. */
        LOST,
        /** There was nothing to remove. */
        NOTHING_THERE,
        /** More came than it remembers. */
        TOO_OFTEN
    }

    /**
     * What it did with what was sent to it.
     *
     * @param fromSecond when it follows
     * @param number of what it lives by then; -1 when it does not follow
     */
    record Answered(Outcome outcome, long fromSecond, long number) {}

    /** A charge point with nothing plugged in. */
    public Station(StationData data) {
        this.data = data;
        livings.add(
                new Living(Long.MIN_VALUE, false, data.counted(data.defaultPowerW()), null, Long.MAX_VALUE, number++));
    }

    /** What it is. */
    public StationData data() {
        return data;
    }

    /** How it behaves now. */
    public synchronized Quirk quirk() {
        return quirk;
    }

    /** Behaves so from a second on; {@link Quirk#LATE} by 90 s, {@link Quirk#REBOOTS} each 1,800 s. */
    public void setQuirk(Quirk next, long second) {
        setQuirk(next, next == Quirk.LATE ? SECONDS_OF_LATE : SECONDS_OF_REBOOTS, second);
    }

    /**
     * Behaves so from a second on.
     *
     * @param seconds how late {@link Quirk#LATE} is, or how long {@link Quirk#REBOOTS} is between two reboots; else without a meaning
     * @throws IllegalArgumentException when {@code seconds} is not from 1 to 30 days
     */
    public synchronized void setQuirk(Quirk next, int seconds, long second) {
        if (seconds < 1 || seconds > MOST_QUIRK_SECONDS) {
            throw new IllegalArgumentException(
                    "a quirk of " + seconds + " s; it must be from 1 to " + MOST_QUIRK_SECONDS + " s");
        }
        long now = changing(second);
        Living living = at(now);
        quirk = next;
        quirkSeconds = seconds;
        rebootSecond = now + seconds;
        boolean isForgotten = living.profile() == null || living.forgetSecond() <= now;
        add(
                now,
                new Living(
                        now,
                        living.isPluggedIn(),
                        defaultPowerW(),
                        isForgotten ? null : living.profile(),
                        forgetSecondAfter(now),
                        number++));
    }

    /** Forgets its profile, and goes back to its default. */
    public synchronized void reboot(long second) {
        long now = changing(second);
        add(now, new Living(now, at(now).isPluggedIn(), defaultPowerW(), null, Long.MAX_VALUE, number++));
    }

    /** Whether something is plugged in at a second. */
    public synchronized boolean isPluggedIn(long second) {
        return at(second).isPluggedIn();
    }

    /** The most that it lets a car draw at a second, in W; 0 when nothing is plugged in. */
    public int powerLimitW(long second) {
        var power = new int[1];
        walk(second, second + 1, (from, to, powerW, source) -> power[0] = powerW);
        return power[0];
    }

    /** What its limit at a second comes from. */
    public LimitSource source(long second) {
        var found = new LimitSource[] {LimitSource.UNPLUGGED};
        walk(second, second + 1, (from, to, powerW, source) -> found[0] = source);
        return found[0];
    }

    /**
     * The most that it lets a car draw in a span, in Ws: the exact integral of {@link #powerLimitW}.
     *
     * @throws IllegalArgumentException when the span begins before what it remembers: an hour, and more where little changed
     */
    public long limitWattSeconds(long fromSecond, long toSecond) {
        var sum = new long[1];
        walk(
                fromSecond,
                toSecond,
                (from, to, powerW, source) ->
                        sum[0] = Math.addExact(sum[0], Math.multiplyExact(to - from, (long) powerW)));
        return sum[0];
    }

    /**
     * For how many seconds of a span something was plugged in, and lived by the last of several periods of its profile or by the default.
     *
     * @throws IllegalArgumentException when the span begins before what it remembers
     */
    public long fallbackSeconds(long fromSecond, long toSecond) {
        var sum = new long[1];
        walk(fromSecond, toSecond, (from, to, powerW, source) -> {
            if (source == LimitSource.LAST_PERIOD || source == LimitSource.DEFAULT) {
                sum[0] += to - from;
            }
        });
        return sum[0];
    }

    /** Whether it did so at some second of a span: see {@link #fallbackSeconds}. */
    public boolean livedByFallback(long fromSecond, long toSecond) {
        return fallbackSeconds(fromSecond, toSecond) > 0;
    }

    /** Its energy register in Wh, as it was metered last. */
    public synchronized long registerWh() {
        return registerWh;
    }

    /** The energy of the session that is there or was last, in Wh, as it was metered last. */
    public synchronized long sessionEnergyWh() {
        return registerWh - registerAtPlugInWh;
    }

    /** What was drawn when it was metered last, in W. */
    public synchronized int drawnPowerW() {
        return (int) Math.round(drawnPowerW);
    }

    /** From 0 to 1; -1 when no car is plugged in whose battery is known here. */
    public synchronized double stateOfCharge() {
        return car == null ? -1 : car.stateOfCharge();
    }

    /** Whether its car, if it is known here, takes nothing more. */
    public synchronized boolean isCarFull() {
        return car != null && car.isFull();
    }

    /** A plug goes in. Without a car, readings come from outside. */
    synchronized void plugIn(@Nullable Car plugged, long second) {
        long now = changing(second);
        if (at(now).isPluggedIn()) {
            throw new IllegalStateException(data.evseId() + " has something plugged in. Unplug it first");
        }
        sessionSecond = now;
        car = plugged;
        meteredSecond = now;
        sessionWattSeconds = 0;
        registerAtPlugInWh = registerWh;
        drawnPowerW = 0;
        mostDrawnPowerW = 0;
        add(now, new Living(now, true, defaultPowerW(), null, Long.MAX_VALUE, number++));
    }

    /** The plug comes out. */
    synchronized void unplug(long second) {
        long now = changing(second);
        advance(now);
        drawnPowerW = 0;
        car = null;
        add(now, new Living(now, false, defaultPowerW(), null, Long.MAX_VALUE, number++));
    }

    /** Lets its car, if it is known here, charge up to a second. */
    synchronized void advance(long second) {
        Car charging = car;
        if (charging == null || second <= meteredSecond) {
            return;
        }
        walk(meteredSecond, second, (from, to, powerW, source) -> {
            mostDrawnPowerW = Math.max(mostDrawnPowerW, charging.powerW(powerW));
            sessionWattSeconds += charging.charge(powerW, (double) (to - from));
        });
        meteredSecond = second;
        registerWh = registerAtPlugInWh + (long) (sessionWattSeconds / WATT_SECONDS_PER_WH);
        drawnPowerW = charging.powerW(powerLimitW(second));
        mostDrawnPowerW = Math.max(mostDrawnPowerW, drawnPowerW);
    }

    /** Takes a reading of a meter outside. */
    synchronized void meter(long readWh, int powerW) {
        if (car != null) {
            throw new IllegalStateException(data.evseId() + " meters its car by itself");
        }
        if (readWh < registerWh || powerW < 0) {
            throw new IllegalArgumentException("a reading of " + readWh + " Wh and " + powerW + " W at " + data.evseId()
                    + "; the register is at " + registerWh + " Wh and never goes back, and power is not negative");
        }
        registerWh = readWh;
        drawnPowerW = powerW;
        mostDrawnPowerW = Math.max(mostDrawnPowerW, powerW);
    }

    /** The most that was drawn since this was asked last, in W. */
    synchronized int takeMostDrawnPowerW() {
        int most = (int) Math.round(mostDrawnPowerW);
        mostDrawnPowerW = drawnPowerW;
        return most;
    }

    /**
     * A profile was sent to it.
     *
     * @param profile that {@link LimitProfile#require} lets through
     */
    synchronized Answered set(ChargingProfile profile, long second) {
        return follow(second, new LimitProfile(profile, data, sessionSecond));
    }

    /** The removal of its profile was sent to it. */
    synchronized Answered clear(long second) {
        Living newest = livings.getLast();
        boolean isThere = newest.profile() != null && newest.forgetSecond() > changing(second);
        boolean isTold = quirk == Quirk.NONE || quirk == Quirk.FULL_POWER || quirk == Quirk.REBOOTS;
        return !isThere && isTold ? new Answered(Outcome.NOTHING_THERE, second, -1) : follow(second, null);
    }

    private Answered follow(long second, @Nullable LimitProfile profile) {
        Outcome outcome = switch (quirk) {
            case REFUSES -> Outcome.REFUSES;
            case IGNORES -> Outcome.IGNORES;
            case LOST -> Outcome.LOST;
            case NONE, LATE, REBOOTS, FULL_POWER -> Outcome.FOLLOWS;
        };
        long now = changing(second);
        if (outcome != Outcome.FOLLOWS) {
            return new Answered(outcome, now, -1);
        }
        if (!at(now).isPluggedIn()) {
            return new Answered(Outcome.REFUSES, now, -1);
        }
        long from = now + (quirk == Quirk.LATE ? quirkSeconds : 0);
        forget(now);
        if (livings.size() >= MOST_REMEMBERED && livings.getLast().fromSecond() < from) {
            return new Answered(Outcome.TOO_OFTEN, now, -1);
        }
        var living = new Living(from, true, defaultPowerW(), profile, forgetSecondAfter(from), number++);
        add(now, living);
        return new Answered(outcome, from, living.number());
    }

    /** Whether it followed what was answered so: it is not overtaken by something that arrived, or happened, before. */
    synchronized boolean hasFollowed(Answered answered) {
        return livings.stream().anyMatch(living -> living.number() == answered.number());
    }

    /**
     * What it lives by, and will if nothing arrives, as a profile in W that begins at a second.
     *
     * @param seconds how far ahead
     */
    synchronized ActiveChargingProfile active(long second, int seconds) {
        var periods = new ArrayList<ChargingProfilePeriod>();
        walk(second, second + seconds, (from, to, powerW, source) -> {
            BigDecimal limit = BigDecimal.valueOf(powerW);
            if (periods.isEmpty() || periods.getLast().limit().compareTo(limit) != 0) {
                periods.add(new ChargingProfilePeriod((int) (from - second), limit));
            }
        });
        Instant start = Instant.ofEpochSecond(second);
        return new ActiveChargingProfile(
                start, new ChargingProfile(start, seconds, ChargingRateUnit.W, null, List.copyOf(periods)));
    }

    private int defaultPowerW() {
        return data.counted(quirk == Quirk.FULL_POWER ? data.ratedPowerW() : data.defaultPowerW());
    }

    private long forgetSecondAfter(long second) {
        if (quirk != Quirk.REBOOTS) {
            return Long.MAX_VALUE;
        }
        return second < rebootSecond
                ? rebootSecond
                : rebootSecond + ((second - rebootSecond) / quirkSeconds + 1) * quirkSeconds;
    }

    /** Changes are in order; one that is told late counts from the last one on. */
    private long changing(long second) {
        return Math.max(second, changedSecond);
    }

    private void add(long now, Living living) {
        changedSecond = now;
        // what was on its way is overtaken
        while (livings.getLast().fromSecond() > now || livings.getLast().fromSecond() == living.fromSecond()) {
            livings.removeLast();
        }
        livings.add(living);
        forget(now);
    }

    private void forget(long now) {
        long needed = Math.min(now - REMEMBERED_SECONDS, car == null ? Long.MAX_VALUE : meteredSecond);
        while (livings.size() > 1 && livings.get(1).fromSecond() <= needed) {
            livings.removeFirst();
        }
    }

    private Living at(long second) {
        int i = livings.size() - 1;
        while (i > 0 && livings.get(i).fromSecond() > second) {
            i--;
        }
        return livings.get(i);
    }

    private synchronized void walk(long fromSecond, long toSecond, LimitProfile.Pieces pieces) {
        if (fromSecond < livings.getFirst().fromSecond()) {
            throw new IllegalArgumentException("the second " + fromSecond + " is asked for; " + data.evseId()
                    + " remembers what it lived by from " + livings.getFirst().fromSecond() + " on");
        }
        for (int i = 0; i < livings.size(); i++) {
            Living living = livings.get(i);
            long next = i + 1 < livings.size() ? livings.get(i + 1).fromSecond() : Long.MAX_VALUE;
            long from = Math.max(fromSecond, living.fromSecond());
            long to = Math.min(toSecond, next);
            if (from < to) {
                walk(living, from, to, pieces);
            }
        }
    }

    private static void walk(Living living, long fromSecond, long toSecond, LimitProfile.Pieces pieces) {
        LimitProfile profile = living.profile();
        if (!living.isPluggedIn()) {
            pieces.piece(fromSecond, toSecond, 0, LimitSource.UNPLUGGED);
        } else if (profile == null) {
            pieces.piece(fromSecond, toSecond, living.defaultPowerW(), LimitSource.DEFAULT);
        } else {
            long begin = Math.clamp(profile.startSecond(), fromSecond, toSecond);
            long end = Math.clamp(Math.min(profile.endSecond(), living.forgetSecond()), begin, toSecond);
            if (fromSecond < begin) {
                pieces.piece(fromSecond, begin, living.defaultPowerW(), LimitSource.DEFAULT);
            }
            profile.walk(begin, end, pieces);
            if (end < toSecond) {
                pieces.piece(end, toSecond, living.defaultPowerW(), LimitSource.DEFAULT);
            }
        }
    }
}

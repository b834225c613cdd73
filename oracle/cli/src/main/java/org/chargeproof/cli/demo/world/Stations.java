package org.chargeproof.cli.demo.world;

import java.util.ArrayList;
import java.util.List;
import org.chargeproof.oracle.backend.SetpointBackend.Period;
import org.chargeproof.oracle.backend.SetpointBackend.Setpoint;
import org.chargeproof.oracle.backend.SetpointBackend.Source;
import org.chargeproof.oracle.backend.SetpointBackend.TimestepSetpoints;
import org.jspecify.annotations.Nullable;

/**
 * One operator's charge points, which know nothing but what was handed over to them: a setpoint from its start until its validity ends,
 * what they were told for silence after that, and nothing before the first one. Used by several threads.
 */
public final class Stations {
    private static final int KEPT = 8;

    private final List<Told> told = new ArrayList<>();

    /**
     * What came, and when.
     *
     * @param sinceSeconds unix seconds; before it nobody knew
     */
    private record Told(TimestepSetpoints setpoints, long sinceSeconds) {
        boolean holdsAt(long second) {
            return sinceSeconds <= second
                    && setpoints.startSeconds() <= second
                    && second < setpoints.validUntilSeconds();
        }

        @Nullable
        Setpoint of(int chargePoint) {
            for (Setpoint setpoint : setpoints.setpoints()) {
                if (setpoint.chargePoint() == chargePoint) {
                    return setpoint;
                }
            }
            return null;
        }
    }

    /** Takes what is handed over; what comes last for a timestep counts from then on. */
    synchronized void take(TimestepSetpoints setpoints, long nowSeconds) {
        told.add(new Told(setpoints, nowSeconds));
        if (told.size() > KEPT) {
            told.removeFirst();
        }
    }

    /** The most that a charge point draws in a second of block time, W. */
    public synchronized int powerW(int chargePoint, long second) {
        Told over = null;
        for (Told candidate : told.reversed()) {
            if (candidate.holdsAt(second)) {
                Setpoint setpoint = candidate.of(chargePoint);
                return setpoint == null ? 0 : powerW(setpoint, second - candidate.setpoints.startSeconds());
            }
            boolean wasBefore = candidate.sinceSeconds <= second && candidate.setpoints.validUntilSeconds() <= second;
            if (wasBefore
                    && (over == null || over.setpoints.validUntilSeconds() < candidate.setpoints.validUntilSeconds())) {
                over = candidate;
            }
        }
        Setpoint setpoint = over == null ? null : over.of(chargePoint);
        return setpoint == null ? 0 : setpoint.afterValidityPowerW();
    }

    private static int powerW(Setpoint setpoint, long secondOfTimestep) {
        if (setpoint.periods().isEmpty()) {
            return setpoint.powerW();
        }
        return setpoint.periods().stream()
                .filter(p -> p.fromSecond() <= secondOfTimestep && secondOfTimestep < p.toSecond())
                .mapToInt(Period::powerW)
                .sum();
    }

    /**
     * The most that a charge point draws in a timestep, Wh.
     *
     * @param stepsPerHour timesteps in an hour of energy, however short the ledger's are
     */
    synchronized int energyWh(int chargePoint, long startSeconds, long endSeconds, int stepsPerHour) {
        for (Told candidate : told.reversed()) {
            if (candidate.setpoints.startSeconds() == startSeconds && candidate.sinceSeconds <= startSeconds) {
                // known from the start: no second's rounding
                Setpoint setpoint = candidate.of(chargePoint);
                return setpoint == null ? 0 : setpoint.powerW() / stepsPerHour;
            }
        }
        long wattSeconds = 0;
        for (long second = startSeconds; second < endSeconds; second++) {
            wattSeconds += powerW(chargePoint, second);
        }
        return (int) (wattSeconds / ((endSeconds - startSeconds) * stepsPerHour));
    }

    /** Where the setpoints of a timestep came from; null when none were handed over. */
    synchronized @Nullable Source source(int timestep) {
        return told.reversed().stream()
                .map(Told::setpoints)
                .filter(setpoints -> setpoints.timestep() == timestep)
                .map(TimestepSetpoints::source)
                .findFirst()
                .orElse(null);
    }
}

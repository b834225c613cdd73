package org.chargeproof.api;

import org.chargeproof.protocol.ledger.ChargePoint;
import org.chargeproof.view.follow.NetworkTracker.Snapshot;

/**
 * What fits into a stay at a charge point, as {@code ICharging.request} counts it and as plans do.
 *
 * @param firstTimestep that the car could be planned for
 * @param departureTimestep that the departure is in; plans count up to its start
 * @param mostWh that may be asked for: rated power by the second, from the newest block, or for a reservation from its first timestep
 * @param plannedMostWh the same in whole timesteps, which is all that a plan can promise; 0 where no plan decides
 */
record Stay(int chargePoint, int firstTimestep, int departureTimestep, long mostWh, long plannedMostWh) {
    /** As in the contract. */
    private static final long MOST_ENERGY_WH = 1 << 20;

    /**
     * Of a car at a charge point.
     *
     * @param arrivalSeconds 0 for a car that is there
     */
    static Stay of(Snapshot s, ChargePoint chargePoint, long arrivalSeconds, long departureSeconds) {
        var p = s.parameters();
        int first = firstTimestep(s);
        boolean isThere = arrivalSeconds <= p.startOf(first);
        long arrival = isThere ? first : Math.ceilDiv(arrivalSeconds, (long) p.timestepSeconds());
        long startSeconds = isThere ? s.processed().timestampSeconds() : arrival * p.timestepSeconds();
        long departure = departureSeconds / p.timestepSeconds();
        long ratedWh = chargePoint.ratedPowerW() / p.stepsPerHour();
        return new Stay(
                chargePoint.id(),
                timestep(arrival),
                timestep(departure),
                atMost(ratedWh * Math.max(0, departureSeconds - startSeconds) / p.timestepSeconds()),
                atMost(ratedWh * Math.max(0, departure - arrival)));
    }

    /** The first timestep that a request of the next block is planned for, unless a gate closes before it. */
    static int firstTimestep(Snapshot s) {
        return s.parameters().firstTimestepAt(s.processed().timestampSeconds());
    }

    /** Whether a plan decides about it; otherwise interim power alone serves it. */
    boolean isPlanned() {
        return departureTimestep > firstTimestep;
    }

    /**
     * The least that is taken unless the driver says it: all of it, as far as a plan can promise so much. What does not fit into whole
     * timesteps would have the rest refused.
     */
    int leastWh(int energyWh, boolean joins) {
        return joins && isPlanned() ? (int) Math.min(energyWh, Math.max(1, plannedMostWh)) : energyWh;
    }

    /** Refuses what the contract takes, and every plan must refuse. @throws ProblemException with what to ask for instead */
    void requirePossible(int leastWh, boolean joins) {
        if (!isPlanned() || leastWh <= plannedMostWh) {
            return;
        }
        throw new ProblemException(
                ProblemException.UNPROCESSABLE,
                (joins ? "leastEnergyWh is " : "energyWh, which a driver that does not join takes all of, is ")
                        + leastWh
                        + "; a plan promises what fits into whole timesteps, and at charge point " + chargePoint
                        + " that is at most " + plannedMostWh + " by then. "
                        + (joins ? "Take less as an answer, or leave later" : "Ask for less, leave later, or join"));
    }

    /** What is far behind every stay that the contract takes may be nearer. */
    private static int timestep(long number) {
        return (int) Math.min(Integer.MAX_VALUE, number);
    }

    private static long atMost(long wh) {
        return Math.min(MOST_ENERGY_WH, wh);
    }
}

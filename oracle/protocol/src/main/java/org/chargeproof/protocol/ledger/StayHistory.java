package org.chargeproof.protocol.ledger;

import java.util.ArrayDeque;

/**
 * How the newest stays of a group turned out against what was stated, and the *pace* that follows from them: how many times as fast as evenly
 * over the stated stay cars would have to charge so that hardly anybody who leaves early leaves without. Rules in docs/reference/inputs.md,
 * "Pace". Read by everybody, changed by the fold only.
 */
public final class StayHistory {
    /** Enough to tell habits from chance, and few enough to forget them within weeks. */
    static final int MOST_STAYS = 32;

    static final int LEAST_PACE_PERCENT = 100;
    static final int MOST_PACE_PERCENT = 500;
    private static final int PACE_STEP = 10;

    /** Of the energy wanted, one part of so many may be out of reach that the greatest pace would have reached. */
    private static final int TOLERANCE = 500;

    /** A car whose last limit over the whole stay comes to less than this part of what it was promised wants no more. */
    private static final int FULL = 16;

    final ArrayDeque<Stay> stays = new ArrayDeque<>();
    private int pacePercent = LEAST_PACE_PERCENT;

    /**
     * A stay that is over.
     *
     * @param promisedWh above 0
     * @param wantedWh of the promise: all of it, unless the car was full before it left
     * @param statedSteps timesteps from the first in which it could charge to the stated departure, above 0
     * @param keptSteps of these, those in which the car was there
     */
    record Stay(int promisedWh, int wantedWh, int statedSteps, int keptSteps) {
        /** Whether a session could have such a stay. */
        boolean isPossible() {
            return promisedWh > 0
                    && wantedWh >= 0
                    && wantedWh <= promisedWh
                    && statedSteps > 0
                    && keptSteps >= 0
                    && keptSteps <= statedSteps;
        }

        /** What it would have had by the time it left, in Wh, of what it wanted. */
        private long servedWh(int pacePercent) {
            return Math.min(wantedWh, (long) promisedWh * pacePercent * keptSteps / (100L * statedSteps));
        }
    }

    /** A session is over. Who takes full power, or was promised nothing, says nothing about its habits. */
    void add(Session session) {
        int first = Math.max(session.acceptedTimestep, session.arrivalTimestep());
        int statedSteps = session.departureTimestep() - first;
        if (!session.accepted || !session.joins() || session.promisedWh == 0 || statedSteps <= 0) {
            return;
        }
        int limitWh = session.learnedLimitWh;
        boolean isFull = limitWh > 0 && (long) FULL * limitWh * statedSteps < session.promisedWh;
        add(new Stay(
                session.promisedWh,
                isFull ? (int) Math.min(session.promisedWh, session.deliveredWh) : session.promisedWh,
                statedSteps,
                Math.clamp(session.endedTimestep + 1L - first, 0, statedSteps)));
    }

    void add(Stay stay) {
        stays.addLast(stay);
        if (stays.size() > MOST_STAYS) {
            stays.removeFirst();
        }
        pacePercent = find();
    }

    void clear() {
        stays.clear();
        pacePercent = LEAST_PACE_PERCENT;
    }

    /** How many stays are remembered, at most 32. */
    public int count() {
        return stays.size();
    }

    /** 100 where people stay as long as they say, at most 500. */
    public int pacePercent() {
        return pacePercent;
    }

    private int find() {
        long mostWh = 0;
        long wantedWh = 0;
        for (Stay stay : stays) {
            mostWh += stay.servedWh(MOST_PACE_PERCENT);
            wantedWh += stay.wantedWh;
        }
        int pace = LEAST_PACE_PERCENT;
        while (pace < MOST_PACE_PERCENT && (mostWh - servedWh(pace)) * TOLERANCE > wantedWh) {
            pace += PACE_STEP;
        }
        return pace;
    }

    private long servedWh(int pace) {
        long servedWh = 0;
        for (Stay stay : stays) {
            servedWh += stay.servedWh(pace);
        }
        return servedWh;
    }
}

package org.chargeproof.oracle.backend;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the operator's own system tells of its charge points: what its sessions have taken so far, and which are over. The oracle asks with
 * each block; systems tell at any time, on threads of their own.
 */
public interface ChargePointFeed {
    /** A charge point of this operator, as it is registered. */
    record Point(int id, String evseId, int ratedPowerW, int minPowerW) {}

    /**
     * What was told of one charging session, in the system's own numbering.
     *
     * @param energyWh taken since it began
     * @param startedSeconds when it began, unix seconds
     * @param toldSeconds up to when that is so, unix seconds
     * @param over the car is gone
     */
    record Told(String session, long startedSeconds, long energyWh, long toldSeconds, boolean over) {}

    /**
     * What is known of one charge point.
     *
     * @param status OCPI 2.2.1, 8.4.22, by its number on chain
     * @param sessions those whose end is not on record yet, oldest first
     */
    record News(int chargePoint, int status, List<Told> sessions) {
        /** The same list, unchangeable. */
        public News {
            sessions = List.copyOf(sessions);
        }
    }

    /**
     * The oracle has read a block.
     *
     * @param points all charge points of this operator
     * @param nowSeconds time of the block
     */
    void follow(List<Point> points, long nowSeconds);

    /** What is known of each charge point that anything was told of, in the order of their ids. */
    List<News> news();

    /** Whether what went on while the oracle was not there was asked for, as far as anybody answers. */
    boolean isReady();

    /** Whether something was told since {@link #news} was asked for. */
    boolean hasNews();

    /** Charge points that have taken setpoints over beside the handover, by timestep; each is told once. */
    Map<Integer, Set<Integer>> appliedSince();

    /** The end of a session is on record: nobody asks for it any more. */
    void settled(int chargePoint, String session);
}

package org.chargeproof.view.verify;

import java.util.List;

/**
 * Why the sessions of a group get the power that they get in one timestep.
 *
 * @param timestep the first one of the plan
 * @param figures what binds all of them
 * @param sessions that are there, ascending by charge point
 */
public record GroupReasons(int timestep, Figures figures, List<OfSession> sessions) {

    /**
     * What a group's limit is, and who has it, in W on average over the timestep.
     *
     * @param limitW of all that the group takes
     * @param otherLoadW of it, kept for other equipment, less the PV that somebody warrants: below 0 when that is more
     * @param roomW left to the cars that join, after cars that do not and what is kept so that cars at their least power may take turns
     * @param groupW what the cars that join take
     */
    public record Figures(int group, int limitW, int otherLoadW, int roomW, int groupW) {}

    /**
     * Why one session gets what it gets.
     *
     * @param others how many other sessions charge in this timestep
     * @param leaveEarlier how many of these leave before this one
     */
    public record OfSession(int session, PowerReason reason, int others, int leaveEarlier) {}
}

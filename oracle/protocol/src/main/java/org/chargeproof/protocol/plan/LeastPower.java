package org.chargeproof.protocol.plan;

import java.util.List;
import org.chargeproof.planner.GroupInput;
import org.chargeproof.protocol.ledger.GroupPolicy;

/**
 * Up to which multiple of the least peak a group has to charge for its cars to run at their least power without a break: below it they would
 * run for a part of each timestep, and start anew in the next. Rules in docs/reference/inputs.md, "Without a break".
 */
final class LeastPower {
    private LeastPower() {}

    /**
     * The multiple.
     *
     * @param sessions of one group's input
     * @return in percent, at most {@link GroupPolicy#MOST_PEAK_PERCENT}; 0 where no car has a least power, or nothing is wanted
     */
    static int peakPercent(List<GroupInput.Session> sessions) {
        var byDeparture = new long[InputBuilder.HORIZON_STEPS + 1];
        int leastWh = 0;
        for (GroupInput.Session session : sessions) {
            if (session.joins() && session.departureStep() > 0) {
                leastWh = Math.max(leastWh, session.minWhPerStep());
                byDeparture[session.departureStep()] += session.energyWh();
            }
        }
        // the least peak is at least what has to be charged by any departure, evenly
        long energyWh = 0;
        long levelWh = 0;
        for (int step = 1; step < byDeparture.length; step++) {
            energyWh += byDeparture[step];
            levelWh = Math.max(levelWh, Math.ceilDiv(energyWh, step));
        }
        return levelWh == 0 ? 0 : (int) Math.min(GroupPolicy.MOST_PEAK_PERCENT, Math.ceilDiv(100L * leastWh, levelWh));
    }
}

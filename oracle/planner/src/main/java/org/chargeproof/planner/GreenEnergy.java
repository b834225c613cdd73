package org.chargeproof.planner;

import java.util.ArrayList;
import java.util.List;

/** Who charged what PV left over: step 7 of {@code docs/reference/planner-encoding.md}, "What is computed". */
final class GreenEnergy {

    private GreenEnergy() {}

    /**
     * Cumulative rounding: shares add up exactly, and each is within 1 Wh of pro rata.
     *
     * @return one share for each metered session, in their order
     */
    static List<Plan.Green> attribute(GroupInput.Settlement settlement) {
        if (settlement.sessions().isEmpty()) {
            return List.of();
        }
        long totalWh = 0;
        for (GroupInput.MeteredSession session : settlement.sessions()) {
            totalWh += session.energyWh();
        }
        long surplusWh = Math.max(0, (long) settlement.measuredPvWh() - settlement.measuredLoadWh());
        long greenWh = Math.min(totalWh, surplusWh);
        List<Plan.Green> shares = new ArrayList<>(settlement.sessions().size());
        long meteredWh = 0;
        long givenWh = 0;
        for (GroupInput.MeteredSession session : settlement.sessions()) {
            meteredWh += session.energyWh();
            long dueWh = totalWh == 0 ? 0 : greenWh * meteredWh / totalWh;
            shares.add(new Plan.Green(session.sessionId(), (int) (dueWh - givenWh)));
            givenWh = dueWh;
        }
        return shares;
    }
}

package org.chargeproof.site.battery;

import org.chargeproof.site.flow.FlowNetwork;
import org.chargeproof.site.flow.Served;

/**
 * A battery without losses and the sessions of a group as one network of flows: energy enters in steps, and leaves in sessions and in
 * what the battery stores at the end. Exact; see docs/how-to/batteries-and-phases.md.
 */
final class LosslessStorage {
    private LosslessStorage() {}

    /**
     * Finds the schedule of the battery in an optimum.
     *
     * @return what it takes, below 0 for what it gives, T values
     * @throws Infeasible if it cannot store at the end what it is to
     */
    static int[] batteryWh(Served served, Battery battery) throws Infeasible {
        int steps = served.steps();
        int maxTakenWh = Math.min(battery.maxChargeWhPerStep(), battery.capacityWh());
        int maxGivenWh = Math.min(battery.maxDischargeWhPerStep(), battery.capacityWh());
        var network = new FlowNetwork();
        var flat = new FlatInflow(network);
        int[] usage = new int[steps];
        int[] charging = new int[steps];
        int[] discharging = new int[steps];
        int store = network.addNode(battery.storedWh());
        for (int t = 0; t < steps; t++) {
            // what the battery could give to other load leaves here, and what it does not give of it is let in
            int entry = network.addNode(-maxGivenWh);
            flat.addStep(entry, served.baseWh()[t] - maxGivenWh, served.capWh()[t] + maxGivenWh);
            usage[t] = network.addNode(0);
            network.addArc(entry, usage[t], served.capWh()[t]);
            charging[t] = network.addArc(usage[t], store, maxTakenWh);
            discharging[t] = network.addArc(store, entry, maxGivenWh);
            // the last one lacks what is not stored at the end, and may be given all but the least
            int next = network.addNode(t < steps - 1 ? 0 : -battery.capacityWh());
            network.addArc(store, next, battery.capacityWh());
            store = next;
        }
        flat.addUnleveled(store, battery.capacityWh() - battery.minStoredAtEndWh());
        for (var demand : served.demands()) {
            int session = network.addNode(-demand.energyWh());
            for (int t = 0; t < demand.departureStep(); t++) {
                network.addArc(usage[t], session, demand.mostWh(t));
            }
        }
        flat.solve();
        int[] batteryWh = new int[steps];
        for (int t = 0; t < steps; t++) {
            batteryWh[t] = network.flowWh(charging[t]) - network.flowWh(discharging[t]);
        }
        return batteryWh;
    }
}

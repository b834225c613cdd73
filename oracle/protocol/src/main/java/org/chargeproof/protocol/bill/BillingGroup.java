package org.chargeproof.protocol.bill;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** A group as bills see it: what its other equipment took, what its PV gave, and its plugs, also such as are no more. */
final class BillingGroup {
    /** Wh in one timestep. */
    record Report(int loadWh, int pvWh) {}

    final int id;
    final int operator;
    int limitW;
    final TreeMap<Integer, Report> reports = new TreeMap<>();
    final List<Plug> plugs = new ArrayList<>();

    BillingGroup(int id, int operator, int limitW) {
        this.id = id;
        this.operator = operator;
        this.limitW = limitW;
    }

    /** What was reported of a timestep; what nobody reported counts as nothing. */
    Report report(int timestep) {
        return reports.getOrDefault(timestep, NOTHING);
    }

    private static final Report NOTHING = new Report(0, 0);

    /** Forgets what no bill of a stay that begins in a timestep or later depends on. */
    void forgetBefore(int timestep) {
        reports.headMap(timestep).clear();
        plugs.forEach(plug -> plug.forgetBefore(timestep));
        plugs.removeIf(plug -> plug.removed
                && plug.sessions.isEmpty()
                && plug.readings.tailMap(timestep).isEmpty());
    }
}

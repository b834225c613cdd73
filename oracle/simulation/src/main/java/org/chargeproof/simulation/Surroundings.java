package org.chargeproof.simulation;

import java.time.LocalDateTime;
import org.chargeproof.simulation.scenario.TypicalYear;
import org.jspecify.annotations.Nullable;

/**
 * What there is around the charge points of one group: its limit, other equipment behind the same cabinet, PV.
 *
 * @param limitW what charging may take at most, beside other equipment
 * @param pvKwp peak power of the group's PV, 0 for none
 * @param pv kW per kWp
 * @param load kW of other equipment; null for none
 * @param maxLoadW the most that other equipment takes on any day of the year
 */
record Surroundings(
        int limitW, double pvKwp, TypicalYear pv, @Nullable TypicalYear load, int maxLoadW) {
    Surroundings(int limitW, double pvKwp, TypicalYear pv, @Nullable TypicalYear load) {
        this(limitW, pvKwp, pv, load, load == null ? 0 : (int) Math.ceil(load.maxKw() * 1000));
    }

    /** What the cabinet carries: charging and other equipment. */
    int capacityW() {
        return limitW + maxLoadW;
    }

    int loadWh(LocalDateTime moment) {
        return load == null ? 0 : (int) (load.kwAt(moment) * 1000 / Site.STEPS_PER_HOUR);
    }

    int pvWh(LocalDateTime moment) {
        return (int) (pvKwp * pv.kwAt(moment) * 1000 / Site.STEPS_PER_HOUR);
    }
}

package org.chargeproof.simulation;

import java.time.LocalDateTime;
import org.chargeproof.scenario.TypicalYear;
import org.jspecify.annotations.Nullable;

/**
 * What there is around the charge points of one group: its limit, other equipment behind the same cabinet, PV.
 *
 * @param limitW what charging may take at most, beside other equipment
 * @param pvKwp peak power of the group's PV, 0 for none
 * @param pv kW per kWp
 * @param load kW of other equipment; null for none
 */
record Surroundings(
        int limitW, double pvKwp, TypicalYear pv, @Nullable TypicalYear load) {
    /** The most that other equipment takes on any day of the year. */
    int mostLoadW() {
        if (load == null) {
            return 0;
        }
        double most = 0;
        LocalDateTime moment = LocalDateTime.of(2001, 1, 1, 0, 0);
        for (int hour = 0; hour < 24 * 365; hour++) {
            most = Math.max(most, load.kwAt(moment.plusHours(hour)));
        }
        return (int) Math.ceil(most * 1000);
    }

    int loadWh(LocalDateTime moment) {
        return load == null ? 0 : (int) (load.kwAt(moment) * 1000 / Site.STEPS_PER_HOUR);
    }

    int pvWh(LocalDateTime moment) {
        return (int) (pvKwp * pv.kwAt(moment) * 1000 / Site.STEPS_PER_HOUR);
    }
}

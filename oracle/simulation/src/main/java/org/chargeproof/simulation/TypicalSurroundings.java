package org.chargeproof.simulation;

import java.time.LocalDateTime;
import org.chargeproof.protocol.ledger.LedgerEvent.ForecastStep;
import org.chargeproof.simulation.scenario.TypicalYear;
import org.jspecify.annotations.Nullable;

/**
 * Surroundings from typical years. What is forecast is what there was the day before.
 *
 * @param start the moment of step 0
 * @param chargingW what charging may take at most, beside other equipment
 * @param pvKwp peak power of the group's PV, 0 for none
 * @param pv kW per kWp
 * @param load kW of other equipment; null for none
 * @param maxLoadW the most that other equipment takes on any day of the year
 */
record TypicalSurroundings(
        LocalDateTime start,
        int chargingW,
        double pvKwp,
        TypicalYear pv,
        @Nullable TypicalYear load,
        int maxLoadW) implements Surroundings {
    TypicalSurroundings(Site site, int chargingW, double pvKwp, TypicalYear pv, @Nullable TypicalYear load) {
        this(site.start(), chargingW, pvKwp, pv, load, load == null ? 0 : (int) Math.ceil(load.maxKw() * 1000));
    }

    /** As {@link TypicalYear#clearSky} without PV and other equipment. */
    static TypicalSurroundings none(Site site, int chargingW) {
        return new TypicalSurroundings(site, chargingW, 0, TypicalYear.clearSky(), null);
    }

    @Override
    public int capacityW() {
        return chargingW + maxLoadW;
    }

    @Override
    public boolean areReported() {
        return pvKwp > 0 || load != null;
    }

    @Override
    public int loadWh(int step) {
        return load == null ? 0 : (int) (load.kwAt(momentOf(step)) * 1000 / Site.STEPS_PER_HOUR);
    }

    @Override
    public int pvWh(int step) {
        return (int) (pvKwp * pv.kwAt(momentOf(step)) * 1000 / Site.STEPS_PER_HOUR);
    }

    @Override
    public ForecastStep forecast(int step) {
        int dayBefore = step - Site.STEPS_PER_DAY;
        int reservedWh = Math.ceilDiv(maxLoadW, Site.STEPS_PER_HOUR);
        return new ForecastStep(loadWh(dayBefore), reservedWh, pvWh(dayBefore), 0);
    }

    private LocalDateTime momentOf(int step) {
        return start.plusSeconds((long) step * Site.STEP_SECONDS);
    }
}

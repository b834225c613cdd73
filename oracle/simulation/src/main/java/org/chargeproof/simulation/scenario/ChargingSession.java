package org.chargeproof.simulation.scenario;

import java.time.Duration;
import java.time.LocalDateTime;

/**
 * A session as somebody recorded it.
 *
 * @param group name of the group of charge points, such as a garage or a site
 * @param user pseudonym of the driver, as the file has it
 * @param deliveredWh what the car took
 * @param wantedWh what its driver asked for; what it took, where nobody asked
 * @param departure what its driver stated; the real one, where nobody asked
 */
public record ChargingSession(
        String group,
        String evse,
        String user,
        LocalDateTime plugIn,
        LocalDateTime plugOut,
        int deliveredWh,
        int wantedWh,
        LocalDateTime departure) {

    /** From plug-in to plug-out. */
    public long staySeconds() {
        return Duration.between(plugIn, plugOut).toSeconds();
    }

    /** Mean power between plug-in and plug-out. */
    public double meanPowerW() {
        return deliveredWh * 3600.0 / Math.max(1, staySeconds());
    }
}

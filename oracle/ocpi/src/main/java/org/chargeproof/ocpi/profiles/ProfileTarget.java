package org.chargeproof.ocpi.profiles;

import java.util.function.Consumer;
import org.chargeproof.ocpi.model.ActiveChargingProfileResult;
import org.chargeproof.ocpi.model.ChargingProfile;
import org.chargeproof.ocpi.model.ChargingProfileResponse;
import org.chargeproof.ocpi.model.ChargingProfileResultType;

/**
 * An operator's charge points. Each method answers at once; the result is handed over later, from any thread, once, if the answer was
 * ACCEPTED.
 */
public interface ProfileTarget {
    /** A profile is set. */
    ChargingProfileResponse set(
            String partner, String sessionId, ChargingProfile profile, Consumer<ChargingProfileResultType> result);

    /** The profile is removed. */
    ChargingProfileResponse clear(String partner, String sessionId, Consumer<ChargingProfileResultType> result);

    /** The profile that the charge point lives by is asked for, so many seconds ahead. */
    ChargingProfileResponse active(
            String partner, String sessionId, int seconds, Consumer<ActiveChargingProfileResult> result);
}

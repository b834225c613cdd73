package org.chargeproof.ocpi.sessions;

import java.util.Optional;
import org.chargeproof.ocpi.http.ObjectList;
import org.chargeproof.ocpi.model.ChargingPreferences;
import org.chargeproof.ocpi.model.ChargingPreferencesResponse;
import org.chargeproof.ocpi.model.Session;

/** Has sessions, and hears what their drivers wish. */
public interface SessionSource extends ObjectList.Source<Session> {
    /**
     * A driver wishes something.
     *
     * @param partner who says so
     * @return whether it is possible; empty when the partner knows no such session, or its EVSE takes no preferences
     */
    Optional<ChargingPreferencesResponse> prefer(String partner, String sessionId, ChargingPreferences preferences);
}

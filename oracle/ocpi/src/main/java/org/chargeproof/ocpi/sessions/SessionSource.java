package org.chargeproof.ocpi.sessions;

import java.util.Optional;
import org.chargeproof.ocpi.http.Page;
import org.chargeproof.ocpi.model.ChargingPreferences;
import org.chargeproof.ocpi.model.ChargingPreferencesResponse;
import org.chargeproof.ocpi.model.Session;

/** Has sessions, and hears what their drivers wish. */
public interface SessionSource {
    /** The sessions that a partner may know, oldest first, by the time of their last change. */
    Page<Session> page(String partner, Page.Filter filter);

    /**
     * A driver wishes something.
     *
     * @param partner who says so
     * @return whether it is possible; empty when the partner knows no such session, or its EVSE takes no preferences
     */
    Optional<ChargingPreferencesResponse> prefer(String partner, String sessionId, ChargingPreferences preferences);
}

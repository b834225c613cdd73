package org.chargeproof.ocpi.sessions;

import org.chargeproof.ocpi.http.PartyId;
import org.chargeproof.ocpi.model.Session;
import org.jspecify.annotations.Nullable;

/** Hears of sessions. Ids are unique for one operator alone, and without regard to case. */
public interface SessionSink {
    /** A session as it was put last; null when it is unknown. */
    @Nullable
    Session find(String partner, PartyId operator, String id);

    /**
     * A session began or changed. It is on disk, if it is to be, when this returns.
     *
     * @param partner who pushed it
     * @return whether it is new
     * @throws org.chargeproof.ocpi.http.OcpiException to refuse it, such as for an unknown location
     */
    boolean put(String partner, PartyId operator, Session session);
}

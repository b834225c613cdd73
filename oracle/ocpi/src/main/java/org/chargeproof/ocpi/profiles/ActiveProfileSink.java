package org.chargeproof.ocpi.profiles;

import org.chargeproof.ocpi.model.ActiveChargingProfile;

/** Hears when the profile changes that a charge point lives by. */
@FunctionalInterface
public interface ActiveProfileSink {
    /**
     * It has changed.
     *
     * @param partner who says so
     * @param sessionId unique with this operator alone
     * @throws org.chargeproof.ocpi.http.OcpiException to refuse it, such as for an unknown session
     */
    void changed(String partner, String sessionId, ActiveChargingProfile profile);
}

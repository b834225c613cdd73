package org.chargeproof.ocpi.tariffs;

import org.chargeproof.ocpi.http.ObjectSink;
import org.chargeproof.ocpi.http.PartyId;
import org.chargeproof.ocpi.model.Tariff;

/** Hears of tariffs. */
public interface TariffSink extends ObjectSink<Tariff> {
    /** A tariff is not used any more, and will not be. */
    void remove(String partner, PartyId operator, String id);
}

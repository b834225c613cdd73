package org.chargeproof.ocpi.tariffs;

import org.chargeproof.ocpi.http.PartyId;
import org.chargeproof.ocpi.model.Tariff;
import org.jspecify.annotations.Nullable;

/** Hears of tariffs. Ids are unique for one operator alone, and without regard to case. */
public interface TariffSink {
    /** A tariff as it was put last; null when it is unknown. */
    @Nullable
    Tariff find(String partner, PartyId operator, String id);

    /**
     * A tariff is new or has changed. It is on disk, if it is to be, when this returns.
     *
     * @return whether it is new
     * @throws org.chargeproof.ocpi.http.OcpiException to refuse it
     */
    boolean put(String partner, PartyId operator, Tariff tariff);

    /** A tariff is not used any more, and will not be. */
    void remove(String partner, PartyId operator, String id);
}

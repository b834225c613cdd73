package org.chargeproof.ocpi.tariffs;

import org.chargeproof.ocpi.http.ObjectList;
import org.chargeproof.ocpi.model.ModuleId;
import org.chargeproof.ocpi.model.Tariff;

/** The sender's side of tariffs: a list (OCPI 2.2.1, 11.2.1). */
public final class TariffsSender extends ObjectList<Tariff> {
    /** Tells of tariffs. */
    public TariffsSender(Source<Tariff> source) {
        super(ModuleId.TARIFFS, false, source);
    }
}

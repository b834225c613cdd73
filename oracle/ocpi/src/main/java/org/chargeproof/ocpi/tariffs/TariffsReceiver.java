package org.chargeproof.ocpi.tariffs;

import org.chargeproof.ocpi.http.Call;
import org.chargeproof.ocpi.http.PartyId;
import org.chargeproof.ocpi.http.PushedObjects;
import org.chargeproof.ocpi.model.ModuleId;
import org.chargeproof.ocpi.model.Tariff;
import org.jspecify.annotations.Nullable;

/** The receiver's side of tariffs (OCPI 2.2.1, 11.2.2): {@code COUNTRY/PARTY/TARIFF}. */
public final class TariffsReceiver extends PushedObjects<Tariff> {
    private final TariffSink sink;

    /** Tells of tariffs. */
    public TariffsReceiver(TariffSink sink) {
        super(ModuleId.TARIFFS, Tariff.class, "GET", "PUT", "DELETE");
        this.sink = sink;
    }

    @Override
    protected @Nullable Tariff find(Call call, PartyId operator, String id) {
        return sink.find(call.caller().partner(), operator, id);
    }

    @Override
    protected boolean put(Call call, PartyId operator, Tariff tariff) {
        return sink.put(call.caller().partner(), operator, tariff);
    }

    @Override
    protected void remove(Call call, PartyId operator, Tariff tariff) {
        sink.remove(call.caller().partner(), operator, tariff.id());
    }
}

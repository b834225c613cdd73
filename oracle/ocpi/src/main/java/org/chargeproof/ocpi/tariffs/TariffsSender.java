package org.chargeproof.ocpi.tariffs;

import org.chargeproof.ocpi.http.Answer;
import org.chargeproof.ocpi.http.Call;
import org.chargeproof.ocpi.http.OcpiException;
import org.chargeproof.ocpi.http.OcpiModule;
import org.chargeproof.ocpi.http.Page;
import org.chargeproof.ocpi.model.InterfaceRole;
import org.chargeproof.ocpi.model.ModuleId;

/** The sender's side of tariffs: a list (OCPI 2.2.1, 11.2.1). */
public final class TariffsSender implements OcpiModule {
    private final TariffSource source;

    /** Tells of tariffs. */
    public TariffsSender(TariffSource source) {
        this.source = source;
    }

    @Override
    public ModuleId id() {
        return ModuleId.TARIFFS;
    }

    @Override
    public InterfaceRole role() {
        return InterfaceRole.SENDER;
    }

    @Override
    public Answer answer(Call call) {
        if (!call.path().isEmpty()) {
            throw OcpiException.notFound("tariffs are a list; there is nothing below it.");
        }
        call.requireMethod("GET");
        String partner = call.caller().partner();
        return Page.answer(call, false, filter -> source.page(partner, filter));
    }
}

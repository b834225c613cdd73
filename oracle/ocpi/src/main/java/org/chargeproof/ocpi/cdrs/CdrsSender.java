package org.chargeproof.ocpi.cdrs;

import com.fasterxml.jackson.databind.JsonNode;
import org.chargeproof.ocpi.http.Call;
import org.chargeproof.ocpi.http.ObjectList;
import org.chargeproof.ocpi.model.ModuleId;

/** The sender's side of CDRs: a list (OCPI 2.2.1, 10.2.1). */
public final class CdrsSender extends ObjectList<Told> {
    /** Tells of CDRs. */
    public CdrsSender(Source<Told> source) {
        super(ModuleId.CDRS, false, source);
    }

    @Override
    protected JsonNode tell(Call call, Told told) {
        return told.tree(call.edge());
    }
}

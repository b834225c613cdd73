package org.chargeproof.ocpi.cdrs;

import com.fasterxml.jackson.databind.JsonNode;
import org.chargeproof.ocpi.http.PartyId;
import org.chargeproof.ocpi.model.Cdr;
import org.jspecify.annotations.Nullable;

/** Hears of CDRs. Ids are unique for one operator alone, and without regard to case. */
public interface CdrSink {
    /** A CDR by its partner and id; null when it is unknown. */
    @Nullable
    Cdr find(String partner, PartyId operator, String id);

    /**
     * A session was billed. It is on disk, if it is to be, when this returns.
     *
     * @param raw as it came, in the partner's version, with fields that OCPI does not have
     * @throws org.chargeproof.ocpi.http.OcpiException to refuse it
     */
    void add(String partner, PartyId operator, Cdr cdr, JsonNode raw);
}

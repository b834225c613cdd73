package org.chargeproof.ocpi.cdrs;

import java.time.Instant;
import org.chargeproof.ocpi.credentials.PartnerClient;
import org.chargeproof.ocpi.credentials.Pull;
import org.chargeproof.ocpi.http.PartyId;
import org.chargeproof.ocpi.http.PathSegment;
import org.chargeproof.ocpi.json.OcpiTime;
import org.chargeproof.ocpi.model.Cdr;
import org.chargeproof.ocpi.model.InterfaceRole;
import org.chargeproof.ocpi.model.ModuleId;

/** Pushes and pulls CDRs. Its methods wait, and throw what {@link PartnerClient#call} throws. */
public final class CdrsClient {
    private final PartnerClient peers;

    /** Calls partners by this client. */
    public CdrsClient(PartnerClient peers) {
        this.peers = peers;
    }

    /** Pushes a CDR. Whether one that was not answered has arrived, the partner's receiver knows: the same again does no harm. */
    public void post(String partner, PartyId to, Told told) {
        String url = peers.endpoint(partner, ModuleId.CDRS, InterfaceRole.RECEIVER);
        peers.call(partner, "POST", url, to, told.tree(peers.partner(partner).edge()));
    }

    /** Pulls the CDRs that were made since. */
    public Pull<Cdr> pull(String partner, PartyId to, Instant since) {
        String url = peers.endpoint(partner, ModuleId.CDRS, InterfaceRole.SENDER);
        String from = PathSegment.encoded(OcpiTime.format(since));
        return Pull.all(peers, partner, url + "?date_from=" + from, to, Cdr.class);
    }
}

package org.chargeproof.ocpi.tariffs;

import org.chargeproof.ocpi.credentials.PartnerClient;
import org.chargeproof.ocpi.credentials.Pull;
import org.chargeproof.ocpi.http.PartyId;
import org.chargeproof.ocpi.model.InterfaceRole;
import org.chargeproof.ocpi.model.ModuleId;
import org.chargeproof.ocpi.model.Tariff;

/** Pushes and pulls tariffs. Its methods wait, and throw what {@link PartnerClient#call} throws. */
public final class TariffsClient {
    private final PartnerClient peers;

    /** Calls partners by this client. */
    public TariffsClient(PartnerClient peers) {
        this.peers = peers;
    }

    /** Pushes a tariff. */
    public void put(String partner, PartyId to, Tariff tariff) {
        peers.put(partner, ModuleId.TARIFFS, to, tariff);
    }

    /** Says that a tariff is not used any more. */
    public void delete(String partner, PartyId to, PartyId operator, String id) {
        peers.call(partner, "DELETE", peers.receiver(partner, ModuleId.TARIFFS, operator, id), to, null);
    }

    /** Pulls all tariffs. */
    public Pull<Tariff> pull(String partner, PartyId to) {
        return Pull.all(
                peers, partner, peers.endpoint(partner, ModuleId.TARIFFS, InterfaceRole.SENDER), to, Tariff.class);
    }
}

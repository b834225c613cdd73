package org.chargeproof.ocpi.tariffs;

import com.fasterxml.jackson.databind.JsonNode;
import org.chargeproof.ocpi.credentials.PartnerClient;
import org.chargeproof.ocpi.credentials.Pull;
import org.chargeproof.ocpi.http.PartyId;
import org.chargeproof.ocpi.http.PathSegment;
import org.chargeproof.ocpi.json.OcpiJson;
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
        JsonNode body = peers.partner(partner).edge().fromOurs(OcpiJson.tree(tariff), Tariff.class);
        peers.call(
                partner,
                "PUT",
                receiver(partner, new PartyId(tariff.countryCode(), tariff.partyId()), tariff.id()),
                to,
                body);
    }

    /** Says that a tariff is not used any more. */
    public void delete(String partner, PartyId to, PartyId operator, String id) {
        peers.call(partner, "DELETE", receiver(partner, operator, id), to, null);
    }

    /** Pulls all tariffs. */
    public Pull<Tariff> pull(String partner, PartyId to) {
        return Pull.all(
                peers, partner, peers.endpoint(partner, ModuleId.TARIFFS, InterfaceRole.SENDER), to, Tariff.class);
    }

    private String receiver(String partner, PartyId operator, String id) {
        return peers.endpoint(partner, ModuleId.TARIFFS, InterfaceRole.RECEIVER) + "/"
                + PathSegment.encoded(operator.countryCode()) + "/" + PathSegment.encoded(operator.partyId()) + "/"
                + PathSegment.encoded(id);
    }
}

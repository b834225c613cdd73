package org.chargeproof.ocpi.locations;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.chargeproof.ocpi.credentials.PartnerClient;
import org.chargeproof.ocpi.credentials.Pull;
import org.chargeproof.ocpi.http.PartyId;
import org.chargeproof.ocpi.http.PathSegment;
import org.chargeproof.ocpi.model.Evse;
import org.chargeproof.ocpi.model.InterfaceRole;
import org.chargeproof.ocpi.model.Location;
import org.chargeproof.ocpi.model.ModuleId;

/** Pushes and pulls locations. Its methods wait, and throw what {@link PartnerClient#call} throws. */
public final class LocationsClient {
    private final PartnerClient peers;

    /** Calls partners by this client. */
    public LocationsClient(PartnerClient peers) {
        this.peers = peers;
    }

    /** Pulls all locations. */
    public Pull<Location> pull(String partner, PartyId to) {
        return Pull.all(
                peers, partner, peers.endpoint(partner, ModuleId.LOCATIONS, InterfaceRole.SENDER), to, Location.class);
    }

    /** Pushes a location. */
    public void put(String partner, PartyId to, Location location) {
        peers.put(partner, ModuleId.LOCATIONS, to, location);
    }

    /**
     * Pushes changes of an EVSE.
     *
     * @param operator whose location it is
     * @param changes in 2.2.1, {@code last_updated} among them
     */
    public void patchEvse(
            String partner, PartyId to, PartyId operator, String locationId, String evseUid, ObjectNode changes) {
        JsonNode body = peers.partner(partner).edge().fromOurs(changes, Evse.class);
        String location = peers.receiver(partner, ModuleId.LOCATIONS, operator, locationId);
        peers.call(partner, "PATCH", location + "/" + PathSegment.encoded(evseUid), to, body);
    }
}

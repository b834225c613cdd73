package org.chargeproof.ocpi.locations;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.chargeproof.ocpi.credentials.PartnerClient;
import org.chargeproof.ocpi.credentials.Pull;
import org.chargeproof.ocpi.http.CallFailedException;
import org.chargeproof.ocpi.http.PartyId;
import org.chargeproof.ocpi.http.PathSegment;
import org.chargeproof.ocpi.json.OcpiJson;
import org.chargeproof.ocpi.json.OcpiTime;
import org.chargeproof.ocpi.model.Evse;
import org.chargeproof.ocpi.model.InterfaceRole;
import org.chargeproof.ocpi.model.Location;
import org.chargeproof.ocpi.model.ModuleId;
import org.jspecify.annotations.Nullable;

/** Pushes and pulls locations. Its methods wait, and throw what {@link PartnerClient#call} throws. */
public final class LocationsClient {
    private static final int MOST_PATCHES = 4;

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
     * Pushes what has changed of a location: states of a few EVSEs by PATCH, anything else, and to a partner that has forgotten it, as a whole.
     *
     * @param before what the partner was told; null for nothing
     */
    public void put(String partner, PartyId to, @Nullable Location before, Location now) {
        List<Evse> changed = before == null ? null : LocationTree.otherStates(before, now);
        if (changed == null || changed.size() > MOST_PATCHES) {
            put(partner, to, now);
            return;
        }
        try {
            for (Evse evse : changed) {
                ObjectNode changes = OcpiJson.object()
                        .put("status", evse.status().name())
                        .put("last_updated", OcpiTime.format(evse.lastUpdated()));
                patchEvse(partner, to, PartyId.of(now), now.id(), evse.uid(), changes);
            }
        } catch (CallFailedException e) {
            if (e.kind() != CallFailedException.Kind.REFUSED) {
                throw e;
            }
            put(partner, to, now);
        }
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

package org.chargeproof.ocpi.credentials;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.NoSuchElementException;
import org.chargeproof.ocpi.http.CallFailedException;
import org.chargeproof.ocpi.http.OcpiClient;
import org.chargeproof.ocpi.http.OcpiException;
import org.chargeproof.ocpi.http.OcpiStatus;
import org.chargeproof.ocpi.http.PartyId;
import org.chargeproof.ocpi.http.PathSegment;
import org.chargeproof.ocpi.http.Reply;
import org.chargeproof.ocpi.json.OcpiJson;
import org.chargeproof.ocpi.json.OwnedObject;
import org.chargeproof.ocpi.model.InterfaceRole;
import org.chargeproof.ocpi.model.ModuleId;
import org.jspecify.annotations.Nullable;

/** Calls the modules of partners, with the token that they gave. Its methods wait. Nothing but GET is ever sent twice. */
public final class PartnerClient {
    private static final int OK = 200;

    private final Identity identity;
    private final Partners partners;
    private final OcpiClient client;
    private final Registration registration;

    /** Calls these partners. */
    public PartnerClient(Identity identity, Partners partners, OcpiClient client) {
        this.identity = identity;
        this.partners = partners;
        this.client = client;
        this.registration = new Registration(identity, partners, client);
    }

    /** A partner. */
    public Partner partner(String id) {
        return partners.find(id).orElseThrow(() -> new NoSuchElementException("there is no partner '" + id + "'"));
    }

    /**
     * Where a module of a partner is.
     *
     * @throws OcpiException when the partner has no such module
     */
    public String endpoint(String id, ModuleId module, InterfaceRole role) {
        return partner(id)
                .endpoint(module, role)
                .orElseThrow(() -> new OcpiException(
                        OK,
                        OcpiStatus.MISSING_ENDPOINTS,
                        "the partner '" + id + "' has no module " + module + " as " + role));
    }

    /** Where a partner hears of an object that somebody owns. */
    public String receiver(String id, ModuleId module, PartyId owner, String objectId) {
        return endpoint(id, module, InterfaceRole.RECEIVER) + "/" + PathSegment.encoded(owner.countryCode()) + "/"
                + PathSegment.encoded(owner.partyId()) + "/" + PathSegment.encoded(objectId);
    }

    /** Pushes a whole object to a partner: see {@link #call}. */
    public void put(String id, ModuleId module, PartyId to, OwnedObject object) {
        put(id, receiver(id, module, PartyId.of(object), object.id()), to, object);
    }

    /** Pushes a whole object to an address of a partner: see {@link #call}. */
    public void put(String id, String url, PartyId to, OwnedObject object) {
        call(id, "PUT", url, to, partner(id).edge().fromOurs(OcpiJson.tree(object), object.getClass()));
    }

    /**
     * Calls an address of a partner once; a GET again if another token of the partner's turns out to be the one that it knows.
     *
     * @param to the party that is meant; null for modules that are not routed
     * @param body in the partner's version; null for none
     * @throws CallFailedException when there is no answer of success
     * @throws org.chargeproof.ocpi.http.RefusedAddressException when the address is not to be called
     */
    public Reply call(String id, String method, String url, @Nullable PartyId to, @Nullable JsonNode body) {
        OcpiClient.Routing routing = to == null ? null : new OcpiClient.Routing(identity.party(), to);
        Partner partner = partner(id);
        if (partner.tokens().isEmpty()) {
            throw new IllegalStateException("there is no token for the partner '" + id + "' yet");
        }
        try {
            return client.call(method, url, partner.tokens().getFirst(), routing, body);
        } catch (CallFailedException e) {
            if (e.kind() != CallFailedException.Kind.UNAUTHORIZED
                    || partner.tokens().size() < 2) {
                throw e;
            }
            String token = registration.reach(partner);
            if (!method.equals("GET")) {
                throw e;
            }
            return client.call(method, url, token, routing, body);
        }
    }
}

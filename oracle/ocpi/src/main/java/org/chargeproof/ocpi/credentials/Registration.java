package org.chargeproof.ocpi.credentials;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.locks.ReentrantLock;
import org.chargeproof.ocpi.edge.Edge;
import org.chargeproof.ocpi.http.CallFailedException;
import org.chargeproof.ocpi.http.OcpiClient;
import org.chargeproof.ocpi.http.OcpiException;
import org.chargeproof.ocpi.http.OcpiStatus;
import org.chargeproof.ocpi.http.RefusedAddressException;
import org.chargeproof.ocpi.http.Reply;
import org.chargeproof.ocpi.json.BadObjectException;
import org.chargeproof.ocpi.json.OcpiJson;
import org.chargeproof.ocpi.model.Credentials;
import org.chargeproof.ocpi.model.Endpoint;
import org.chargeproof.ocpi.model.InterfaceRole;
import org.chargeproof.ocpi.model.ModuleId;
import org.chargeproof.ocpi.model.Version;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sender's side of registrations: registers, renews the tokens of both sides, unregisters. A new token counts before it is sent, and
 * the one before until the new one was used. Whatever is interrupted is begun again by the same call. Its methods wait.
 */
public final class Registration {
    private static final Logger LOG = LoggerFactory.getLogger(Registration.class);
    private static final int OK = 200;

    private final Identity identity;
    private final Partners partners;
    private final OcpiClient client;
    private final Discovery discovery;
    private final Steps steps;
    private final ReentrantLock lock = new ReentrantLock();

    /** Registers with others. */
    public Registration(Identity identity, Partners partners, OcpiClient client) {
        this(identity, partners, client, Steps.NONE);
    }

    Registration(Identity identity, Partners partners, OcpiClient client, Steps steps) {
        this.identity = identity;
        this.partners = partners;
        this.client = client;
        this.discovery = new Discovery(client, identity.needs());
        this.steps = steps;
    }

    /**
     * Lets a platform register with us.
     *
     * @param id our name for it
     * @return CREDENTIALS_TOKEN_A, to be handed over with the address of our versions in a way that others cannot read
     * @throws IllegalArgumentException when there is a partner of this name
     */
    public String invite(String id) {
        String token = Tokens.create();
        partners.add(new Partner(
                id,
                List.of(new IssuedToken(Tokens.sha256(token), true, true)),
                List.of(),
                null,
                null,
                List.of(),
                List.of()));
        return token;
    }

    /**
     * Registers with a platform that has invited us.
     *
     * @param id our name for it
     * @param versionsUrl where its versions are
     * @param invitation its CREDENTIALS_TOKEN_A
     * @throws CallFailedException when it does not answer as it should; call again
     * @throws OcpiException when there is no version that both speak, or a module that is needed is missing
     */
    public Partner register(String id, String versionsUrl, String invitation) {
        lock.lock();
        try {
            Partner known = partners.find(id).orElse(null);
            if (known != null && known.isRegistered()) {
                throw new IllegalArgumentException(
                        "the partner '" + id + "' is registered. Renew its credentials instead");
            }
            if (known == null) {
                partners.add(new Partner(id, List.of(), List.of(invitation), versionsUrl, null, List.of(), List.of()));
            } else {
                partners.change(id, before -> before.withOnlyToken(invitation).withVersionsUrl(versionsUrl));
            }
            steps.reached("sender:known");
            return exchange(id, "POST", invitation);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Renews the tokens of both sides, and reads the partner's modules again.
     *
     * @throws CallFailedException when it does not answer as it should; it can be reached as before, call again later
     * @throws NoSuchElementException when there is no partner of this name
     */
    public Partner renew(String id) {
        lock.lock();
        try {
            Partner partner = find(id);
            if (!partner.isRegistered()) {
                throw new IllegalArgumentException("the partner '" + id + "' is not registered yet. Register it");
            }
            return exchange(id, "PUT", reach(partner));
        } finally {
            lock.unlock();
        }
    }

    /**
     * Ends a registration, and forgets the partner.
     *
     * @throws CallFailedException when it does not answer; nothing is forgotten then
     */
    public void unregister(String id) {
        lock.lock();
        try {
            Partner partner = find(id);
            String url =
                    partner.endpoint(ModuleId.CREDENTIALS, InterfaceRole.SENDER).orElse(null);
            if (partner.isRegistered() && url != null) {
                try {
                    client.call("DELETE", url, partner.tokens().getFirst(), null, null);
                } catch (CallFailedException e) {
                    // it has forgotten us already, or never knew us
                    boolean isForgotten = e.kind() == CallFailedException.Kind.UNAUTHORIZED
                            || e.kind() == CallFailedException.Kind.REFUSED;
                    if (!isForgotten) {
                        throw e;
                    }
                }
            }
            steps.reached("sender:unregistered");
            partners.remove(id);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Finds out which of the tokens for a partner is good, and keeps it first.
     *
     * @return the token
     * @throws CallFailedException when none is
     */
    String reach(Partner partner) {
        String url = partner.versionsUrl();
        CallFailedException refused = null;
        for (String token : url == null ? List.<String>of() : partner.tokens()) {
            try {
                discovery.versions(String.valueOf(url), token);
                partners.change(partner.id(), before -> before.withToken(token));
                return token;
            } catch (CallFailedException e) {
                if (e.kind() != CallFailedException.Kind.UNAUTHORIZED) {
                    throw e;
                }
                refused = e;
            }
        }
        throw refused == null
                ? new IllegalStateException("there is no token for the partner '" + partner.id() + "' yet")
                : refused;
    }

    private Partner exchange(String id, String method, String token) {
        Partner partner = find(id);
        String versionsUrl = String.valueOf(partner.versionsUrl());
        List<Version> versions = discovery.versions(versionsUrl, token);
        Edge edge = discovery.newest(versions);
        List<Endpoint> endpoints = discovery.endpoints(versions, edge, token);
        String url = endpoints.stream()
                .filter(endpoint -> endpoint.identifier().equalsIgnoreCase(ModuleId.CREDENTIALS.name()))
                .findFirst()
                .orElseThrow()
                .url();
        if (partner.issued().size() >= Partner.MOST_ISSUED) {
            throw new OcpiException(
                    OK,
                    OcpiStatus.CLIENT_ERROR,
                    "nobody knows how the last " + Partner.MOST_ISSUED + " exchanges with '" + id
                            + "' ended. Ask it which token it has, or register anew.");
        }
        String ours = Tokens.create();
        String sha256 = Tokens.sha256(ours);
        steps.reached("sender:before-issue");
        // counts before it is sent
        partners.change(id, before -> before.withIssued(new IssuedToken(sha256, false, false)));
        steps.reached("sender:before-send");
        Partner after;
        try {
            Reply reply = client.call(
                    method, url, token, null, edge.fromOurs(json(identity.credentials(ours)), Credentials.class));
            steps.reached("sender:answered");
            Credentials theirs = reply.read(edge, Credentials.class);
            after = partners.change(id, before -> {
                PartyClaims.check(id, theirs, partners, identity);
                return before.withIssued(settled(before, sha256))
                        .withToken(theirs.token())
                        .withVersionsUrl(theirs.url())
                        .registered(edge, theirs.roles(), endpoints);
            });
        } catch (CallFailedException e) {
            if (e.kind() != CallFailedException.Kind.UNKNOWN) {
                // it has surely not been kept there
                withdraw(id, sha256);
            }
            throw e;
        } catch (BadObjectException | RefusedAddressException e) {
            // it may have been kept there, by somebody whom we do not take
            withdraw(id, sha256);
            throw e;
        }
        steps.reached("sender:done");
        LOG.info("registered with {} by OCPI {}", id, edge.version());
        return after;
    }

    private void withdraw(String id, String sha256) {
        partners.change(id, before -> before.withIssued(without(before, sha256)));
    }

    private Partner find(String id) {
        return partners.find(id).orElseThrow(() -> new NoSuchElementException("there is no partner '" + id + "'"));
    }

    private static JsonNode json(Credentials credentials) {
        return OcpiJson.tree(credentials);
    }

    private static List<IssuedToken> without(Partner partner, String sha256) {
        return partner.issued().stream()
                .filter(token -> !token.sha256().equals(sha256))
                .toList();
    }

    private static List<IssuedToken> settled(Partner partner, String sha256) {
        List<IssuedToken> settled = new ArrayList<>();
        partner.issued().forEach(token -> settled.add(token.sha256().equals(sha256) ? token.settled() : token));
        return settled;
    }
}

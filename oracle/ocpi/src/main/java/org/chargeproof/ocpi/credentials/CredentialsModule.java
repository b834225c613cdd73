package org.chargeproof.ocpi.credentials;

import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.chargeproof.ocpi.http.Answer;
import org.chargeproof.ocpi.http.Call;
import org.chargeproof.ocpi.http.CallFailedException;
import org.chargeproof.ocpi.http.Caller;
import org.chargeproof.ocpi.http.OcpiClient;
import org.chargeproof.ocpi.http.OcpiException;
import org.chargeproof.ocpi.http.OcpiModule;
import org.chargeproof.ocpi.http.OcpiStatus;
import org.chargeproof.ocpi.http.RefusedAddressException;
import org.chargeproof.ocpi.json.BadObjectException;
import org.chargeproof.ocpi.model.Credentials;
import org.chargeproof.ocpi.model.Endpoint;
import org.chargeproof.ocpi.model.InterfaceRole;
import org.chargeproof.ocpi.model.ModuleId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The receiver's side of registrations. What is answered is on disk before, and the token before stays good until the new one was used: a
 * partner that never got the answer is not locked out.
 */
public final class CredentialsModule implements OcpiModule {
    private static final Logger LOG = LoggerFactory.getLogger(CredentialsModule.class);
    private static final int OK = 200;

    private final Identity identity;
    private final Partners partners;
    private final Discovery discovery;
    private final Steps steps;
    // an exchange waits for what the partner names: no partner has others wait for that
    private final Set<String> exchanging = ConcurrentHashMap.newKeySet();

    /** Takes registrations. */
    public CredentialsModule(Identity identity, Partners partners, OcpiClient client) {
        this(identity, partners, client, Steps.NONE);
    }

    CredentialsModule(Identity identity, Partners partners, OcpiClient client, Steps steps) {
        this.identity = identity;
        this.partners = partners;
        this.discovery = new Discovery(client, identity.needs());
        this.steps = steps;
    }

    @Override
    public ModuleId id() {
        return ModuleId.CREDENTIALS;
    }

    @Override
    public InterfaceRole role() {
        return InterfaceRole.SENDER;
    }

    @Override
    public Answer answer(Call call) {
        if (!call.path().isEmpty()) {
            throw OcpiException.notFound("credentials have nothing below them.");
        }
        Caller caller = call.caller();
        return switch (call.method()) {
            case "GET" -> Answer.ok(call.tell(identity.credentials(caller.token())));
            case "POST" -> {
                if (!caller.isInvited()) {
                    throw OcpiException.methodNotAllowed("this platform is registered. PUT renews credentials.");
                }
                yield exchange(call);
            }
            case "PUT" -> {
                requireRegistered(caller);
                yield exchange(call);
            }
            case "DELETE" -> {
                requireRegistered(caller);
                partners.remove(caller.partner());
                LOG.info("{} has unregistered", caller);
                yield Answer.ok();
            }
            default -> throw OcpiException.methodNotAllowed(call.method() + " is none of GET, POST, PUT, DELETE.");
        };
    }

    private static void requireRegistered(Caller caller) {
        if (caller.isInvited()) {
            throw OcpiException.methodNotAllowed("this platform is not registered. POST does it.");
        }
    }

    private Answer exchange(Call call) {
        String partner = call.caller().partner();
        if (!exchanging.add(partner)) {
            throw OcpiException.tooMany("an exchange of credentials is under way. Wait for its answer.");
        }
        try {
            return exchange(call, partner);
        } finally {
            exchanging.remove(partner);
        }
    }

    private Answer exchange(Call call, String partner) {
        Credentials theirs = call.read(Credentials.class);
        PartyClaims.check(partner, theirs, partners, identity);
        steps.reached("receiver:before-discovery");
        List<Endpoint> endpoints = discover(call, theirs);
        steps.reached("receiver:discovered");
        String token = Tokens.create();
        try {
            partners.change(partner, before -> {
                // somebody may have claimed a party while we were asking
                PartyClaims.check(partner, theirs, partners, identity);
                return before.withIssued(issued(before, call.caller(), token))
                        .withToken(theirs.token())
                        .withVersionsUrl(theirs.url())
                        .registered(call.edge(), theirs.roles(), endpoints);
            });
        } catch (NoSuchElementException e) {
            throw new OcpiException(
                    OK, OcpiStatus.CLIENT_ERROR, "the registration was ended while it was made. Ask for a new token.");
        }
        steps.reached("receiver:before-answer");
        LOG.info("{} is registered with OCPI {}", partner, call.edge().version());
        return Answer.ok(call.tell(identity.credentials(token)));
    }

    private List<Endpoint> discover(Call call, Credentials theirs) {
        try {
            return discovery.endpoints(discovery.versions(theirs.url(), theirs.token()), call.edge(), theirs.token());
        } catch (RefusedAddressException e) {
            LOG.info("{} names versions that are not called: {}", call.caller(), e.reason());
            throw unusable(String.valueOf(e.getMessage()));
        } catch (CallFailedException e) {
            // why nothing could be sent has the address that a name stands for here
            boolean isTold = e.kind() != CallFailedException.Kind.NOT_SENT;
            LOG.info("{} names versions that do not answer: {}", call.caller(), e.getMessage());
            throw unusable(isTold ? String.valueOf(e.getMessage()) : "they cannot be reached");
        } catch (BadObjectException e) {
            throw unusable(String.valueOf(e.getMessage()));
        }
    }

    private static OcpiException unusable(String why) {
        return new OcpiException(
                OK, OcpiStatus.CLIENT_API_UNUSABLE, "the versions at the given url cannot be used: " + why);
    }

    /**
     * The token that the partner used stays, and so do those of a rotation of ours that is under way. Newer ones that it was given and
     * does not use were lost on their way.
     */
    private static List<IssuedToken> issued(Partner partner, Caller caller, String token) {
        String used = Tokens.sha256(caller.token());
        List<IssuedToken> issued = new ArrayList<>();
        for (IssuedToken each : partner.issued()) {
            if (each.sha256().equals(used) || !each.isSettled()) {
                issued.add(each);
            }
        }
        issued.add(new IssuedToken(Tokens.sha256(token), false, true));
        return issued;
    }
}

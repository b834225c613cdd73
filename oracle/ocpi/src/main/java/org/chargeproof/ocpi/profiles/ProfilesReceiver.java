package org.chargeproof.ocpi.profiles;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.chargeproof.ocpi.credentials.Partner;
import org.chargeproof.ocpi.credentials.PartnerClient;
import org.chargeproof.ocpi.http.AddressPolicy;
import org.chargeproof.ocpi.http.Answer;
import org.chargeproof.ocpi.http.Call;
import org.chargeproof.ocpi.http.OcpiException;
import org.chargeproof.ocpi.http.OcpiModule;
import org.chargeproof.ocpi.http.PartyId;
import org.chargeproof.ocpi.http.PathSegment;
import org.chargeproof.ocpi.json.BadObjectException;
import org.chargeproof.ocpi.json.OcpiJson;
import org.chargeproof.ocpi.model.ActiveChargingProfile;
import org.chargeproof.ocpi.model.ChargingProfileResult;
import org.chargeproof.ocpi.model.ChargingProfileResultType;
import org.chargeproof.ocpi.model.ClearProfileResult;
import org.chargeproof.ocpi.model.InterfaceRole;
import org.chargeproof.ocpi.model.ModuleId;
import org.chargeproof.ocpi.model.SetChargingProfile;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The receiver's side of charging profiles, for an operator. Results go to {@code response_url}, which must be on a server that the partner
 * has named in its credentials: they carry its token.
 */
public final class ProfilesReceiver implements OcpiModule {
    private static final Logger LOG = LoggerFactory.getLogger(ProfilesReceiver.class);
    private static final int MOST_URL_CHARACTERS = 255;
    private static final int MOST_DURATION_SECONDS = 7 * 24 * 3600;

    private final PartnerClient peers;
    private final AddressPolicy policy;
    private final ProfileTarget target;

    /**
     * Takes profiles.
     *
     * @param policy which addresses are called with results
     */
    public ProfilesReceiver(PartnerClient peers, AddressPolicy policy, ProfileTarget target) {
        this.peers = peers;
        this.policy = policy;
        this.target = target;
    }

    @Override
    public ModuleId id() {
        return ModuleId.CHARGINGPROFILES;
    }

    @Override
    public InterfaceRole role() {
        return InterfaceRole.RECEIVER;
    }

    @Override
    public Answer answer(Call call) {
        if (call.path().size() != 1) {
            throw OcpiException.notFound("the path must be SESSION.");
        }
        String partner = call.caller().partner();
        String session = call.id(0);
        return switch (call.method()) {
            case "PUT" -> {
                SetChargingProfile set = call.read(SetChargingProfile.class);
                String url = checked(partner, set.responseUrl());
                yield Answer.ok(call.tell(target.set(
                        partner,
                        session,
                        set.chargingProfile(),
                        later(partner, url, (ChargingProfileResultType type) -> new ChargingProfileResult(type)))));
            }
            case "DELETE" -> {
                String url = checked(partner, parameter(call));
                yield Answer.ok(call.tell(target.clear(
                        partner,
                        session,
                        later(partner, url, (ChargingProfileResultType type) -> new ClearProfileResult(type)))));
            }
            case "GET" -> {
                String url = checked(partner, parameter(call));
                int seconds = call.number("duration", 1, MOST_DURATION_SECONDS)
                        .orElseThrow(() -> OcpiException.invalid("duration is missing; OCPI requires it here."));
                yield Answer.ok(
                        call.tell(target.active(partner, session, seconds, later(partner, url, result -> result))));
            }
            default -> throw OcpiException.methodNotAllowed(call.method() + " is none of GET, PUT, DELETE.");
        };
    }

    /**
     * Tells a partner that the profile that a charge point lives by has changed. It waits, and throws what {@link PartnerClient#call}
     * throws.
     */
    public void changed(String partner, PartyId to, String sessionId, ActiveChargingProfile profile) {
        String url = peers.endpoint(partner, ModuleId.CHARGINGPROFILES, InterfaceRole.SENDER) + "/"
                + PathSegment.encoded(sessionId);
        peers.call(partner, "PUT", url, to, OcpiJson.tree(profile));
    }

    private static String parameter(Call call) {
        return call.parameter("response_url")
                .orElseThrow(() -> OcpiException.invalid("response_url is missing; OCPI requires it here."));
    }

    private String checked(String partner, String url) {
        if (url.length() > MOST_URL_CHARACTERS) {
            throw new BadObjectException(
                    "response_url", "has " + url.length() + " characters; OCPI allows " + MOST_URL_CHARACTERS);
        }
        Partner known = peers.partner(partner);
        boolean isTheirs = Stream.concat(
                        Stream.ofNullable(known.versionsUrl()),
                        known.endpoints().stream().map(each -> each.url()))
                .anyMatch(theirs -> AddressPolicy.isSameOrigin(theirs, url));
        if (!isTheirs) {
            throw new BadObjectException(
                    "response_url",
                    BadObjectException.shown(url) + " is on none of the servers that this platform has named");
        }
        // last: whoever may name any host would have us look up all of our network
        policy.check(url);
        return url;
    }

    private <T> Consumer<T> later(String partner, String url, Function<T, Object> object) {
        return result -> Thread.ofVirtual().start(() -> post(partner, url, object.apply(result)));
    }

    private void post(String partner, String url, Object result) {
        try {
            JsonNode json = OcpiJson.tree(result);
            PartyId to = first(peers.partner(partner));
            peers.call(partner, "POST", url, to, json);
        } catch (RuntimeException e) {
            // not sent again: the partner waits for its own timeout
            LOG.warn("the result for {} was not delivered: {}", partner, e.getMessage());
        }
    }

    private static @Nullable PartyId first(Partner partner) {
        return partner.parties().isEmpty() ? null : partner.parties().getFirst();
    }
}

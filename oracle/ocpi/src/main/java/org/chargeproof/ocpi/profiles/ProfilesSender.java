package org.chargeproof.ocpi.profiles;

import com.fasterxml.jackson.databind.JsonNode;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.chargeproof.ocpi.credentials.PartnerClient;
import org.chargeproof.ocpi.edge.Edge;
import org.chargeproof.ocpi.http.Answer;
import org.chargeproof.ocpi.http.Call;
import org.chargeproof.ocpi.http.CallFailedException;
import org.chargeproof.ocpi.http.OcpiException;
import org.chargeproof.ocpi.http.OcpiModule;
import org.chargeproof.ocpi.http.PartyId;
import org.chargeproof.ocpi.http.PathSegment;
import org.chargeproof.ocpi.http.RefusedAddressException;
import org.chargeproof.ocpi.http.Reply;
import org.chargeproof.ocpi.json.BadObjectException;
import org.chargeproof.ocpi.json.OcpiJson;
import org.chargeproof.ocpi.model.ActiveChargingProfile;
import org.chargeproof.ocpi.model.ActiveChargingProfileResult;
import org.chargeproof.ocpi.model.ChargingProfileResponse;
import org.chargeproof.ocpi.model.ChargingProfileResult;
import org.chargeproof.ocpi.model.ChargingProfileResultType;
import org.chargeproof.ocpi.model.ClearProfileResult;
import org.chargeproof.ocpi.model.InterfaceRole;
import org.chargeproof.ocpi.model.ModuleId;
import org.chargeproof.ocpi.model.SetChargingProfile;
import org.jspecify.annotations.Nullable;

/**
 * The sender's side of charging profiles, for a smart charging service provider. Requests wait for the operator's answer, on a virtual
 * thread, and their result comes later, to an address of its own: a path for each kind of request, because two kinds of results look alike, and
 * 128 random bits. Nothing is sent twice: after an outage a fresh profile is sent, never an old one.
 */
public final class ProfilesSender implements OcpiModule {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int ID_BYTES = 16;
    private static final int MOST_PENDING = 100_000;
    private static final int MOST_SECONDS = 600;
    private static final int MOST_DURATION_SECONDS = 7 * 24 * 3600;
    private static final int RESULT_SEGMENTS = 3;

    private final PartnerClient peers;
    private final Function<Edge, String> address;
    private final ActiveProfileSink sink;
    private final Map<String, Pending> pending = new ConcurrentHashMap<>();

    private enum Kind {
        SET("set"),
        CLEAR("clear"),
        ACTIVE("active");

        private final String word;

        Kind(String word) {
            this.word = word;
        }
    }

    private record Pending(String partner, Kind kind, CompletableFuture<ProfileOutcome> outcome) {}

    /**
     * Sends profiles.
     *
     * @param address where this module is, for peers, in a version
     * @param sink hears of profiles that changed
     */
    public ProfilesSender(PartnerClient peers, Function<Edge, String> address, ActiveProfileSink sink) {
        this.peers = peers;
        this.address = address;
        this.sink = sink;
    }

    @Override
    public ModuleId id() {
        return ModuleId.CHARGINGPROFILES;
    }

    @Override
    public InterfaceRole role() {
        return InterfaceRole.SENDER;
    }

    /**
     * Sets the profile of a session. It returns when the operator has answered, and what it returns completes when the charge point has.
     *
     * @param to the operator
     * @param sessionId as the operator gave it
     */
    public CompletableFuture<ProfileOutcome> set(String partner, PartyId to, String sessionId, Limits.Sent limits) {
        return request(
                partner,
                to,
                Kind.SET,
                "PUT",
                (module, responseUrl) -> module + PathSegment.encoded(sessionId),
                responseUrl -> new SetChargingProfile(limits.profile(), responseUrl));
    }

    /** Removes the profile of a session: the charge point goes back to its own maximum. */
    public CompletableFuture<ProfileOutcome> clear(String partner, PartyId to, String sessionId) {
        return request(
                partner,
                to,
                Kind.CLEAR,
                "DELETE",
                (module, responseUrl) ->
                        module + PathSegment.encoded(sessionId) + "?response_url=" + PathSegment.encoded(responseUrl),
                responseUrl -> null);
    }

    /**
     * Asks for the profile that the charge point lives by.
     *
     * @param seconds how far ahead, at most a week
     */
    public CompletableFuture<ProfileOutcome> active(String partner, PartyId to, String sessionId, int seconds) {
        if (seconds < 1 || seconds > MOST_DURATION_SECONDS) {
            throw new IllegalArgumentException(
                    "a duration of " + seconds + " s; it must be from 1 to " + MOST_DURATION_SECONDS);
        }
        return request(
                partner,
                to,
                Kind.ACTIVE,
                "GET",
                (module, responseUrl) -> module + PathSegment.encoded(sessionId) + "?duration=" + seconds
                        + "&response_url=" + PathSegment.encoded(responseUrl),
                responseUrl -> null);
    }

    private CompletableFuture<ProfileOutcome> request(
            String partner,
            PartyId to,
            Kind kind,
            String method,
            BiFunction<String, String, String> url,
            Function<String, @Nullable Object> body) {
        CompletableFuture<ProfileOutcome> outcome = new CompletableFuture<>();
        if (pending.size() >= MOST_PENDING) {
            tell(outcome, ProfileOutcome.Kind.NOT_SENT, MOST_PENDING + " requests wait for their results");
            return outcome;
        }
        String id = randomId();
        // before it is sent: the result may come before the answer does
        pending.put(id, new Pending(partner, kind, outcome));
        CompletableFuture<ProfileOutcome> forgotten = outcome.whenComplete((known, failed) -> pending.remove(id));
        try {
            Edge edge = peers.partner(partner).edge();
            String module = peers.endpoint(partner, ModuleId.CHARGINGPROFILES, InterfaceRole.RECEIVER);
            String responseUrl = address.apply(edge) + "/result/" + kind.word + "/" + id;
            Object object = body.apply(responseUrl);
            JsonNode json = object == null ? null : edge.fromOurs(OcpiJson.tree(object), object.getClass());
            Reply reply = peers.call(
                    partner, method, url.apply(module.endsWith("/") ? module : module + "/", responseUrl), to, json);
            answered(outcome, reply.read(edge, ChargingProfileResponse.class));
        } catch (CallFailedException e) {
            boolean isUnknown = e.kind() == CallFailedException.Kind.UNKNOWN;
            tell(
                    outcome,
                    isUnknown ? ProfileOutcome.Kind.NO_ANSWER : ProfileOutcome.Kind.NOT_SENT,
                    String.valueOf(e.getMessage()));
        } catch (OcpiException | RefusedAddressException e) {
            tell(outcome, ProfileOutcome.Kind.NOT_SENT, String.valueOf(e.getMessage()));
        } catch (BadObjectException e) {
            tell(outcome, ProfileOutcome.Kind.NO_ANSWER, "the answer: " + e.getMessage());
        } catch (RuntimeException e) {
            outcome.completeExceptionally(e);
            throw e;
        }
        return forgotten;
    }

    private static void answered(CompletableFuture<ProfileOutcome> outcome, ChargingProfileResponse response) {
        switch (response.result()) {
            case ACCEPTED ->
                outcome.completeOnTimeout(
                        new ProfileOutcome(
                                ProfileOutcome.Kind.NO_RESULT, "none within " + seconds(response) + " s", null),
                        seconds(response),
                        TimeUnit.SECONDS);
            case NOT_SUPPORTED -> tell(outcome, ProfileOutcome.Kind.NOT_SUPPORTED, "");
            case REJECTED -> tell(outcome, ProfileOutcome.Kind.REJECTED_BY_OPERATOR, "");
            case TOO_OFTEN -> tell(outcome, ProfileOutcome.Kind.TOO_OFTEN, "");
            case UNKNOWN_SESSION -> tell(outcome, ProfileOutcome.Kind.UNKNOWN_SESSION, "");
        }
    }

    private static int seconds(ChargingProfileResponse response) {
        return Math.clamp(response.timeout(), 1, MOST_SECONDS);
    }

    private static void tell(CompletableFuture<ProfileOutcome> outcome, ProfileOutcome.Kind kind, String reason) {
        outcome.complete(new ProfileOutcome(kind, reason, null));
    }

    @Override
    public Answer answer(Call call) {
        if (call.path().size() == RESULT_SEGMENTS && call.path().get(0).equals("result")) {
            call.requireMethod("POST");
            return result(call);
        }
        if (call.path().size() != 1) {
            throw OcpiException.notFound("the path must be SESSION, or that of a response_url.");
        }
        call.requireMethod("PUT");
        String session = call.id(0);
        sink.changed(call.caller().partner(), session, call.read(ActiveChargingProfile.class));
        return Answer.ok();
    }

    private Answer result(Call call) {
        String id = call.path().get(2);
        Pending request = pending.get(id);
        boolean isMeant = request != null
                && request.kind().word.equals(call.path().get(1))
                && request.partner().equals(call.caller().partner());
        if (request == null || !isMeant) {
            throw OcpiException.notFound("no result is awaited here, or not any longer.");
        }
        ProfileOutcome outcome = switch (request.kind()) {
            case SET -> outcome(call.read(ChargingProfileResult.class).result(), null);
            case CLEAR -> outcome(call.read(ClearProfileResult.class).result(), null);
            case ACTIVE -> {
                ActiveChargingProfileResult result = call.read(ActiveChargingProfileResult.class);
                yield outcome(result.result(), result.profile());
            }
        };
        request.outcome().complete(outcome);
        return Answer.ok();
    }

    private static ProfileOutcome outcome(ChargingProfileResultType result, @Nullable ActiveChargingProfile active) {
        ProfileOutcome.Kind kind = switch (result) {
            case ACCEPTED -> ProfileOutcome.Kind.ACCEPTED;
            case REJECTED -> ProfileOutcome.Kind.REJECTED;
            case UNKNOWN -> ProfileOutcome.Kind.UNKNOWN;
        };
        return new ProfileOutcome(kind, "", active);
    }

    private static String randomId() {
        byte[] bytes = new byte[ID_BYTES];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}

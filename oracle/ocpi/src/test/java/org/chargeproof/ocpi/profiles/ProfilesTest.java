package org.chargeproof.ocpi.profiles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import java.math.BigDecimal;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.chargeproof.ocpi.credentials.Platform;
import org.chargeproof.ocpi.edge.Edge;
import org.chargeproof.ocpi.http.Call;
import org.chargeproof.ocpi.http.CallFailedException;
import org.chargeproof.ocpi.http.Caller;
import org.chargeproof.ocpi.http.PartyId;
import org.chargeproof.ocpi.json.OcpiJson;
import org.chargeproof.ocpi.model.ActiveChargingProfile;
import org.chargeproof.ocpi.model.ActiveChargingProfileResult;
import org.chargeproof.ocpi.model.ChargingProfile;
import org.chargeproof.ocpi.model.ChargingProfilePeriod;
import org.chargeproof.ocpi.model.ChargingProfileResponse;
import org.chargeproof.ocpi.model.ChargingProfileResponseType;
import org.chargeproof.ocpi.model.ChargingProfileResult;
import org.chargeproof.ocpi.model.ChargingProfileResultType;
import org.chargeproof.ocpi.model.ChargingRateUnit;
import org.chargeproof.ocpi.model.InterfaceRole;
import org.chargeproof.ocpi.model.ModuleId;
import org.chargeproof.ocpi.model.Role;
import org.chargeproof.ocpi.model.SetChargingProfile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A service provider and an operator, over loopback. */
class ProfilesTest {
    private static final PartyId OPERATOR = new PartyId("DE", "CPO");
    private static final ChargingProfile FLAT = new ChargingProfile(
            Instant.parse("2026-11-26T12:00:00Z"),
            null,
            ChargingRateUnit.W,
            null,
            List.of(new ChargingProfilePeriod(0, new BigDecimal("4200.0"))));

    @TempDir
    private Path folder;

    private final Vertx vertx = Vertx.vertx();
    private final Operator operator = new Operator();
    private final List<String> changes = new ArrayList<>();
    private Platform provider;
    private Platform cpo;
    private ProfilesSender sender;
    private ProfilesReceiver receiver;

    /** An operator that answers as it is told. */
    private static final class Operator implements ProfileTarget {
        private volatile ChargingProfileResponseType response = ChargingProfileResponseType.ACCEPTED;
        private volatile ChargingProfileResultType result = ChargingProfileResultType.ACCEPTED;
        private volatile boolean isSilent;
        private volatile int timeout = 30;
        private final AtomicInteger requests = new AtomicInteger();
        private final ConcurrentHashMap<String, ChargingProfile> profiles = new ConcurrentHashMap<>();

        @Override
        public ChargingProfileResponse set(
                String partner, String session, ChargingProfile profile, Consumer<ChargingProfileResultType> later) {
            profiles.put(session, profile);
            return answer(() -> later.accept(result));
        }

        @Override
        public ChargingProfileResponse clear(
                String partner, String session, Consumer<ChargingProfileResultType> later) {
            return answer(
                    () -> later.accept(profiles.remove(session) == null ? ChargingProfileResultType.UNKNOWN : result));
        }

        @Override
        public ChargingProfileResponse active(
                String partner, String session, int seconds, Consumer<ActiveChargingProfileResult> later) {
            return answer(() -> later.accept(new ActiveChargingProfileResult(
                    result, new ActiveChargingProfile(Instant.parse("2026-11-26T12:00:00Z"), FLAT))));
        }

        private ChargingProfileResponse answer(Runnable told) {
            requests.incrementAndGet();
            if (response == ChargingProfileResponseType.ACCEPTED && !isSilent) {
                told.run();
            }
            return new ChargingProfileResponse(response, timeout);
        }
    }

    @BeforeEach
    void start() {
        provider = Platform.start(vertx, folder.resolve("scsp.json"), Role.SCSP, "SCP", platform -> {
            sender = new ProfilesSender(
                    platform.peers,
                    platform.address(InterfaceRole.SENDER, ModuleId.CHARGINGPROFILES),
                    (partner, session, profile) ->
                            changes.add(partner + " " + session + " " + profile.startDateTime()));
            return List.of(sender);
        });
        cpo = Platform.start(vertx, folder.resolve("cpo.json"), Role.CPO, "CPO", platform -> {
            receiver = new ProfilesReceiver(platform.peers, Platform.LOOPBACK, operator);
            return List.of(receiver);
        });
        Platform.connect(provider, cpo);
    }

    @AfterEach
    void stop() {
        provider.close();
        cpo.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void hostsThatAPartnerHasNotNamedAreNotEvenLookedUp() {
        List<String> resolved = new CopyOnWriteArrayList<>();
        var watching = new ProfilesReceiver(
                cpo.peers,
                Platform.LOOPBACK.with(name -> {
                    resolved.add(name);
                    throw new UnknownHostException(name);
                }),
                operator);
        var caller = new Caller("SCP", Set.of(), "token", false, true);
        var call = new Call(
                caller,
                Edge.V2_2_1,
                "DELETE",
                List.of("S1"),
                Map.of("response_url", "https://inside.example/"),
                null,
                "");

        assertThatThrownBy(() -> watching.answer(call)).hasMessageContaining("on none of the servers");
        assertThat(resolved).isEmpty();
    }

    @Test
    void aProfileHasNoDurationAndEndsWithTheFallback() {
        var limits = new Limits(
                Instant.parse("2026-11-26T12:00:00Z"),
                ChargingRateUnit.W,
                List.of(new Limits.Step(0, new BigDecimal("11000.19")), new Limits.Step(600, new BigDecimal("7360"))),
                900,
                new BigDecimal("1380.05"),
                new BigDecimal("1380.01"));
        var sent = limits.toProfile();
        var outcome = wait(sender.set("CPO", OPERATOR, "S1", sent));

        assertThat(outcome.kind()).isEqualTo(ProfileOutcome.Kind.ACCEPTED);
        assertThat(sent.loss()).isEqualByComparingTo("0.09");
        assertThat(new String(
                        OcpiJson.bytes(OcpiJson.tree(operator.profiles.get("S1"))),
                        java.nio.charset.StandardCharsets.UTF_8))
                .isEqualTo("{\"start_date_time\":\"2026-11-26T12:00:00Z\",\"charging_rate_unit\":\"W\","
                        + "\"min_charging_rate\":1380.1,\"charging_profile_period\":["
                        + "{\"start_period\":0,\"limit\":11000.1},{\"start_period\":600,\"limit\":7360.0},"
                        + "{\"start_period\":900,\"limit\":1380.0}]}");
    }

    @ParameterizedTest
    @CsvSource({
        "NOT_SUPPORTED, NOT_SUPPORTED",
        "REJECTED, REJECTED_BY_OPERATOR",
        "TOO_OFTEN, TOO_OFTEN",
        "UNKNOWN_SESSION, UNKNOWN_SESSION"
    })
    void whatTheOperatorSaysIsToldAndNothingIsSentAgain(
            ChargingProfileResponseType response, ProfileOutcome.Kind outcome) {
        operator.response = response;

        assertThat(wait(sender.set("CPO", OPERATOR, "S1", flat())).kind()).isEqualTo(outcome);
        assertThat(operator.requests).hasValue(1);
    }

    @ParameterizedTest
    @CsvSource({"ACCEPTED, ACCEPTED", "REJECTED, REJECTED", "UNKNOWN, UNKNOWN"})
    void whatTheChargePointSaysIsTold(ChargingProfileResultType result, ProfileOutcome.Kind outcome) {
        operator.result = result;

        assertThat(wait(sender.set("CPO", OPERATOR, "S1", flat())).kind()).isEqualTo(outcome);
    }

    @Test
    void clearingAndAskingHaveResultsOfTheirOwn() {
        assertThat(wait(sender.clear("CPO", OPERATOR, "S/1 a")).kind()).isEqualTo(ProfileOutcome.Kind.UNKNOWN);
        var active = wait(sender.active("CPO", OPERATOR, "S1", 900));

        assertThat(active.kind()).isEqualTo(ProfileOutcome.Kind.ACCEPTED);
        assertThat(active.active()).isNotNull();
        assertThat(active.active().chargingProfile()).isEqualTo(FLAT);
    }

    @Test
    void aResultThatNeverComesTimesOutAndNothingIsSentAgain() {
        operator.isSilent = true;
        operator.timeout = 1;

        assertThat(wait(sender.set("CPO", OPERATOR, "S1", flat())).kind()).isEqualTo(ProfileOutcome.Kind.NO_RESULT);
        assertThat(operator.requests).hasValue(1);
    }

    @Test
    void anOperatorThatIsGoneIsNotSentToAgain() {
        cpo.close();

        assertThat(wait(sender.set("CPO", OPERATOR, "S1", flat())).kind()).isEqualTo(ProfileOutcome.Kind.NOT_SENT);
    }

    @Test
    void changesOfTheActiveProfileAreHeardOf() {
        receiver.changed("SCP", new PartyId("DE", "SCP"), "S1", new ActiveChargingProfile(Instant.EPOCH, FLAT));

        assertThat(changes).singleElement().asString().startsWith("CPO S1 ");
    }

    @Test
    void resultsThatNobodyAwaitsAreRefused() {
        String url = provider.server.url(Edge.V2_3_0, InterfaceRole.SENDER, ModuleId.CHARGINGPROFILES)
                + "/result/set/0123456789abcdef0123456789abcdef";
        var result = OcpiJson.tree(new ChargingProfileResult(ChargingProfileResultType.ACCEPTED));

        assertThatThrownBy(() -> cpo.peers.call("SCP", "POST", url, null, result))
                .isInstanceOf(CallFailedException.class)
                .hasMessageContaining("HTTP 404");
    }

    @ParameterizedTest
    @CsvSource({
        "http://127.0.0.1:1/result",
        "http://10.0.0.1/result",
        "https://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
        "https://metadata.invalid/"
    })
    void resultsGoToServersOfThePartnerAlone(String url) {
        var body = OcpiJson.tree(new SetChargingProfile(FLAT, url));
        String module = provider.peers.endpoint("CPO", ModuleId.CHARGINGPROFILES, InterfaceRole.RECEIVER);

        assertThatThrownBy(() -> provider.peers.call("CPO", "PUT", module + "/S1", OPERATOR, body))
                .isInstanceOf(CallFailedException.class)
                .hasMessageContaining("OCPI 2001");
        assertThat(operator.requests).hasValue(0);
    }

    @Test
    void limitsThatMakeNoSenseAreRefused() {
        Instant start = Instant.EPOCH;
        BigDecimal one = BigDecimal.ONE;
        assertThatThrownBy(() -> new Limits(start, ChargingRateUnit.A, List.of(), 1, one, null))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() ->
                        new Limits(start, ChargingRateUnit.A, List.of(new Limits.Step(0, one.negate())), 1, one, null))
                .hasMessage("a limit of -1; it must be from 0 to 100000000");
        assertThatThrownBy(() -> new Limits(start, ChargingRateUnit.A, List.of(new Limits.Step(0, one)), 0, one, null))
                .hasMessage("the fallback at 0 s follows a step at 0 s");
    }

    private static Limits.Sent flat() {
        return new Limits(
                        Instant.parse("2026-11-26T12:00:00Z"),
                        ChargingRateUnit.A,
                        List.of(new Limits.Step(0, new BigDecimal("16"))),
                        900,
                        new BigDecimal("6"),
                        null)
                .toProfile();
    }

    private static ProfileOutcome wait(CompletableFuture<ProfileOutcome> outcome) {
        return outcome.orTimeout(30, TimeUnit.SECONDS).join();
    }
}

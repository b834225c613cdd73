package org.chargeproof.cpo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Vertx;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.chargeproof.ocpi.http.PartyId;
import org.chargeproof.ocpi.json.OcpiJson;
import org.chargeproof.ocpi.locations.LocationsClient;
import org.chargeproof.ocpi.model.ChargingRateUnit;
import org.chargeproof.ocpi.model.InterfaceRole;
import org.chargeproof.ocpi.model.ModuleId;
import org.chargeproof.ocpi.model.Session;
import org.chargeproof.ocpi.model.SessionStatus;
import org.chargeproof.ocpi.model.Status;
import org.chargeproof.ocpi.profiles.Limits;
import org.chargeproof.ocpi.profiles.ProfileOutcome;
import org.chargeproof.ocpi.profiles.ProfileOutcome.Kind;
import org.chargeproof.ocpi.sessions.SessionsClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** An operator and a smart charging service provider, by HTTP over loopback. */
class CpoPlatformTest {
    private static final PartyId ABC = new PartyId("DE", "ABC");
    private static final String ONE = "DE*ABC*E0001";
    private static final long BEGIN = 1_795_000_000L;

    @TempDir
    private Path folder;

    private final Vertx vertx = Vertx.vertx();
    private final AtomicLong clock = new AtomicLong(BEGIN);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private CpoPlatform cpo;
    private Scsp scsp;

    @BeforeEach
    void start() {
        log.start();
        ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).addAppender(log);
        cpo = new CpoPlatform(
                vertx, CpoSettings.loopback(folder, List.of(ABC)).withResultTimeoutSeconds(3), clock::get);
        scsp = new Scsp(vertx, folder.resolve("scsp"), "SCP");
        cpo.register("SCP", scsp.platform.versionsUrl(), scsp.registration.invite("ABC"));
        cpo.add(StationData.of(ONE, "garage", 22_080, 4_140, 0));
    }

    @AfterEach
    void stop() {
        scsp.close();
        cpo.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
        ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).detachAppender(log);
        assertThat(log.list)
                .filteredOn(each -> each.getLevel().isGreaterOrEqual(Level.ERROR) || each.getThrowableProxy() != null)
                .filteredOn(CpoPlatformTest::isOurs)
                .isEmpty();
    }

    /** Not what Netty says of a connection that is closed under it, or Vert.x of a machine that does too much at once. */
    private static boolean isOurs(ILoggingEvent event) {
        if (event.getLoggerName().startsWith("org.chargeproof")) {
            return true;
        }
        return !event.getLoggerName().endsWith("BlockedThreadChecker")
                && event.getThrowableProxy() != null
                && Arrays.stream(event.getThrowableProxy().getStackTraceElementProxyArray())
                        .anyMatch(each ->
                                each.getStackTraceElement().getClassName().startsWith("org.chargeproof"));
    }

    @Test
    void eitherSideMayInvite() {
        try (var other = new Scsp(vertx, folder.resolve("other"), "OTH")) {
            other.registration.register("ABC", cpo.versionsUrl(), cpo.invite("OTH"));
            assertThat(cpo.isRegistered("OTH")).isTrue();
            assertThat(cpo.isRegistered("SCP")).isTrue();
        }
    }

    @Test
    void aSessionIsToldFromItsBeginToItsEnd() {
        String id = cpo.plugIn(ONE, "TOKEN1", new Car(80_000, 0.2, 22_080, 4_140, 0.8), BEGIN);
        assertThat(cpo.report(BEGIN)).isEqualTo(new PushReport(1, 1, List.of()));
        Session begun = scsp.sessions.get(id);
        assertThat(begun.status()).isEqualTo(SessionStatus.ACTIVE);
        assertThat(begun.kwh()).isEqualByComparingTo("0");
        assertThat(begun.cdrToken().uid()).isEqualTo("TOKEN1");
        assertThat(scsp.locations.get("garage").evses().getFirst().evseId()).isEqualTo(ONE);
        assertThat(scsp.locations.get("garage").evses().getFirst().status()).isEqualTo(Status.CHARGING);

        assertThat(wait(set(id, 11_040, 4_140)).kind()).isEqualTo(Kind.ACCEPTED);
        for (int minute = 1; minute <= 30; minute++) {
            clock.set(BEGIN + minute * 60L);
            assertThat(cpo.report(clock.get()).failures()).isEmpty();
        }
        Session later = scsp.sessions.get(id);
        // a quarter of an hour by the plan, another one by the fallback
        assertThat(later.kwh()).isEqualByComparingTo("3.795");
        assertThat(later.chargingPeriods()).hasSize(30);
        assertThat(energy(later)).isEqualByComparingTo(later.kwh());

        clock.addAndGet(30);
        cpo.unplug(ONE, clock.get());
        assertThat(cpo.report(clock.get())).isEqualTo(new PushReport(1, 1, List.of()));
        Session ended = scsp.sessions.get(id);
        assertThat(ended.status()).isEqualTo(SessionStatus.COMPLETED);
        assertThat(ended.endDateTime()).isEqualTo(Instant.ofEpochSecond(clock.get()));
        assertThat(ended.kwh())
                .isEqualByComparingTo(BigDecimal.valueOf(cpo.station(ONE).sessionEnergyWh(), 3))
                .isEqualByComparingTo("3.829");
        assertThat(energy(ended)).isEqualByComparingTo(ended.kwh());
        assertThat(scsp.locations.get("garage").evses().getFirst().status()).isEqualTo(Status.AVAILABLE);
        assertThat(cpo.report(clock.get() + 900)).isEqualTo(new PushReport(0, 0, List.of()));
        assertThat(cpo.stationsByFallback(BEGIN, BEGIN + 900)).isZero();
        assertThat(cpo.fallbackSeconds(BEGIN, BEGIN + 3_600)).isEqualTo(930);
        assertThat(new SessionsClient(scsp.peers)
                        .pull("ABC", ABC, Instant.ofEpochSecond(BEGIN))
                        .items())
                .singleElement()
                .satisfies(pulled -> assertThat(pulled.kwh()).isEqualByComparingTo(ended.kwh()));
        assertThat(new LocationsClient(scsp.peers).pull("ABC", ABC).items())
                .singleElement()
                .isEqualTo(scsp.locations.get("garage"));
    }

    @Test
    void readingsFromOutsideAreTold() {
        String id = cpo.plugIn(ONE, "TOKEN1", BEGIN);
        cpo.report(BEGIN);
        cpo.meter(ONE, 1_500, 9_000);
        cpo.report(BEGIN + 600);

        assertThat(scsp.sessions.get(id).kwh()).isEqualByComparingTo("1.5");
        assertThatThrownBy(() -> cpo.meter(ONE, 1_499, 0)).hasMessageContaining("never goes back");
        // nothing has changed: told after five minutes, so that silence means something
        int pushes = scsp.sessionPushes.get();
        cpo.report(BEGIN + 700);
        assertThat(scsp.sessionPushes).hasValue(pushes);
        cpo.report(BEGIN + 900);
        assertThat(scsp.sessionPushes).hasValue(pushes + 1);
    }

    @Test
    void eachQuirkAnswersAsItDoesInTheField() {
        String id = cpo.plugIn(ONE, "TOKEN1", BEGIN);
        cpo.report(BEGIN);
        Station station = cpo.station(ONE);
        assertThat(wait(set(id, 5_000, 4_140)).kind()).isEqualTo(Kind.ACCEPTED);

        station.setQuirk(Quirk.REFUSES, BEGIN);
        assertThat(wait(set(id, 6_000, 4_140)).kind()).isEqualTo(Kind.REJECTED);
        assertThat(station.powerLimitW(BEGIN)).isEqualTo(5_000);

        station.setQuirk(Quirk.IGNORES, BEGIN);
        assertThat(wait(set(id, 7_000, 4_140)).kind()).isEqualTo(Kind.ACCEPTED);
        assertThat(station.powerLimitW(BEGIN)).isEqualTo(5_000);
        ProfileOutcome active = wait(scsp.profiles.active("ABC", ABC, id, 1_800));
        assertThat(active.active().chargingProfile().chargingProfilePeriod())
                .extracting(each -> each.startPeriod() + ":" + each.limit())
                .containsExactly("0:5000", "900:4140");

        station.setQuirk(Quirk.LATE, 120, BEGIN);
        CompletableFuture<ProfileOutcome> late = set(id, 8_000, 4_140);
        assertThat(wait(late).kind()).isEqualTo(Kind.NO_RESULT);
        assertThat(station.powerLimitW(BEGIN + 119)).isEqualTo(5_000);
        assertThat(station.powerLimitW(BEGIN + 120)).isEqualTo(8_000);
        clock.set(BEGIN + 120);
        cpo.advance(clock.get());
        assertThat(cpo.counts().late()).isEqualTo(1);

        station.setQuirk(Quirk.LOST, clock.get());
        int pushes = scsp.sessionPushes.get();
        assertThat(wait(set(id, 9_000, 4_140)).kind()).isEqualTo(Kind.NO_RESULT);
        cpo.meter(ONE, 4_000, 8_000);
        cpo.report(clock.addAndGet(60));
        assertThat(scsp.sessionPushes).as("no reading arrives").hasValue(pushes);
        assertThat(station.powerLimitW(clock.get())).isEqualTo(8_000);
        station.setQuirk(Quirk.NONE, clock.get());
        cpo.report(clock.addAndGet(60));
        assertThat(scsp.sessions.get(id).kwh()).isEqualByComparingTo("4");
        assertThat(station.powerLimitW(clock.get())).as("nothing old arrives").isEqualTo(8_000);

        station.setQuirk(Quirk.REBOOTS, 100, clock.get());
        assertThat(wait(set(id, 10_000, 4_140)).kind()).isEqualTo(Kind.ACCEPTED);
        assertThat(station.powerLimitW(clock.get() + 99)).isEqualTo(10_000);
        assertThat(station.powerLimitW(clock.get() + 100)).isZero();
        station.setQuirk(Quirk.NONE, clock.get());

        assertThat(wait(scsp.profiles.clear("ABC", ABC, id)).kind()).isEqualTo(Kind.ACCEPTED);
        assertThat(station.source(clock.get())).isEqualTo(LimitSource.DEFAULT);
        assertThat(wait(scsp.profiles.clear("ABC", ABC, id)).kind()).isEqualTo(Kind.UNKNOWN);
        assertThat(cpo.counts()).isEqualTo(new ProfileCounts(8, 4, 1, 2, 1, 1, 0, 0, 0, 0));
    }

    @Test
    void aLateProfileThatIsOvertakenIsNotFollowed() {
        String id = cpo.plugIn(ONE, "TOKEN1", BEGIN);
        cpo.report(BEGIN);
        cpo.station(ONE).setQuirk(Quirk.LATE, 60, BEGIN);
        wait(set(id, 5_000, 4_140));
        clock.set(BEGIN + 30);
        wait(set(id, 6_000, 4_140));
        clock.set(BEGIN + 100);
        cpo.advance(clock.get());

        assertThat(cpo.station(ONE).limitWattSeconds(BEGIN, BEGIN + 100)).isEqualTo(10L * 6_000);
        assertThat(cpo.counts().overtaken()).isEqualTo(1);
        assertThat(cpo.counts().applied()).isEqualTo(1);
    }

    @Test
    void aPartnerThatHasForgottenASessionIsToldTheWhole() {
        String id = cpo.plugIn(ONE, "TOKEN1", BEGIN);
        cpo.report(BEGIN);
        scsp.sessions.clear();
        cpo.meter(ONE, 1_000, 6_000);
        assertThat(cpo.report(BEGIN + 60).failures()).isEmpty();
        assertThat(scsp.sessions.get(id).kwh()).isEqualByComparingTo("1");
        cpo.meter(ONE, 2_000, 6_000);
        assertThat(cpo.report(BEGIN + 120).failures()).isEmpty();

        Session session = scsp.sessions.get(id);
        assertThat(session.kwh()).isEqualByComparingTo("2");
        assertThat(session.chargingPeriods()).hasSize(2);
    }

    @Test
    void aPartnerThatIsGoneIsNotCalledForEachSession() {
        for (int i = 2; i <= 200; i++) {
            cpo.add(StationData.of("DE*ABC*E%04d".formatted(i), "garage", 22_080, 4_140, 0));
        }
        for (Station station : cpo.stations()) {
            cpo.plugIn(station.data().evseId(), "TOKEN1", BEGIN);
        }
        scsp.platform.close();
        long begin = System.nanoTime();
        PushReport report = cpo.report(BEGIN);

        assertThat(report.failures()).hasSizeGreaterThanOrEqualTo(200);
        assertThat(report.sessions()).isZero();
        assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin)).isLessThan(10);
    }

    @Test
    void aThousandProfilesTakeSeconds() throws Exception {
        int count = 1_000;
        var party = new PartyId("DE", "BIG");
        var big = new CpoPlatform(
                vertx, CpoSettings.loopback(Files.createDirectory(folder.resolve("big")), List.of(party)), clock::get);
        big.register("SCP", scsp.platform.versionsUrl(), scsp.registration.invite("BIG"));
        for (int i = 1; i <= count; i++) {
            big.add(StationData.of("DE*BIG*E%04d".formatted(i), "L" + i / 100, 22_080, 4_140, 0));
        }
        var ids = new ArrayList<String>();
        for (Station station : big.stations()) {
            ids.add(big.plugIn(station.data().evseId(), "TOKEN1", BEGIN));
        }
        long begin = System.nanoTime();
        PushReport report = big.report(BEGIN);
        long told = System.nanoTime();
        assertThat(report.failures()).isEmpty();
        assertThat(scsp.sessions).hasSize(count);

        var outcomes = new ArrayList<CompletableFuture<ProfileOutcome>>();
        // as many at once as an oracle sends
        try (var threads = Executors.newFixedThreadPool(32, Thread.ofVirtual().factory())) {
            var sent = ids.stream()
                    .map(id -> CompletableFuture.supplyAsync(() -> wait(set("BIG", party, id, 11_040, 4_140)), threads))
                    .toList();
            outcomes.addAll(sent);
            outcomes.forEach(each -> assertThat(wait(each).kind()).isEqualTo(Kind.ACCEPTED));
        }
        long set = System.nanoTime();
        assertThat(big.stations())
                .allSatisfy(station -> assertThat(station.powerLimitW(BEGIN)).isEqualTo(11_040));
        System.out.printf(
                "%d sessions told in %d ms, %d profiles set and confirmed in %d ms%n",
                count, (told - begin) / 1_000_000, count, (set - told) / 1_000_000);
        assertThat(TimeUnit.NANOSECONDS.toSeconds(set - begin)).isLessThan(60);
        big.close();
    }

    @Test
    void anotherPartnersSessionIsNotThere() {
        try (var other = new Scsp(vertx, folder.resolve("other"), "OTH")) {
            cpo.register("OTH", other.platform.versionsUrl(), other.registration.invite("ABC"));
            cpo.add(StationData.of("DE*ABC*E0002", "yard", 22_080, 4_140, 0));
            cpo.assign("DE*ABC*E0002", "OTH");
            String ours = cpo.plugIn(ONE, "TOKEN1", BEGIN);
            String theirs = cpo.plugIn("DEABCE0002", "TOKEN2", BEGIN);
            cpo.report(BEGIN);

            assertThat(scsp.sessions).containsOnlyKeys(ours);
            assertThat(other.sessions).containsOnlyKeys(theirs);
            assertThat(other.locations).containsOnlyKeys("yard");
            assertThat(wait(set(theirs, 11_000, 4_140)).kind()).isEqualTo(Kind.UNKNOWN_SESSION);
            assertThat(wait(scsp.profiles.active("ABC", ABC, theirs, 60)).kind())
                    .isEqualTo(Kind.UNKNOWN_SESSION);
            assertThat(wait(scsp.profiles.clear("ABC", ABC, theirs)).kind()).isEqualTo(Kind.UNKNOWN_SESSION);
            assertThat(new LocationsClient(other.peers).pull("ABC", ABC).items())
                    .extracting(location -> location.id())
                    .containsExactly("yard");
            assertThat(wait(set("00000000-0000-0000-0000-000000000000", 1, 0)).kind())
                    .isEqualTo(Kind.UNKNOWN_SESSION);
            cpo.unplug(ONE, BEGIN);
            assertThat(wait(set(ours, 11_000, 4_140)).kind()).isEqualTo(Kind.UNKNOWN_SESSION);
        }
    }

    @Test
    void hostileProfilesAreRefusedAndNothingBreaks() throws Exception {
        String id = cpo.plugIn(ONE, "TOKEN1", BEGIN);
        cpo.report(BEGIN);
        String many = IntStream.range(0, 10_000)
                .mapToObj(i -> "{\"start_period\":" + i + ",\"limit\":1}")
                .collect(Collectors.joining(","));
        List<String> hostile = List.of(
                profile("[" + many + "]", ""),
                profile("[]", ""),
                profile("[{\"start_period\":0,\"limit\":-1}]", ""),
                profile("[{\"start_period\":0,\"limit\":1e300}]", ""),
                profile("[{\"start_period\":0,\"limit\":1e999999999}]", ""),
                profile("[{\"start_period\":0,\"limit\":NaN}]", ""),
                profile("[{\"start_period\":0,\"limit\":\"NaN\"}]", ""),
                profile("[{\"start_period\":0,\"limit\":Infinity}]", ""),
                profile("[{\"start_period\":0,\"limit\":100000001}]", ""),
                profile("[{\"start_period\":5,\"limit\":1}]", ""),
                profile("[{\"start_period\":-1,\"limit\":1}]", ""),
                profile("[{\"start_period\":0,\"limit\":1},{\"start_period\":0,\"limit\":2}]", ""),
                profile("[{\"start_period\":0,\"limit\":1},{\"start_period\":2147483648,\"limit\":2}]", ""),
                profile("[{\"start_period\":0,\"limit\":1}]", ",\"duration\":-1"),
                profile("[{\"start_period\":0,\"limit\":1}]", ",\"duration\":2147483647"),
                profile("[{\"start_period\":0,\"limit\":1}]", ",\"min_charging_rate\":-5"),
                profile("[{\"start_period\":0,\"limit\":1}]", ",\"start_date_time\":\"9999-12-31T23:59:59Z\""),
                profile("[{\"start_period\":0,\"limit\":1}]", ",\"start_date_time\":\"2026-13-01T00:00:00Z\""),
                profile("[{\"start_period\":0,\"limit\":1}]", "")
                        .replace(scsp.platform.versionsUrl(), "http://127.0.0.1:1/result"),
                profile("[{\"start_period\":0,\"limit\":1}]", "")
                        .replace(scsp.platform.versionsUrl(), "https://169.254.169.254/latest"),
                "{",
                "[]",
                "{\"charging_profile\":null}");
        for (String body : hostile) {
            int code = status(id, body);
            assertThat(code).as(body.substring(0, Math.min(200, body.length()))).isBetween(2000, 2999);
        }
        assertThat(cpo.station(ONE).source(BEGIN)).isEqualTo(LimitSource.DEFAULT);
        assertThat(status("x".repeat(37), profile("[{\"start_period\":0,\"limit\":1}]", "")))
                .isEqualTo(2001);

        // a start long ago and a period beyond all time are only strange
        assertThat(status(
                        id,
                        profile(
                                "[{\"start_period\":0,\"limit\":5000},{\"start_period\":2147483647,\"limit\":6000}]",
                                ",\"start_date_time\":\"0001-01-01T00:00:00Z\"")))
                .isEqualTo(1000);
        assertThat(cpo.station(ONE).powerLimitW(BEGIN)).isEqualTo(6_000);
    }

    private String profile(String periods, String more) {
        return "{\"charging_profile\":{\"charging_rate_unit\":\"W\",\"charging_profile_period\":" + periods + more
                + "},\"response_url\":\"" + scsp.platform.versionsUrl() + "\"}";
    }

    /** Sends what no client of ours would. @return OCPI's status */
    private int status(String session, String body) throws Exception {
        String token = Base64.getEncoder()
                .encodeToString(scsp.peers.partner("ABC").tokens().getFirst().getBytes(StandardCharsets.UTF_8));
        String url = scsp.peers.endpoint("ABC", ModuleId.CHARGINGPROFILES, InterfaceRole.RECEIVER) + "/" + session;
        try (var http = HttpClient.newHttpClient()) {
            HttpResponse<byte[]> answer = http.send(
                    HttpRequest.newBuilder(URI.create(url))
                            .header("Authorization", "Token " + token)
                            .header("Content-Type", "application/json")
                            .PUT(HttpRequest.BodyPublishers.ofString(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());
            JsonNode envelope = OcpiJson.parse(answer.body());
            return envelope.get("status_code").asInt();
        }
    }

    private CompletableFuture<ProfileOutcome> set(String session, int powerW, int fallbackW) {
        return set("ABC", ABC, session, powerW, fallbackW);
    }

    private CompletableFuture<ProfileOutcome> set(
            String partner, PartyId operator, String session, int powerW, int fallbackW) {
        return scsp.profiles.set(
                partner,
                operator,
                session,
                new Limits(
                                Instant.ofEpochSecond(BEGIN),
                                ChargingRateUnit.W,
                                List.of(new Limits.Step(0, BigDecimal.valueOf(powerW))),
                                900,
                                BigDecimal.valueOf(fallbackW),
                                null)
                        .toProfile());
    }

    private static BigDecimal energy(Session session) {
        return session.chargingPeriods().stream()
                .map(period -> period.dimensions().getFirst().volume())
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private static ProfileOutcome wait(CompletableFuture<ProfileOutcome> outcome) {
        return outcome.orTimeout(60, TimeUnit.SECONDS).join();
    }
}

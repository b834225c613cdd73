package org.chargeproof.ocpi.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.chargeproof.ocpi.Objects;
import org.chargeproof.ocpi.credentials.Platform;
import org.chargeproof.ocpi.edge.Edge;
import org.chargeproof.ocpi.json.OcpiJson;
import org.chargeproof.ocpi.locations.LocationSource;
import org.chargeproof.ocpi.locations.LocationsReceiver;
import org.chargeproof.ocpi.locations.LocationsSender;
import org.chargeproof.ocpi.model.ActiveChargingProfileResult;
import org.chargeproof.ocpi.model.ChargingPreferences;
import org.chargeproof.ocpi.model.ChargingPreferencesResponse;
import org.chargeproof.ocpi.model.ChargingProfile;
import org.chargeproof.ocpi.model.ChargingProfileResponse;
import org.chargeproof.ocpi.model.ChargingProfileResponseType;
import org.chargeproof.ocpi.model.ChargingProfileResultType;
import org.chargeproof.ocpi.model.InterfaceRole;
import org.chargeproof.ocpi.model.Location;
import org.chargeproof.ocpi.model.ModuleId;
import org.chargeproof.ocpi.model.Role;
import org.chargeproof.ocpi.model.Session;
import org.chargeproof.ocpi.profiles.ProfileTarget;
import org.chargeproof.ocpi.profiles.ProfilesReceiver;
import org.chargeproof.ocpi.profiles.ProfilesSender;
import org.chargeproof.ocpi.sessions.SessionSource;
import org.chargeproof.ocpi.sessions.SessionsReceiver;
import org.chargeproof.ocpi.sessions.SessionsSender;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a server answers to requests that it cannot use, over loopback. */
class OcpiServerTest {
    private static final int MUTATIONS = Boolean.getBoolean("chargeproof.long") ? 20_000 : 5_000;
    private static final int AT_ONCE = 64;
    private static final JsonMapper JSON = new JsonMapper();
    private static final ServerLimits LIMITS = new ServerLimits(64 << 10, 50, 50, 5, 256, 256, 1024, 1024, 10, 60);

    @TempDir
    private Path folder;

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient http = vertx.createHttpClient(
            new HttpClientOptions().setIdleTimeout(60), new PoolOptions().setHttp1MaxSize(AT_ONCE));
    private Platform platform;
    private Platform partner;
    private String token;

    /** Everything that modules plug into, in memory. */
    private static final class Everything implements ObjectSink<Session>, SessionSource, ProfileTarget {
        private final Map<String, Session> sessions = new ConcurrentHashMap<>();
        private final Map<String, Location> locations = new ConcurrentHashMap<>();

        @Override
        public Session find(String partner, PartyId operator, String id) {
            return sessions.get(id);
        }

        @Override
        public boolean put(String partner, PartyId operator, Session session) {
            return sessions.size() < 1000 && sessions.put(session.id(), session) == null;
        }

        @Override
        public Page<Session> page(String partner, Page.Filter filter) {
            return Page.of(List.copyOf(sessions.values()), filter);
        }

        @Override
        public Optional<ChargingPreferencesResponse> prefer(
                String partner, String id, ChargingPreferences preferences) {
            return Optional.of(ChargingPreferencesResponse.NOT_POSSIBLE);
        }

        @Override
        public ChargingProfileResponse set(
                String partner, String id, ChargingProfile profile, Consumer<ChargingProfileResultType> result) {
            return new ChargingProfileResponse(ChargingProfileResponseType.REJECTED, 30);
        }

        @Override
        public ChargingProfileResponse clear(String partner, String id, Consumer<ChargingProfileResultType> result) {
            return new ChargingProfileResponse(ChargingProfileResponseType.UNKNOWN_SESSION, 30);
        }

        @Override
        public ChargingProfileResponse active(
                String partner, String id, int seconds, Consumer<ActiveChargingProfileResult> result) {
            return new ChargingProfileResponse(ChargingProfileResponseType.TOO_OFTEN, 30);
        }
    }

    private record Got(int status, JsonNode body, String text, MultiMap headers) {}

    private record Sample(String method, String path, String body) {}

    private void start(ServerLimits limits) {
        Everything all = new Everything();
        ObjectSink<Location> sink = new ObjectSink<Location>() {
            @Override
            public Location find(String name, PartyId operator, String id) {
                return all.locations.get(id);
            }

            @Override
            public boolean put(String name, PartyId operator, Location location) {
                return all.locations.size() < 1000 && all.locations.put(location.id(), location) == null;
            }
        };
        LocationSource source = new LocationSource() {
            @Override
            public Page<Location> page(String name, Page.Filter filter) {
                return Page.of(List.copyOf(all.locations.values()), filter);
            }

            @Override
            public Location find(String name, String id) {
                return all.locations.get(id);
            }
        };
        platform = Platform.start(
                vertx,
                folder.resolve("platform.json"),
                Role.SCSP,
                "SCP",
                limits,
                each -> List.of(
                        new SessionsReceiver(all),
                        new SessionsSender(all),
                        new LocationsReceiver(sink),
                        new LocationsSender(source),
                        new ProfilesReceiver(each.peers, Platform.LOOPBACK, all),
                        new ProfilesSender(
                                each.peers,
                                each.address(InterfaceRole.SENDER, ModuleId.CHARGINGPROFILES),
                                (name, id, profile) -> {})));
        Platform.connect(partner, platform);
        token = partner.partners.find("SCP").orElseThrow().tokens().getFirst();
    }

    @BeforeEach
    void startPartner() {
        partner = Platform.start(vertx, folder.resolve("partner.json"), Role.CPO, "CPO", all -> List.of());
    }

    @AfterEach
    void stop() {
        platform.close();
        partner.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void malformedRequestsGetTheCodesOfTheSpecification() {
        start(LIMITS.withoutRates());
        String sessions = "/ocpi/2.2.1/receiver/sessions/DE/CPO/S1";
        assertCodes(send("PUT", sessions, "{"), 400, 2001);
        assertCodes(send("PUT", sessions, ""), 200, 2001);
        assertCodes(send("PUT", sessions, "[]"), 200, 2001);
        assertCodes(send("PUT", sessions, "{}"), 200, 2001);
        assertThat(send("PUT", sessions, "{}").body().get("status_message").asText())
                .isEqualTo("country_code: is missing; OCPI requires it");
        assertCodes(send("GET", sessions, null), 404, 2001);
        assertCodes(send("DELETE", sessions, null), 405, 2000);
        assertCodes(send("GET", "/ocpi/2.2.1/receiver/sessions/DE/XYZ/S1", null), 404, 2001);
        assertCodes(send("GET", "/ocpi/2.2.1/receiver/sessions/DE/%zz/S1", null), 400, 2001);
        assertCodes(send("GET", "/ocpi/2.2.1/sender/sessions", null), 200, 2001);
        assertCodes(send("GET", "/ocpi/2.2.1/sender/sessions?date_from=yesterday", null), 200, 2001);
        assertCodes(
                send("GET", "/ocpi/2.2.1/sender/sessions?date_from=2026-01-01T00:00:00Z&offset=-1", null), 200, 2001);
        assertCodes(send("GET", "/ocpi/2.2.1/sender/locations/NONE", null), 404, 2003);
        assertCodes(send("GET", "/ocpi/2.2.1/sender/nothing", null), 404, 2001);
        assertCodes(send("GET", "/ocpi/9.9/sender/sessions", null), 404, 2001);
        assertCodes(send("GET", "/elsewhere", null), 404, 2001);
        assertCodes(send("POST", "/ocpi/versions", null), 405, 2000);
        assertCodes(send("PUT", "/ocpi/2.2.1/receiver/chargingprofiles/S1", "{}"), 200, 2001);
    }

    @Test
    void answersCarryTheHeadersOfTheRequest() {
        start(LIMITS.withoutRates());
        var got = await(
                request("GET", "/ocpi/2.2.1/sender/locations", token)
                        .putHeader("X-Request-ID", "r1")
                        .putHeader("X-Correlation-ID", "c1")
                        .putHeader("OCPI-from-country-code", "DE")
                        .putHeader("OCPI-from-party-id", "CPO")
                        .putHeader("OCPI-to-country-code", "DE")
                        .putHeader("OCPI-to-party-id", "SCP"),
                null);

        assertCodes(got, 200, 1000);
        assertThat(got.headers().get("X-Request-ID")).isEqualTo("r1");
        assertThat(got.headers().get("X-Correlation-ID")).isEqualTo("c1");
        assertThat(got.headers().get("OCPI-to-party-id")).isEqualTo("CPO");
        assertThat(got.headers().get("OCPI-from-party-id")).isEqualTo("SCP");
        assertThat(got.headers().get("X-Total-Count")).isEqualTo("0");
        assertThat(got.headers().get("X-Limit")).isEqualTo("100");
        assertThat(got.headers().get("Link")).isNull();
    }

    @Test
    void whoIsUnknownIsToldSoAndSoonWaits() {
        start(LIMITS);
        List<Integer> codes = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            codes.add(
                    await(request("GET", "/ocpi/versions", "nobody" + i), null).status());
        }
        assertThat(codes.getFirst()).isEqualTo(401);
        assertThat(codes).contains(429).containsOnly(401, 429);
        assertThat(await(request("GET", "/ocpi/versions", token), null).status())
                .as("a partner at the same address")
                .isEqualTo(200);
    }

    @Test
    void aPartnerThatAsksTooOftenWaits() {
        start(LIMITS);
        List<Integer> codes = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            codes.add(send("GET", "/ocpi/versions", null).status());
        }
        assertThat(codes).contains(200, 429).containsOnly(200, 429);
    }

    @Test
    void tokensAreTakenInBase64AndAsTheyStand() {
        start(LIMITS.withoutRates());
        for (String header : List.of("Token " + token, "token " + base64(token), "Token " + base64(token + "\n"))) {
            var options = request("GET", "/ocpi/versions", token);
            options.getHeaders().set("Authorization", header);
            assertThat(await(options, null).status()).as(header).isEqualTo(200);
        }
        for (String header :
                List.of("", "Token", "Basic " + base64(token), "Token " + base64("x" + token), "Token \u00e9")) {
            var options = request("GET", "/ocpi/versions", token);
            options.getHeaders().set("Authorization", header);
            assertThat(await(options, null).status()).as(header).isEqualTo(401);
        }
    }

    @Test
    void largeBodiesAreRefusedBeforeTheyAreRead() throws IOException {
        start(LIMITS.withoutRates());
        assertCodes(send("PUT", "/ocpi/2.2.1/receiver/sessions/DE/CPO/S1", " ".repeat(65 << 10)), 413, 2000);
        // says that it will send gigabytes, and sends nothing
        assertThat(raw("PUT /ocpi/2.2.1/receiver/sessions/DE/CPO/S1 HTTP/1.1\r\nHost: a\r\nAuthorization: Token "
                        + base64(token) + "\r\nContent-Type: application/json\r\nContent-Length: 99999999999\r\n\r\n"))
                .startsWith("HTTP/1.1 413");
        assertThat(raw(
                        "PUT /ocpi/2.2.1/receiver/sessions/DE/CPO/S1 HTTP/1.1\r\nHost: a\r\nContent-Type: application/json"
                                + "\r\nContent-Length: 99999999999\r\n\r\n"))
                .as("a stranger")
                .startsWith("HTTP/1.1 401");
        assertThat(raw("nonsense\r\n\r\n")).endsWith(" 400");
        assertThat(raw("GET /" + "x".repeat(10_000) + " HTTP/1.1\r\nHost: a\r\n\r\n"))
                .endsWith(" 414");
    }

    @Test
    void whoSendsTooSlowlyIsCutOff() throws IOException {
        start(new ServerLimits(64 << 10, 50, 50, 5, 256, 256, 1024, 1024, 10, 1));
        long start = System.nanoTime();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), platform.server.port())) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream()
                    .write(("PUT /ocpi/2.2.1/receiver/sessions/DE/CPO/S1 HTTP/1.1\r\nHost: a\r\nAuthorization: Token "
                                    + base64(token)
                                    + "\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{")
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
        assertThat(System.nanoTime() - start).isLessThan(25_000_000_000L);
    }

    @Test
    void aPartnerThatSendsNoBodiesTakesNoRoomOfOthers() throws Exception {
        start(new ServerLimits(64 << 10, 500, 500, 5, 2, 1, 1024, 1024, 10, 60));
        try (Platform other = Platform.start(vertx, folder.resolve("other.json"), Role.CPO, "OTH", all -> List.of())) {
            Platform.connect(other, platform);
            String others = other.partners.find("SCP").orElseThrow().tokens().getFirst();
            try (Socket held = new Socket(InetAddress.getLoopbackAddress(), platform.server.port())) {
                held.getOutputStream()
                        .write(
                                ("PUT /ocpi/2.2.1/receiver/sessions/DE/CPO/S1 HTTP/1.1\r\nHost: a\r\nAuthorization: Token "
                                                + base64(token)
                                                + "\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{")
                                        .getBytes(StandardCharsets.US_ASCII));
                eventually(() -> send("GET", "/ocpi/versions", null).status() == 429);
                assertThat(send("GET", "/ocpi/versions", null).headers().get("Retry-After"))
                        .isEqualTo("1");
                assertThat(await(request("GET", "/ocpi/versions", others), null).status())
                        .as("another partner")
                        .isEqualTo(200);
            }
            // its place is free when it is gone
            eventually(() -> send("GET", "/ocpi/versions", null).status() == 200);
        }
    }

    @Test
    void whoSendsItsHeadersByteByByteIsCutOff() throws Exception {
        start(new ServerLimits(64 << 10, 50, 50, 5, 256, 256, 1024, 1024, 1, 2));
        try (Socket first = new Socket(InetAddress.getLoopbackAddress(), platform.server.port());
                Socket second = new Socket(InetAddress.getLoopbackAddress(), platform.server.port())) {
            assertThat(isCutWhileItDrips(first)).as("in the first request").isTrue();
            second.getOutputStream().write("GET /x HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(isCutWhileItDrips(second)).as("in the second request").isTrue();
        }
    }

    @Test
    void anAddressHasItsShareOfConnections() throws IOException {
        start(new ServerLimits(64 << 10, 50, 50, 5, 256, 256, 1024, 3, 10, 60));
        List<Socket> sockets = new ArrayList<>();
        int open = 0;
        try {
            for (int i = 0; i < 20; i++) {
                sockets.add(new Socket(InetAddress.getLoopbackAddress(), platform.server.port()));
            }
            for (Socket socket : sockets) {
                socket.setSoTimeout(1_000);
                try {
                    assertThat(socket.getInputStream().read()).isEqualTo(-1);
                } catch (SocketTimeoutException e) {
                    open++;
                } catch (SocketException e) {
                    // reset is closed, too
                }
            }
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
        assertThat(open).isBetween(1, 3);
        eventually(() -> raw("GET /x HTTP/1.1\r\nHost: a\r\n\r\n").startsWith("HTTP/1.1 401"));
    }

    /** Sends a byte of a request's head every tenth of a second. */
    private static boolean isCutWhileItDrips(Socket socket) throws InterruptedException {
        for (int i = 0; i < 150; i++) {
            try {
                socket.getOutputStream().write(i == 0 ? 'G' : 'E');
            } catch (IOException e) {
                return true;
            }
            Thread.sleep(100);
        }
        return false;
    }

    private static void eventually(Callable<Boolean> isSo) throws IOException {
        for (int i = 0; i < 100; i++) {
            try {
                if (isSo.call()) {
                    return;
                }
                Thread.sleep(50);
            } catch (SocketException e) {
                // not yet
            } catch (Exception e) {
                throw new IOException(e);
            }
        }
        throw new AssertionError("still not so after 5 s");
    }

    @Test
    void mutatedRequestsAreAnsweredWithoutAFailure() throws InterruptedException {
        start(LIMITS.withoutRates());
        List<Sample> samples = samples();
        samples.forEach(sample -> assertThat(
                        send(sample.method(), sample.path(), sample.body()).status())
                .as(sample.toString())
                .isIn(200, 201, 404, 405));
        Random random = new Random(11);
        Semaphore room = new Semaphore(AT_ONCE);
        Map<String, Integer> codes = new TreeMap<>();
        List<String> failures = new ArrayList<>();
        for (int i = 0; i < MUTATIONS; i++) {
            Sample mutated = mutate(samples.get(random.nextInt(samples.size())), samples, random);
            room.acquire();
            http.request(request(mutated.method(), mutated.path(), token))
                    // the answer's body is asked for where the answer arrives: later, it may be gone
                    .compose(request -> (mutated.body() == null
                                    ? request.send()
                                    : request.send(Buffer.buffer(mutated.body().getBytes(StandardCharsets.ISO_8859_1))))
                            .compose(response -> response.body().map(body -> response.statusCode() + " " + body)))
                    .onComplete(done -> {
                        synchronized (codes) {
                            String answer = done.succeeded() ? done.result() : String.valueOf(done.cause());
                            String code = answer.substring(0, Math.min(3, answer.length()));
                            codes.merge(code, 1, Integer::sum);
                            boolean isTold = answer.contains("\"status_code\":") && answer.contains("\"timestamp\":");
                            // HTTP alone answers what is no HTTP
                            boolean isHttp = code.equals("400") || code.equals("414");
                            if (!code.matches("[24]..")
                                    || !(isTold || isHttp)
                                    || answer.contains("Exception")
                                    || answer.contains("org.chargeproof")) {
                                failures.add(mutated + " -> " + answer);
                            }
                        }
                        room.release();
                    });
        }
        room.acquire(AT_ONCE);
        System.out.println(MUTATIONS + " mutated requests: " + codes);
        assertThat(failures).isEmpty();
        assertThat(codes).containsKeys("200", "400", "404");
        assertThat(send("GET", "/ocpi/versions", null).status()).isEqualTo(200);
    }

    private List<Sample> samples() {
        String session = text(OcpiJson.tree(Objects.session("CPO", "S1", "1.5", Objects.NOON)));
        String location = text(OcpiJson.tree(Objects.location("CPO", "LOC1", Objects.NOON)));
        String response = partner.server.url(Edge.V2_2_1, InterfaceRole.SENDER, ModuleId.CHARGINGPROFILES);
        String profile =
                "{\"charging_rate_unit\":\"W\",\"charging_profile_period\":[{\"start_period\":0,\"limit\":4200.0}]}";
        List<Sample> samples = new ArrayList<>();
        for (String version : List.of("2.2.1", "2.3.0")) {
            String base = "/ocpi/" + version;
            samples.add(new Sample("GET", "/ocpi/versions", null));
            samples.add(new Sample("GET", base, null));
            samples.add(new Sample("GET", base + "/sender/credentials", null));
            samples.add(new Sample("PUT", base + "/receiver/sessions/DE/CPO/S1", session));
            samples.add(new Sample(
                    "PATCH",
                    base + "/receiver/sessions/DE/CPO/S1",
                    "{\"kwh\":2.5,\"last_updated\":\"2026-11-26T13:00:00Z\"}"));
            samples.add(new Sample("GET", base + "/receiver/sessions/DE/CPO/S1", null));
            samples.add(new Sample("PUT", base + "/receiver/locations/DE/CPO/LOC1", location));
            samples.add(new Sample(
                    "PATCH",
                    base + "/receiver/locations/DE/CPO/LOC1/3256",
                    "{\"status\":\"CHARGING\",\"last_updated\":\"2026-11-26T13:00:00Z\"}"));
            samples.add(new Sample(
                    "GET", base + "/sender/sessions?date_from=2026-01-01T00:00:00Z&limit=10&offset=0", null));
            samples.add(new Sample("GET", base + "/sender/locations?offset=0&limit=50", null));
            samples.add(new Sample(
                    "PUT",
                    base + "/sender/sessions/S1/charging_preferences",
                    "{\"profile_type\":\"GREEN\",\"departure_time\":\"2026-11-26T18:00:00Z\",\"energy_need\":20}"));
            samples.add(new Sample(
                    "PUT",
                    base + "/receiver/chargingprofiles/S1",
                    "{\"charging_profile\":" + profile + ",\"response_url\":\"" + response + "\"}"));
            samples.add(new Sample(
                    "GET", base + "/receiver/chargingprofiles/S1?duration=900&response_url=" + response, null));
            samples.add(new Sample("DELETE", base + "/receiver/chargingprofiles/S1?response_url=" + response, null));
            samples.add(new Sample(
                    "PUT",
                    base + "/sender/chargingprofiles/S1",
                    "{\"start_date_time\":\"2026-11-26T12:00:00Z\",\"charging_profile\":" + profile + "}"));
            samples.add(
                    new Sample("POST", base + "/sender/chargingprofiles/result/set/0123", "{\"result\":\"ACCEPTED\"}"));
        }
        return samples;
    }

    private static Sample mutate(Sample sample, List<Sample> others, Random random) {
        String method = random.nextInt(10) == 0
                ? List.of("GET", "PUT", "POST", "PATCH", "DELETE", "OPTIONS", "TRACE")
                        .get(random.nextInt(7))
                : sample.method();
        // not the tail of credentials: a DELETE of them would end the registration
        if (sample.path().contains("credentials")) {
            method = "GET";
        }
        String path = random.nextInt(3) == 0 ? mutatePath(sample.path(), random) : sample.path();
        if (path.contains("credentials") && !method.equals("GET")) {
            path = "/ocpi/versions";
        }
        String body = sample.body() == null && random.nextInt(5) == 0
                ? others.get(random.nextInt(others.size())).body()
                : sample.body();
        return new Sample(method, path, body == null ? null : mutateBody(body, random));
    }

    private static String mutatePath(String path, Random random) {
        int at = 1 + random.nextInt(path.length() - 1);
        return switch (random.nextInt(6)) {
            case 0 -> path.substring(0, at);
            case 1 -> path.substring(0, at) + "%" + Integer.toHexString(random.nextInt(256)) + path.substring(at);
            case 2 -> path + "/" + "x".repeat(random.nextInt(100));
            case 3 -> path.substring(0, at) + "/../" + path.substring(at);
            case 4 ->
                path + (path.contains("?") ? "&" : "?") + "offset=" + random.nextLong() + "&limit=" + random.nextInt();
            default -> path.substring(0, at) + "%00" + path.substring(at);
        };
    }

    private static String mutateBody(String body, Random random) {
        StringBuilder text = new StringBuilder(body);
        for (int i = 1 + random.nextInt(3); i > 0 && !text.isEmpty(); i--) {
            int at = random.nextInt(text.length());
            switch (random.nextInt(9)) {
                case 0 -> text.setCharAt(at, (char) random.nextInt(256));
                case 1 -> text.delete(at, Math.min(text.length(), at + 1 + random.nextInt(20)));
                case 2 -> text.insert(at, text.substring(at, Math.min(text.length(), at + random.nextInt(40))));
                case 3 ->
                    replace(
                            text,
                            "\\d+",
                            List.of("1e999999999", "-1", "0.00000000000000000000001", "99999999999999999999999")
                                    .get(random.nextInt(4)),
                            random);
                case 4 ->
                    replace(
                            text,
                            "\"[^\"]*\"",
                            List.of(
                                            "null",
                                            "[]",
                                            "{}",
                                            "\"\\u0000\"",
                                            "\"\\ud800\"",
                                            "true",
                                            "\"" + "y".repeat(300) + "\"")
                                    .get(random.nextInt(7)),
                            random);
                case 5 -> text.setLength(at);
                case 6 -> text.insert(at, "[".repeat(random.nextInt(200)));
                case 7 -> replace(text, ":", List.of(":[", ":{", ",", "::").get(random.nextInt(4)), random);
                default -> text.insert(at, "\u00ff\u00fe");
            }
        }
        return text.toString();
    }

    private static void replace(StringBuilder text, String pattern, String by, Random random) {
        var matches =
                Pattern.compile(pattern).matcher(text.toString()).results().toList();
        if (!matches.isEmpty()) {
            var match = matches.get(random.nextInt(matches.size()));
            text.replace(match.start(), match.end(), by);
        }
    }

    private Got send(String method, String path, String body) {
        return await(request(method, path, token), body);
    }

    private RequestOptions request(String method, String path, String shown) {
        return new RequestOptions()
                .setMethod(HttpMethod.valueOf(method))
                .setHost("127.0.0.1")
                .setPort(platform.server.port())
                .setURI(path)
                .putHeader("Content-Type", "application/json")
                .putHeader("Authorization", "Token " + base64(shown));
    }

    private Got await(RequestOptions options, String body) {
        return http.request(options)
                .compose(request -> (body == null ? request.send() : request.send(Buffer.buffer(body)))
                        .compose(response -> response.body().map(all -> {
                            try {
                                return new Got(
                                        response.statusCode(),
                                        JSON.readTree(all.getBytes()),
                                        all.toString(),
                                        response.headers());
                            } catch (IOException e) {
                                throw new AssertionError(all.toString(), e);
                            }
                        })))
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    private String raw(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), platform.server.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            byte[] start = socket.getInputStream().readNBytes(12);
            return new String(start, StandardCharsets.US_ASCII);
        }
    }

    private static void assertCodes(Got got, int http, int ocpi) {
        assertThat(got.status() + " " + got.body().path("status_code"))
                .as(got.text())
                .isEqualTo(http + " " + ocpi);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(JsonNode tree) {
        return new String(OcpiJson.bytes(tree), StandardCharsets.UTF_8);
    }
}

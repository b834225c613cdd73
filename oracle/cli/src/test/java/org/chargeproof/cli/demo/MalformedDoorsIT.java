package org.chargeproof.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.chargeproof.api.ApiKeys;
import org.chargeproof.api.ApiSettings;
import org.chargeproof.api.Role;
import org.chargeproof.cli.demo.deployment.Deployment;
import org.chargeproof.cli.demo.deployment.Keys;
import org.chargeproof.cli.demo.ledger.EmbeddedLedger;
import org.chargeproof.cli.demo.ledger.MovedTime;
import org.chargeproof.cli.demo.scenario.GeneratedDay;
import org.chargeproof.cli.demo.scenario.Scenario;
import org.chargeproof.cli.demo.world.OcpiBackends;
import org.chargeproof.cli.demo.world.Providers;
import org.chargeproof.ledger.LedgerClient;
import org.chargeproof.ledger.Network;
import org.chargeproof.ledger.Pause;
import org.chargeproof.ocpi.credentials.FilePartners;
import org.chargeproof.operator.owner.Transactions;
import org.chargeproof.protocol.time.NetworkParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.web3j.protocol.core.DefaultBlockParameterName;

/**
 * An oracle with all its doors open, and requests that were spoilt, by strangers and by those who have a key: each door is asked what it is made
 * for, with bytes changed. None fails, none tells of the inside, none changes anything, and memory stays as it was. 5,000 with each build, 100,000
 * with {@code -Pabuse}.
 */
class MalformedDoorsIT {
    private static final NetworkParameters PARAMETERS = new NetworkParameters(900, 60, 6, 4, 2, 3);
    private static final long START = 1_780_272_000;
    private static final int REQUESTS = Boolean.getBoolean("chargeproof.abuse") ? 100_000 : 5_000;
    private static final int WARM_UP = 500;
    private static final int AT_ONCE = 32;
    private static final long SEED = 77;
    private static final int MOST_FAILURES = 5;
    /** Of HTTP itself: a method or version that nobody knows; and come again. */
    private static final Set<String> ANSWERED_WITH = Set.of("501", "503", "505");

    private static final long TOLERATED_KIB = 32 << 10;
    private static final Pattern USED = Pattern.compile("(?:heap|DefNew|Tenured)\\b[^\\n]*? used (\\d+)K");
    private static final Pattern INSIDE =
            Pattern.compile("(?s).*(\\bat [a-z]+\\.[a-z.]+\\(|Exception\\b|\\.java:\\d|io\\.vertx|com\\.fasterxml).*");

    @TempDir
    private Path folder;

    /** What a door is made for; it changes nothing, because what it is about does not exist, or is another's. */
    private record Whole(String door, String method, String path, List<String> headers, String body) {}

    @Test
    void refuseWhatIsSpoiltAndStayAsTheyWere() throws IOException, InterruptedException {
        Scenario scenario = GeneratedDay.generate(3, 2, 2, 2, 2);
        var operators = IntStream.rangeClosed(1, 2)
                .mapToObj(i -> Keys.operator("Operator " + i))
                .toList();
        Vertx vertx = Vertx.vertx();
        try (var ledger = EmbeddedLedger.start(START);
                var client = LedgerClient.connect(ledger.url())) {
            var transactions = new Transactions(client, new MovedTime(client, () -> {}));
            var deployment = new Deployment(client, transactions, text -> {});
            Network network = deployment.contracts(PARAMETERS, operators);
            deployment.assets(network, scenario, operators);
            try (var backends = new OcpiBackends(
                            vertx,
                            folder,
                            operators.stream().map(Keys.Operator::meter).toList(),
                            scenario.points(),
                            Set.of(),
                            Set.of(),
                            () -> client.head().timestampSeconds());
                    var providers = new Providers(vertx, folder, 2);
                    var fleet = new OracleFleet(folder, network.address(), 50, f -> {})) {
                var options = new ArrayList<>(backends.oracleOptions(0));
                options.addAll(providers.oracleOptions(0));
                fleet.start(
                        0,
                        ledger.url(),
                        operators.getFirst().oracle(),
                        options,
                        List.of("org.chargeproof.cli.Main", "oracle"));
                fleet.awaitStarted();
                fleet.awaitActed(client.head().number());
                backends.connect(fleet);
                providers.connect(fleet);
                fleet.awaitAnswersToApps();
                attack(fleet, client, operators);
            }
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    private void attack(OracleFleet fleet, LedgerClient client, List<Keys.Operator> operators)
            throws IOException, InterruptedException {
        int port = URI.create(fleet.url(0)).getPort();
        long pid = fleet.pids().values().iterator().next();
        List<Whole> wholes = wholes();
        Pause.millis(1_000);
        for (Whole whole : wholes) {
            // what is spoilt below is right
            String status =
                    send(port, request(whole, whole.body())).lines().findFirst().orElse("");
            assertThat(status)
                    .as(whole.door() + " " + whole.method() + " " + whole.path())
                    .matches("HTTP/1.1 [24]\\d\\d.*");
        }
        String before = state(fleet, client, operators);
        var counts = new ConcurrentSkipListMap<String, Integer>();
        var failures = new ConcurrentLinkedQueue<String>();
        send(port, wholes, 0, WARM_UP, counts, failures);
        long usedKib = usedKib(pid);
        send(port, wholes, WARM_UP, REQUESTS, counts, failures);
        System.out.println(REQUESTS + " spoilt requests: " + counts);
        assertThat(failures).isEmpty();
        assertThat(state(fleet, client, operators)).isEqualTo(before);
        assertThat(usedKib).isPositive();
        long grownKib = usedKib(pid) - usedKib;
        System.out.println("memory in use grew by " + grownKib + " KiB from " + usedKib + " KiB");
        assertThat(grownKib).as("growth of %d KiB in use, by KiB", usedKib).isLessThan(TOLERATED_KIB);
        assertThat(counts.keySet().stream().map(each -> each.split(" ", 2)[0]))
                .contains("rpc", "ocpi", "roaming", "api", "operator", "health");
    }

    /** Several at once: a spoilt length makes the server wait for more than comes. */
    private void send(
            int port,
            List<Whole> wholes,
            int from,
            int to,
            ConcurrentMap<String, Integer> counts,
            Collection<String> failures) {
        var seeds = new Random(SEED + from);
        try (var threads = Executors.newFixedThreadPool(AT_ONCE)) {
            for (int i = from; i < to; i++) {
                var random = new Random(seeds.nextLong());
                threads.execute(() -> {
                    if (failures.size() < MOST_FAILURES) {
                        send(port, wholes.get(random.nextInt(wholes.size())), random, counts, failures);
                    }
                });
            }
        }
    }

    private static void send(
            int port, Whole whole, Random random, ConcurrentMap<String, Integer> counts, Collection<String> failures) {
        byte[] request = spoilt(whole, random);
        String answer = send(port, request);
        String status = answer.isEmpty()
                ? "closed"
                : answer.lines().findFirst().orElse("").replaceAll("^\\S+ (\\d+).*", "$1");
        counts.merge(whole.door() + " " + status, 1, Integer::sum);
        boolean isFailure = status.startsWith("5") && !ANSWERED_WITH.contains(status);
        if (isFailure || INSIDE.matcher(answer).matches()) {
            failures.add(answer.substring(0, Math.min(500, answer.length())) + "\nto\n"
                    + new String(request, 0, Math.min(600, request.length), StandardCharsets.ISO_8859_1));
        }
    }

    private List<Whole> wholes() throws IOException {
        String json = "Content-Type: application/json";
        String ocpi = token("cpo-0", "oracle");
        String roaming = token("provider-1", "operator-1");
        Path data = folder.resolve("oracle-0");
        String key = "Authorization: Bearer "
                + new ApiKeys(data.resolve(ApiSettings.KEYS_FILE))
                        .make("tester", Role.OPERATOR, null, Instant.now(), new SecureRandom())
                        .text();
        String operator = "Authorization: Bearer "
                + Files.readString(data.resolve("operator.key")).strip();
        List<String> asBackend = List.of(ocpi, json, "X-Request-ID: 1", "X-Correlation-ID: 2");
        List<String> asProvider = List.of(roaming, json, "X-Request-ID: 1", "X-Correlation-ID: 2");
        return List.of(
                new Whole(
                        "rpc",
                        "POST",
                        "/rpc",
                        List.of(json),
                        "[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"charge_chargePoints\",\"params\":[{\"limit\":10}]},{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"charge_setpoints\",\"params\":[0]}]"),
                new Whole(
                        "ocpi",
                        "PUT",
                        "/ocpi/2.2.1/receiver/sessions/XX/NOB/S1",
                        asBackend,
                        "{\"country_code\":\"XX\",\"party_id\":\"NOB\",\"id\":\"S1\",\"start_date_time\":\"2026-06-01T00:00:00Z\",\"kwh\":1.5,\"cdr_token\":{\"country_code\":\"XX\",\"party_id\":\"NOB\",\"uid\":\"1\",\"type\":\"RFID\",\"contract_id\":\"1\"},\"auth_method\":\"WHITELIST\",\"location_id\":\"L\",\"evse_uid\":\"E\",\"connector_id\":\"1\",\"currency\":\"EUR\",\"status\":\"ACTIVE\",\"last_updated\":\"2026-06-01T00:00:00Z\"}"),
                new Whole(
                        "ocpi",
                        "PATCH",
                        "/ocpi/2.2.1/receiver/locations/XX/NOB/L/E",
                        asBackend,
                        "{\"status\":\"CHARGING\",\"last_updated\":\"2026-06-01T00:00:00Z\"}"),
                new Whole(
                        "ocpi",
                        "POST",
                        "/ocpi/2.2.1/sender/chargingprofiles/result/set/" + "0".repeat(32),
                        asBackend,
                        "{\"result\":\"ACCEPTED\"}"),
                new Whole("ocpi", "GET", "/ocpi/versions", asBackend, ""),
                new Whole(
                        "roaming",
                        "GET",
                        "/roaming/2.2.1/sender/cdrs?date_from=2026-06-01T00:00:00Z&limit=5",
                        asProvider,
                        ""),
                new Whole(
                        "roaming",
                        "GET",
                        "/roaming/2.3.0/sender/sessions?date_from=2026-06-01T00:00:00Z",
                        asProvider,
                        ""),
                new Whole("roaming", "GET", "/roaming/2.2.1/sender/locations/G0/CP0/1", asProvider, ""),
                new Whole("roaming", "GET", "/roaming/2.2.1/sender/tariffs?offset=0", asProvider, ""),
                new Whole(
                        "roaming",
                        "PUT",
                        "/roaming/2.2.1/sender/sessions/S1/charging_preferences",
                        asProvider,
                        "{\"profile_type\":\"GREEN\",\"departure_time\":\"2026-06-01T06:00:00Z\",\"energy_need\":20.5}"),
                new Whole(
                        "api",
                        "PUT",
                        "/api/v1/groups/9999/measurements/1978080",
                        List.of(key, json),
                        "{\"loadWh\":1,\"pvWh\":2,\"firmPvWh\":3}"),
                new Whole(
                        "api",
                        "POST",
                        "/api/v1/quotes",
                        List.of(key, json),
                        "{\"chargePoint\":9999,\"energyWh\":5000,\"departure\":1780279200,\"joins\":true}"),
                new Whole("api", "GET", "/api/v1/charge-points?count=2", List.of(key), ""),
                new Whole(
                        "operator",
                        "POST",
                        "/operator/ocpi/partners",
                        List.of(operator, json),
                        "{\"called\":\"nobody\",\"versionsUrl\":\"http://127.0.0.1:1/ocpi\",\"token\":\"x\"}"),
                new Whole("operator", "DELETE", "/operator/roaming/partners/nobody", List.of(operator), ""),
                new Whole("health", "GET", "/health/ready", List.of(), ""),
                new Whole("health", "GET", "/bills/1", List.of(), ""));
    }

    private String token(String platform, String partner) {
        String token = new FilePartners(folder.resolve(platform).resolve("partners.json"))
                .find(partner)
                .orElseThrow()
                .tokens()
                .getFirst();
        return "Authorization: Token " + Base64.getEncoder().encodeToString(token.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] request(Whole whole, String body) {
        byte[] content = body.getBytes(StandardCharsets.ISO_8859_1);
        var head = new StringBuilder(whole.method() + " " + whole.path() + " HTTP/1.1\r\nHost: 127.0.0.1\r\n");
        whole.headers().forEach(header -> head.append(header).append("\r\n"));
        if (content.length > 0) {
            head.append("Content-Length: ").append(content.length).append("\r\n");
        }
        var out = new ByteArrayOutputStream();
        out.writeBytes(head.append("Connection: close\r\n\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
        out.writeBytes(content);
        return out.toByteArray();
    }

    /** Mostly in the body, if there is one: what is wrong before it never gets that far. */
    private static byte[] spoilt(Whole whole, Random random) {
        boolean inBody = !whole.body().isEmpty() && random.nextInt(4) > 0;
        if (inBody) {
            return request(whole, changed(whole.body(), random));
        }
        byte[] request = request(whole, whole.body());
        String text = new String(request, StandardCharsets.ISO_8859_1);
        int head = text.indexOf("\r\n\r\n");
        int line = text.indexOf("\r\n");
        int end = random.nextBoolean() ? line : head;
        return (changed(text.substring(0, end), random) + text.substring(end)).getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String changed(String text, Random random) {
        var bytes = new StringBuilder(text);
        int changes = 1 + random.nextInt(3);
        for (int i = 0; i < changes && !bytes.isEmpty(); i++) {
            int at = random.nextInt(bytes.length());
            switch (random.nextInt(6)) {
                case 0 -> bytes.setCharAt(at, (char) random.nextInt(256));
                case 1 -> bytes.deleteCharAt(at);
                case 2 -> bytes.insert(at, (char) random.nextInt(256));
                case 3 -> bytes.delete(at, Math.min(bytes.length(), at + random.nextInt(40)));
                case 4 -> bytes.insert(at, bytes.substring(at, Math.min(bytes.length(), at + random.nextInt(40))));
                default ->
                    bytes.insert(
                            at,
                            random.nextBoolean() ? "[".repeat(random.nextInt(2_000)) : "9".repeat(random.nextInt(400)));
            }
        }
        return bytes.toString();
    }

    private static String send(int port, byte[] request) {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            // a spoilt length makes the server wait for more than comes
            socket.setSoTimeout(700);
            socket.getOutputStream().write(request);
            var in = new BufferedInputStream(socket.getInputStream());
            return new String(in.readNBytes(64 << 10), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }

    /** What a request could have changed: partners, what waits to be sent, what the oracle knows of the ledger. */
    private String state(OracleFleet fleet, LedgerClient client, List<Keys.Operator> operators)
            throws IOException, InterruptedException {
        var state = new ArrayList<String>();
        try (var http = HttpClient.newHttpClient()) {
            String key = Files.readString(folder.resolve("oracle-0").resolve("operator.key"))
                    .strip();
            for (String door : List.of("ocpi", "roaming")) {
                state.add(http.send(
                                HttpRequest.newBuilder(URI.create(fleet.url(0) + "/operator/" + door + "/partners"))
                                        .header("Authorization", "Bearer " + key)
                                        .build(),
                                HttpResponse.BodyHandlers.ofString())
                        .body());
            }
        }
        for (Keys.Operator operator : operators) {
            for (var account : List.of(operator.owner(), operator.oracle(), operator.meter())) {
                state.add(String.valueOf(client.ask(client.web3j()
                                .ethGetTransactionCount(account.getAddress(), DefaultBlockParameterName.PENDING))
                        .getTransactionCount()));
            }
        }
        state.add(String.valueOf(client.head().number()));
        return String.join("\n", state);
    }

    /** After a collection, by the JDK's own tool. */
    private static long usedKib(long pid) throws IOException, InterruptedException {
        jcmd(pid, "GC.run");
        return USED.matcher(jcmd(pid, "GC.heap_info"))
                .results()
                .mapToLong(found -> Long.parseLong(found.group(1)))
                .sum();
    }

    private static String jcmd(long pid, String command) throws IOException, InterruptedException {
        var process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        String.valueOf(pid),
                        command)
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}

package org.chargeproof.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Requests that do not fit the contract, made from it and by spoiling ones that do: each is refused with a problem, none fails, and none
 * changes anything. As bytes on a socket, as HTTP clients send no nonsense.
 */
class MalformedRequestsTest {
    private static final int REQUESTS = Boolean.getBoolean("chargeproof.long") ? 20_000 : 4_000;
    private static final long SEED = 49;
    private static final List<String> VALUES = List.of(
            "null",
            "true",
            "\"x\"",
            "\"\"",
            "[]",
            "{}",
            "[[[[1]]]]",
            "-1",
            "1.5",
            "1e400",
            "-0.0001",
            "99999999999999999999",
            "9223372036854775808",
            "1000000001",
            "\"\\u0000\"",
            "\"\\ud800\"",
            "\"\uD83D\uDE97 \u202E\"",
            "NaN");
    static final List<String> SEGMENTS = List.of(
            "-1",
            "1.5",
            "x",
            "%00",
            "%2F",
            "%",
            "%zz",
            "..",
            "99999999999",
            "0x10",
            "%F0%9F%9A%97",
            "1;a=b",
            "1e99",
            "+1",
            "%20",
            "*",
            "a".repeat(49),
            "\u00e9");

    @TempDir
    private Path folder;

    private final Random random = new Random(SEED);

    /** A request that fits, in parts that can be spoilt. */
    private record Whole(String method, String path, String contentType, String body) {}

    /** An answer as it came. */
    record Answer(int status, Map<String, String> headers, String body) {}

    private static final List<Whole> INPUTS = List.of(
            new Whole(
                    "PUT",
                    "/groups/0/measurements/1000",
                    "application/json",
                    "{\"loadWh\":1,\"pvWh\":2,\"firmPvWh\":3}"),
            new Whole("PUT", "/groups/0/forecast", "application/json", TestApi.forecast(2)),
            new Whole(
                    "PUT",
                    "/batteries/0/state",
                    "application/json",
                    "{\"timestep\":1000,\"storedWh\":5,\"powerW\":-6}"),
            new Whole(
                    "POST",
                    "/quotes",
                    "application/json",
                    "{\"chargePoint\":1,\"energyWh\":5000,\"departure\":30360,\"joins\":true}"));

    private static final List<String> READS = List.of(
            "/charge-points/{}",
            "/charge-points/{}/setpoints",
            "/charge-points/{}/plan",
            "/sessions/{}",
            "/sessions/{}/bill",
            "/sessions/{}/receipt",
            "/timesteps/{}",
            "/timesteps/{}/plans/0",
            "/timesteps/1001/plans/{}",
            "/timesteps/{}/plans/0/proof",
            "/timesteps/1001/plans/{}/proof",
            "/reputation/{}",
            "/charge-points?from={}",
            "/charge-points?count={}",
            "/charge-points?available={}",
            "/charge-points?{}=1",
            "/verdicts?count={}",
            "/verdicts?count=1&count={}",
            "/charge-points/0/setpoints?fromTimestep={}",
            "/{}",
            "/network/{}",
            "//network/{}");

    @Test
    void eachIsRefusedWithAProblemAndChangesNothing() throws IOException {
        var counts = new TreeMap<Integer, Integer>();
        var failures = new ArrayList<String>();
        try (var api = new TestApi(TestApi.Setup.in(folder))) {
            String key = api.keys.get(Role.OPERATOR);
            for (int i = 0; i < REQUESTS; i++) {
                byte[] request = random.nextInt(3) > 0 ? spoiltInput(key) : spoiltRead(key);
                Answer answer = send(api.port(), request);
                counts.merge(answer.status(), 1, Integer::sum);
                String problem = problem(answer);
                if (!problem.isEmpty() && failures.size() < 5) {
                    failures.add(problem + ": " + answer + "\n" + shown(request));
                }
                if (!api.inputs.calls.isEmpty()) {
                    failures.add("it changed something: " + api.inputs.calls + "\n" + shown(request));
                    api.inputs.calls.clear();
                }
                if (failures.size() >= 5) {
                    break;
                }
            }
            assertThat(failures).as("%s", counts).isEmpty();
            assertThat(api.get("/network", Role.AUDITOR).statusCode()).isEqualTo(200);
        }
        // all kinds of refusals were reached
        assertThat(counts.keySet()).contains(400, 404, 405, 414, 415);
    }

    static String shown(byte[] request) {
        String text = new String(request, StandardCharsets.UTF_8);
        return text.substring(0, Math.min(600, text.length()));
    }

    static String problem(Answer answer) {
        if (answer.status() >= 500) {
            return "it failed";
        }
        if (answer.status() == 200
                && answer.headers().getOrDefault("content-type", "").equals("application/json")) {
            // what was spoilt is another request that fits, of a read or a quote
            return "";
        }
        if (answer.status() < 400) {
            return "it was taken";
        }
        try {
            ContractTest.checkProblem(
                    answer.status(), answer.headers().getOrDefault("content-type", ""), answer.body());
            return "";
        } catch (AssertionError e) {
            return String.valueOf(e.getMessage());
        }
    }

    private byte[] spoiltRead(String key) {
        String path = any(READS).replace("{}", any(SEGMENTS));
        String method = random.nextInt(8) == 0 ? any(List.of("DELETE", "PATCH", "TRACE", "BREW", "OPTIONS")) : "GET";
        if (random.nextInt(50) == 0) {
            path = "/" + "long/".repeat(1 + random.nextInt(2_000));
        }
        return request(method, path, Map.of("Authorization", "Bearer " + key), new byte[0]);
    }

    private byte[] spoiltInput(String key) {
        Whole whole = any(INPUTS);
        var headers = new HashMap<String, String>();
        headers.put("Content-Type", whole.contentType());
        headers.put("Authorization", "Bearer " + key);
        byte[] body = whole.body().getBytes(StandardCharsets.UTF_8);
        String path = whole.path();
        switch (random.nextInt(10)) {
            case 0 ->
                headers.put(
                        "Content-Type",
                        any(List.of(
                                "text/plain",
                                "application/xml",
                                "multipart/form-data; boundary=x",
                                "x",
                                "application/x-www-form-urlencoded",
                                "application/json5")));
            case 1 -> headers.remove("Content-Type");
            case 2 -> body = without(whole.body());
            case 3 ->
                body = whole.body()
                        .replaceFirst("\\{", "{\"extra\":" + any(VALUES) + ",")
                        .getBytes(StandardCharsets.UTF_8);
            case 4, 5 -> body = withOther(whole.body());
            case 6 -> body = deep();
            case 7 -> body = torn(body);
            case 8 -> {
                path = whole.path()
                        .replaceFirst(
                                "/[0-9]+|/quotes|/forecast", "/" + any(SEGMENTS).replace("+1", "x"));
                body = "{\"wrong\":1}".getBytes(StandardCharsets.UTF_8);
            }
            default -> body = twice(whole.body());
        }
        return request(whole.method(), path, headers, body);
    }

    private byte[] without(String body) {
        // one of the names that must be there
        return body.replaceFirst("\"(loadWh|pvWh|steps|expectedPvWh|storedWh|energyWh)\"", "\"other\"")
                .getBytes(StandardCharsets.UTF_8);
    }

    private byte[] withOther(String body) {
        return body.replaceFirst(
                        "\"(loadWh|firmPvWh|steps|greenClass|reservedLoadWh|powerW|energyWh|joins)\":(-?[0-9]+|true|\\[)",
                        java.util.regex.Matcher.quoteReplacement("\""
                                + any(List.of("loadWh", "powerW", "energyWh", "steps")) + "\":" + wrong() + ",\"x\":["))
                .replaceFirst("\\}$", "]}")
                .getBytes(StandardCharsets.UTF_8);
    }

    private String wrong() {
        return any(VALUES);
    }

    private byte[] deep() {
        int depth = 1 + random.nextInt(30_000);
        return (random.nextBoolean() ? "[".repeat(depth) : "{\"a\":".repeat(depth / 5 + 1))
                .getBytes(StandardCharsets.UTF_8);
    }

    private byte[] torn(byte[] body) {
        byte[] torn = body.clone();
        for (int i = 0; i <= random.nextInt(4); i++) {
            torn[random.nextInt(torn.length)] = (byte) (128 + random.nextInt(128));
        }
        torn[0] = (byte) any(List.of((int) '[', (int) '"', 0, 255, (int) '(')).intValue();
        return torn;
    }

    private byte[] twice(String body) {
        return (random.nextBoolean() ? body + body : body.replaceFirst("\"([a-zA-Z]+)\":", "\"$1\":1,\"$1\":"))
                .getBytes(StandardCharsets.UTF_8);
    }

    private <T> T any(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    static byte[] request(String method, String path, Map<String, String> headers, byte[] body) {
        var head = new StringBuilder(method).append(" /api/v1").append(path).append(" HTTP/1.1\r\nHost: 127.0.0.1\r\n");
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        head.append("Content-Length: ").append(body.length).append("\r\nConnection: close\r\n\r\n");
        byte[] start = head.toString().getBytes(StandardCharsets.UTF_8);
        byte[] all = new byte[start.length + body.length];
        System.arraycopy(start, 0, all, 0, start.length);
        System.arraycopy(body, 0, all, start.length, body.length);
        return all;
    }

    static Answer send(int port, byte[] request) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(20_000);
            try {
                socket.getOutputStream().write(request);
            } catch (IOException e) {
                // answered, and cut
            }
            return read(new BufferedInputStream(socket.getInputStream()));
        }
    }

    private static Answer read(InputStream in) throws IOException {
        String[] status = line(in).split(" ", -1);
        var headers = new HashMap<String, String>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            String[] parts = line.split(": ?", 2);
            headers.put(parts[0].toLowerCase(Locale.ROOT), parts[1]);
        }
        int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
        return new Answer(
                Integer.parseInt(status[1]), headers, new String(in.readNBytes(length), StandardCharsets.UTF_8));
    }

    private static String line(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new IOException("the answer ends after: " + line);
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }
}

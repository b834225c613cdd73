package org.chargeproof.ocpi.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressPolicyTest {
    private static final int HOSTILE = 10_000;

    /** Names that lead inside, and one that leads outside as well. */
    private static final Map<String, List<String>> NAMES = Map.of(
            "localhost", List.of("127.0.0.1"),
            "inside.example", List.of("10.1.2.3"),
            "metadata.example", List.of("169.254.169.254"),
            "six.example", List.of("fd00::1"),
            "mapped.example", List.of("64:ff9b::7f00:1"),
            "both.example", List.of("93.184.215.14", "127.0.0.1"),
            "outside.example", List.of("93.184.215.14"));

    private static final AddressPolicy PUBLIC = AddressPolicy.publicOnly().with(AddressPolicyTest::resolve);

    private static InetAddress[] resolve(String name) throws UnknownHostException {
        List<String> addresses = NAMES.get(name.endsWith(".") ? name.substring(0, name.length() - 1) : name);
        if (addresses == null) {
            throw new UnknownHostException(name);
        }
        return addresses.stream().map(InetAddress::ofLiteral).toArray(InetAddress[]::new);
    }

    @ParameterizedTest
    @CsvSource({
        "https://outside.example/ocpi/versions?a=b, 443, /ocpi/versions?a=b",
        "https://outside.example:8443, 8443, /",
        "HTTPS://93.184.215.14/x, 443, /x",
        "https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/, 443, /"
    })
    void publicAddressesAreCalledByHttps(String url, int port, String path) {
        var target = PUBLIC.check(url);

        assertThat(target.port()).isEqualTo(port);
        assertThat(target.pathAndQuery()).isEqualTo(path);
        assertThat(target.isTls()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "https://",
                "https:///x",
                "//outside.example/",
                "/versions",
                "file:///etc/passwd",
                "gopher://outside.example/",
                "ftp://outside.example/",
                "jar:https://outside.example/!/",
                "http://outside.example/",
                "https://user@outside.example/",
                "https://user:word@outside.example/",
                "https://outside.example/#x",
                "https://outside.example:0/",
                "https://outside.example:65536/",
                "https://outside.example:-1/",
                "https://outside.example\\@127.0.0.1/",
                "https://outside.example/\r\nX: y",
                "https://outside.example/ x",
                "https://outs\u0131de.example/",
                "https://127.0.0.1/",
                "https://127.1/",
                "https://0x7f000001/",
                "https://0x7f.0.0.1/",
                "https://2130706433/",
                "https://017700000001/",
                "https://0177.0.0.1/",
                "https://127.0.0.1./",
                "https://0/",
                "https://0.0.0.0/",
                "https://10.0.0.1/",
                "https://172.16.0.1/",
                "https://172.31.255.255/",
                "https://192.168.1.1/",
                "https://169.254.169.254/",
                "https://100.64.0.1/",
                "https://198.18.0.1/",
                "https://224.0.0.1/",
                "https://255.255.255.255/",
                "https://192.0.2.1/",
                "https://[::1]/",
                "https://[::]/",
                "https://[::ffff:127.0.0.1]/",
                "https://[::ffff:7f00:1]/",
                "https://[::127.0.0.1]/",
                "https://[fe80::1]/",
                "https://[fe80::1%25lo]/",
                "https://[fd00::1]/",
                "https://[fec0::1]/",
                "https://[ff02::1]/",
                "https://[64:ff9b::a00:1]/",
                "https://[2002:7f00:1::]/",
                "https://[2001::1]/",
                "https://[2001:db8::1]/",
                "https://localhost/",
                "https://localhost./",
                "https://inside.example/",
                "https://metadata.example/",
                "https://six.example/",
                "https://mapped.example/",
                "https://both.example/",
                "https://nowhere.example/"
            })
    void otherAddressesAreNotCalled(String url) {
        assertThatThrownBy(() -> PUBLIC.check(url)).isInstanceOf(RefusedAddressException.class);
    }

    @Test
    void whatTheOperatorAllowsIsCalledByHttpToo() {
        var policy = AddressPolicy.allowing(AddressPolicy.Block.of("10.1.0.0/16"));

        assertThat(policy.check("http://10.1.2.3:8080/x").isTls()).isFalse();
        assertThatThrownBy(() -> policy.check("http://10.2.0.1/")).isInstanceOf(RefusedAddressException.class);
        assertThatThrownBy(() -> policy.check("http://93.184.215.14/")).isInstanceOf(RefusedAddressException.class);
        assertThatThrownBy(() -> AddressPolicy.Block.of("10.1.0.0")).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "inside.example, 10.1.2.3",
        "metadata.example, 169.254.169.254",
        "both.example, 127.0.0.1",
        "nowhere.example, has no address"
    })
    void whoNamesAHostIsNotToldWhatItIsInside(String host, String reason) {
        assertThatThrownBy(() -> PUBLIC.check("https://" + host + "/"))
                .hasMessage("'https://" + host + "/' is not called: it must be at a public address, by HTTPS.")
                .isInstanceOfSatisfying(
                        RefusedAddressException.class,
                        e -> assertThat(e.reason()).contains(reason));
    }

    @Test
    void nothingIsSentToTenThousandHostileAddresses() throws IOException {
        AtomicInteger connections = new AtomicInteger();
        Vertx vertx = Vertx.vertx();
        try (ServerSocket trap = new ServerSocket();
                OcpiClient client = new OcpiClient(vertx, PUBLIC, 2_000)) {
            trap.bind(new InetSocketAddress("0.0.0.0", 0));
            Thread.ofVirtual().start(() -> {
                while (!trap.isClosed()) {
                    try (var caught = trap.accept()) {
                        connections.incrementAndGet();
                    } catch (IOException e) {
                        return;
                    }
                }
            });
            Random random = new Random(7);
            for (int i = 0; i < HOSTILE; i++) {
                String url = hostile(random, trap.getLocalPort());
                assertThatThrownBy(() -> client.call("POST", url, "token", null, null))
                        .as(url)
                        .isInstanceOf(RefusedAddressException.class);
            }
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
        assertThat(connections).hasValue(0);
    }

    /** An address inside, in one of the ways in which people hide one. */
    private static String hostile(Random random, int port) {
        int[][] inside = {
            {127, random.nextInt(256), random.nextInt(256), random.nextInt(256)},
            {10, random.nextInt(256), random.nextInt(256), random.nextInt(256)},
            {172, 16 + random.nextInt(16), random.nextInt(256), random.nextInt(256)},
            {192, 168, random.nextInt(256), random.nextInt(256)},
            {169, 254, 169, 254},
            {100, 64 + random.nextInt(64), random.nextInt(256), random.nextInt(256)},
            {0, 0, 0, 0},
            {224 + random.nextInt(32), random.nextInt(256), random.nextInt(256), random.nextInt(256)}
        };
        int[] a = inside[random.nextInt(inside.length)];
        long all = ((long) a[0] << 24) | (a[1] << 16) | (a[2] << 8) | a[3];
        String dotted = a[0] + "." + a[1] + "." + a[2] + "." + a[3];
        String host = switch (random.nextInt(14)) {
            case 0 -> dotted;
            case 1 -> String.valueOf(all);
            case 2 -> "0x" + Long.toHexString(all);
            case 3 -> "0" + Long.toOctalString(all);
            case 4 -> "0" + Integer.toOctalString(a[0]) + "." + a[1] + "." + a[2] + "." + a[3];
            case 5 -> "0x" + Integer.toHexString(a[0]) + "." + a[1] + "." + (a[2] * 256 + a[3]);
            case 6 -> "[::ffff:" + dotted + "]";
            case 7 -> "[::" + dotted + "]";
            case 8 -> "[64:ff9b::" + Long.toHexString(all >> 16) + ":" + Long.toHexString(all & 0xffff) + "]";
            case 9 -> "[2002:" + Long.toHexString(all >> 16) + ":" + Long.toHexString(all & 0xffff) + "::1]";
            case 10 -> "[fd" + Integer.toHexString(16 + random.nextInt(240)) + "::" + Integer.toHexString(a[3]) + "]";
            case 11 ->
                List.of("localhost", "inside.example", "metadata.example", "both.example")
                        .get(random.nextInt(4));
            case 12 -> "outside.example@" + dotted;
            default -> "name" + random.nextInt(1000) + ".nowhere.example";
        };
        String scheme = List.of("http", "https", "HTTPS", "ftp", "file").get(random.nextInt(5));
        return scheme + "://" + host + (random.nextBoolean() ? ":" + port : "") + "/"
                + Integer.toHexString(random.nextInt());
    }
}

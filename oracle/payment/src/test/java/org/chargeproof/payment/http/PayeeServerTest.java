package org.chargeproof.payment.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.ledger.LedgerException;
import org.chargeproof.payment.Channel;
import org.chargeproof.payment.Demand;
import org.chargeproof.payment.Payee;
import org.chargeproof.payment.Payer;
import org.chargeproof.payment.Payment;
import org.chargeproof.payment.PaymentLimits;
import org.chargeproof.payment.Receipt.Outcome;
import org.chargeproof.payment.SignedVoucher;
import org.chargeproof.payment.VoucherDomain;
import org.chargeproof.payment.signature.VoucherKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.web3j.crypto.Credentials;

/** Vouchers over HTTP, and what callers may do to the payee: each gets an error that it can read, and the next one its receipt. */
class PayeeServerTest {
    private static final VoucherDomain DOMAIN = VoucherDomain.of(2018, "0x" + "c4".repeat(20));
    private static final VoucherKey KEY = VoucherKey.of(Credentials.create("0x" + "11".repeat(32)));
    private static final Channel CHANNEL = new Channel("0x" + "aa".repeat(20), 2, 0, KEY.address(), 100_000_000);
    private static final Channel OTHER = new Channel("0x" + "ab".repeat(20), 2, 0, KEY.address(), 100_000_000);
    private static final Bytes32 ID = CHANNEL.id();

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient http = HttpClient.newHttpClient();

    @TempDir
    private Path folder;

    private Payer payer;
    private Payee payee;
    private PayeeServer server;
    private PayeeServer meters;
    private PayeeClient client;

    @BeforeEach
    void listen() {
        payer = Payer.open(folder.resolve("payer"), DOMAIN, PaymentLimits.DEFAULTS);
        payer.use(CHANNEL, KEY);
        payer.use(OTHER, KEY);
        payee = Payee.open(folder.resolve("payee"), DOMAIN, PaymentLimits.DEFAULTS);
        payee.use(CHANNEL);
        server = PayeeServer.forVouchers(vertx, payee, "127.0.0.1", 0);
        meters = PayeeServer.forMeters(vertx, payee, 0);
        client = new PayeeClient("http://127.0.0.1:" + server.port());
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
        meters.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
        payee.close();
        payer.close();
    }

    @Test
    void takesVouchersAsBytesAndAsJson() throws Exception {
        var vouchers = IntStream.range(1, 20).mapToObj(i -> pay(ID, i)).toList();
        assertThat(client.send(vouchers)).allMatch(r -> r.outcome() == Outcome.ACCEPTED);
        assertThat(client.send(vouchers)).allMatch(r -> r.outcome() == Outcome.UNCHANGED);
        assertThat(client.channel(ID).acceptedMicroEuro()).isEqualTo(payer.signedMicroEuro(ID));
        var more = pay(ID, 50);
        var answer = post("application/json; charset=utf-8", json(List.of(more)));
        assertThat(answer.path("receipts").get(0).path("outcome").asText()).isEqualTo("ACCEPTED");
        assertThat(payee.newest(ID)).isEqualTo(more);
    }

    @Test
    void tellsWhatIsDeliveredAndWhatIsAllowed() throws Exception {
        var lane = lane(1);
        String path = "/channels/" + ID + "/lanes/" + lane;
        assertThat(put(path, "{\"wh\": 100, \"microEuro\": 30000}")
                        .path("allowanceMicroEuro")
                        .asLong())
                .isEqualTo(20_000);
        var receipt = client.send(List.of(pay(ID, 1))).getFirst();
        assertThat(receipt.demand()).isEqualTo(new Demand(lane, 100, 30_000));
        assertThat(receipt.allowanceMicroEuro()).isEqualTo(50_000);
        assertThat(get("/channels/" + ID + "?lane=" + lane)
                        .path("lane")
                        .path("deliveredWh")
                        .asLong())
                .isEqualTo(100);
        assertThat(put(path, "{\"wh\": 99, \"microEuro\": 30000}").path("error").asText())
                .contains("never falls");
        assertThat(put(path, "{\"wh\": -1, \"microEuro\": 30000}").path("error").asText())
                .contains("wh is -1");
    }

    @Test
    void refusesOtherChannelsAndOtherSigners() {
        assertThat(client.send(List.of(pay(OTHER.id(), 1))).getFirst().reason()).contains("unknown to this payee");
        assertThatThrownBy(() -> client.channel(OTHER.id()))
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining("404");
        payee.use(OTHER);
        var voucher = pay(OTHER.id(), 1);
        // the same signature for another channel
        byte[] moved = voucher.toBytes();
        System.arraycopy(ID.toArray(), 0, moved, 0, 32);
        var receipt = client.send(List.of(SignedVoucher.fromBytes(moved))).getFirst();
        assertThat(receipt.outcome()).isEqualTo(Outcome.REFUSED);
        assertThat(receipt.reason()).contains("is not signed by");
    }

    @Test
    void refusesGarbage() throws Exception {
        var random = new Random(1);
        for (int i = 0; i < 200; i++) {
            var bytes = new byte[random.nextInt(1_000)];
            random.nextBytes(bytes);
            assertThat(post("application/octet-stream", bytes).toString()).containsAnyOf("error", "REFUSED");
            assertThat(post("application/json", bytes).path("error").asText()).isNotEmpty();
        }
        byte[] voucher = pay(ID, 1).toBytes();
        for (int i = 0; i < voucher.length; i++) {
            byte[] broken = voucher.clone();
            broken[i] ^= 1;
            assertThat(post("application/octet-stream", broken).toString()).containsAnyOf("error", "REFUSED");
        }
        for (String text : List.of(
                "{}",
                "[]",
                "null",
                "{\"vouchers\": []}",
                "{\"vouchers\": [1]}",
                "[".repeat(100_000),
                json(List.of(pay(ID, 2))).replace("\"laneWh\":0", "\"laneWh\":0.5"),
                json(List.of(pay(ID, 3))).replace("\"laneWh\":0", "\"laneWh\":1e400"))) {
            assertThat(post("application/json", text).path("error").asText()).isNotEmpty();
        }
        assertThat(payee.acceptedMicroEuro(ID)).isZero();
        assertThat(post("application/octet-stream", new byte[257 * SignedVoucher.BYTES])
                        .path("error")
                        .asText())
                .contains("257")
                .contains("256");
        assertThat(post("text/plain", "x").path("error").asText()).contains("application/json");
        assertThat(get("/vouchers").path("error").asText()).contains("POST");
        assertThat(get("/other").path("error").asText()).contains("There is");
        assertThat(client.send(List.of(pay(ID, 4))).getFirst().outcome()).isEqualTo(Outcome.ACCEPTED);
    }

    @Test
    void boundsWhatItReads() throws Exception {
        assertThat(post("application/octet-stream", new byte[PayeeServer.MOST_BODY_BYTES + 1])
                        .path("error")
                        .asText())
                .contains(String.valueOf(PayeeServer.MOST_BODY_BYTES));
        assertThat(client.send(List.of(pay(ID, 1))).getFirst().outcome()).isEqualTo(Outcome.ACCEPTED);
    }

    /** Callers that send half a request and wait, more than there may be: they are told, and end; the others are answered. */
    @Test
    void doesNotWaitForTheSlow() throws Exception {
        var slow = new ArrayList<Socket>();
        try {
            for (int i = 0; i < PayeeServer.MOST_REQUESTS; i++) {
                slow.add(halfARequest());
            }
            // one of ours may have come between them
            boolean isBusy = false;
            for (int i = 0; i < 20 && !isBusy; i++) {
                isBusy = send(7).contains("try again in a moment");
                slow.add(halfARequest());
            }
            assertThat(isBusy).isTrue();
            var first = slow.getFirst();
            first.setSoTimeout(30_000);
            assertThat(new String(first.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
                    .isEqualTo("HTTP/1.1 408");
            boolean isTaken = false;
            for (int i = 0; i < 100 && !isTaken; i++) {
                isTaken = send(7).contains("ACCEPTED");
                Thread.sleep(100);
            }
            assertThat(isTaken).isTrue();
        } finally {
            for (var socket : slow) {
                socket.close();
            }
        }
    }

    @Test
    void clientsBoundWhatPayeesAnswer() {
        assertThatThrownBy(() -> new PayeeClient("ftp://x")).hasMessageContaining("http://");
        try (var none = new PayeeClient("http://127.0.0.1:9")) {
            assertThatThrownBy(() -> none.channel(ID))
                    .isInstanceOf(LedgerException.class)
                    .hasMessageContaining("did not answer");
        }
        var endless = vertx.createHttpServer()
                .requestHandler(request -> request.response().end("[" + "0,".repeat(1 << 20)))
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join();
        try (var hostile = new PayeeClient("http://127.0.0.1:" + endless.actualPort())) {
            assertThatThrownBy(() -> hostile.channel(ID)).isInstanceOf(LedgerException.class);
        }
    }

    private Socket halfARequest() throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        socket.getOutputStream()
                .write(("POST /vouchers HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
                                + "content-length: 1000\r\n\r\n{")
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private String send(int session) throws IOException, InterruptedException {
        return post("application/octet-stream", pay(ID, session).toBytes()).toString();
    }

    private SignedVoucher pay(Bytes32 channel, int session) {
        long paid = payer.paidMicroEuro(channel, lane(session)) + 30_000;
        payer.meter(channel, lane(session), 0, paid);
        return ((Payment.Signed) payer.pay(channel, new Demand(lane(session), 0, paid))).voucher();
    }

    private static Bytes32 lane(int session) {
        return Bytes32.leftPad(Bytes.ofUnsignedInt(session));
    }

    private static String json(List<SignedVoucher> vouchers) {
        return vouchers.stream()
                .map(s -> "{\"channel\":\"" + s.voucher().channel() + "\",\"totalMicroEuro\":"
                        + s.voucher().totalMicroEuro() + ",\"lane\":\""
                        + s.voucher().lane() + "\",\"laneMicroEuro\":"
                        + s.voucher().laneMicroEuro() + ",\"laneWh\":"
                        + s.voucher().laneWh() + ",\"signature\":\""
                        + s.signature().toHexString() + "\"}")
                .collect(Collectors.joining(",", "{\"vouchers\":[", "]}"));
    }

    private JsonNode post(String type, String body) throws IOException, InterruptedException {
        return post(type, body.getBytes(StandardCharsets.UTF_8));
    }

    private JsonNode post(String type, byte[] body) throws IOException, InterruptedException {
        return ask(HttpRequest.newBuilder(uri(server, "/vouchers"))
                .header("content-type", type)
                .POST(BodyPublishers.ofByteArray(body)));
    }

    private JsonNode get(String path) throws IOException, InterruptedException {
        return ask(HttpRequest.newBuilder(uri(server, path)));
    }

    private JsonNode put(String path, String body) throws IOException, InterruptedException {
        return ask(HttpRequest.newBuilder(uri(meters, path))
                .header("content-type", "application/json")
                .PUT(BodyPublishers.ofString(body)));
    }

    private JsonNode ask(HttpRequest.Builder request) throws IOException, InterruptedException {
        return VoucherJson.parse(
                http.send(request.build(), BodyHandlers.ofByteArray()).body());
    }

    private static URI uri(PayeeServer of, String path) {
        return URI.create("http://127.0.0.1:" + of.port() + path);
    }
}

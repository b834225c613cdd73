package org.chargeproof.payment.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.ledger.LedgerException;
import org.chargeproof.payment.Demand;
import org.chargeproof.payment.JointClosing;
import org.chargeproof.payment.Receipt;
import org.chargeproof.payment.SignedVoucher;

/**
 * Sends vouchers to a payee, and reads what it says. What it answers is bounded in bytes and time, and must be about what was sent. Blocks
 * its thread: call it on a virtual one. When nothing comes back, send the newest voucher of each lane again: that is harmless.
 */
public final class PayeeClient implements AutoCloseable {
    /** Most vouchers of a request. */
    public static final int MOST_VOUCHERS = VoucherJson.MOST_VOUCHERS;

    private static final int MOST_ANSWER_BYTES = 256 << 10;
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int OK = 200;
    private static final int MOST_SHOWN = 300;

    private final String url;
    private final HttpClient http = HttpClient.newBuilder()
            .connectTimeout(TIMEOUT)
            .version(HttpClient.Version.HTTP_1_1)
            .build();

    /**
     * What a payee says of a channel.
     *
     * @param acceptedMicroEuro the highest total that it holds
     * @param mostMicroEuro the deposit that it has seen
     * @param isClosing whether it has seen that closing was announced
     */
    public record ChannelState(long acceptedMicroEuro, long mostMicroEuro, boolean isClosing) {}

    /**
     * Names a payee.
     *
     * @param url such as {@code https://payee.example:8443}
     * @throws BadInputException when it is no address
     */
    public PayeeClient(String url) {
        if (!url.matches("https?://[^\\s/?#]+(/[^\\s?#]*)?")) {
            throw new BadInputException("'" + url + "' is no address of a payee; it begins with http:// or https://.");
        }
        this.url = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    }

    /**
     * Sends vouchers that are on disk.
     *
     * @param vouchers 1 to {@value VoucherJson#MOST_VOUCHERS}
     * @return an answer to each, in their order
     * @throws LedgerException when the payee does not answer, or with something else
     */
    public List<Receipt> send(List<SignedVoucher> vouchers) {
        JsonNode receipts = ask(HttpRequest.newBuilder(uri("/vouchers"))
                        .header("content-type", "application/octet-stream")
                        .POST(BodyPublishers.ofByteArray(VoucherJson.bytes(vouchers))))
                .path("receipts");
        if (receipts.size() != vouchers.size()) {
            throw new LedgerException(url + " answered " + vouchers.size() + " vouchers with " + receipts.size()
                    + " receipts. Maybe it is no payee.");
        }
        var read = new ArrayList<Receipt>();
        for (int i = 0; i < vouchers.size(); i++) {
            Receipt receipt;
            try {
                receipt = VoucherJson.receipt(receipts.get(i));
            } catch (BadInputException e) {
                throw new LedgerException(url + " answered with a receipt that is none: " + e.getMessage(), e);
            }
            var sent = vouchers.get(i).voucher();
            if (!receipt.channel().equals(sent.channel()) || !receipt.lane().equals(sent.lane())) {
                throw new LedgerException(url + " answered with a receipt for another voucher. Maybe it is no payee.");
            }
            read.add(receipt);
        }
        return read;
    }

    /**
     * Asks for a channel.
     *
     * @throws LedgerException when the payee does not answer, or does not know it
     */
    public ChannelState channel(Bytes32 id) {
        JsonNode state =
                ask(HttpRequest.newBuilder(uri("/channels/" + id.toHexString())).GET());
        try {
            return new ChannelState(
                    VoucherJson.amount(state, "acceptedMicroEuro"),
                    VoucherJson.amount(state, "mostMicroEuro"),
                    state.path("closing").asBoolean());
        } catch (BadInputException e) {
            throw new LedgerException(url + " answered with a channel that is none: " + e.getMessage(), e);
        }
    }

    /**
     * Asks what a payee asks for.
     *
     * @throws LedgerException when the payee does not answer, or does not know the channel
     */
    public Demand demand(Bytes32 channel, Bytes32 lane) {
        JsonNode state = ask(HttpRequest.newBuilder(
                                uri("/channels/" + channel.toHexString() + "?lane=" + lane.toHexString()))
                        .GET())
                .path("lane");
        try {
            return new Demand(
                    lane, VoucherJson.amount(state, "deliveredWh"), VoucherJson.amount(state, "deliveredMicroEuro"));
        } catch (BadInputException e) {
            throw new LedgerException(url + " answered with a lane that is none: " + e.getMessage(), e);
        }
    }

    /**
     * Asks the payee to sign that a channel closes at once.
     *
     * @param proof by the channel's signer
     * @return the payee's signature, 65 bytes, which the contract checks
     * @throws LedgerException when the payee does not answer, or does not want to
     */
    public Bytes agree(JointClosing closing, Bytes proof) {
        var body = VoucherJson.JSON
                .createObjectNode()
                .put("totalMicroEuro", closing.totalMicroEuro())
                .put("untilSeconds", closing.untilSeconds())
                .put("proof", proof.toHexString());
        JsonNode answer =
                ask(HttpRequest.newBuilder(uri("/channels/" + closing.channel().toHexString() + "/closing"))
                        .header("content-type", "application/json")
                        .POST(BodyPublishers.ofString(body.toString())));
        try {
            return VoucherJson.signature(answer, "proof");
        } catch (BadInputException e) {
            throw new LedgerException(url + " answered with a signature that is none: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }

    private URI uri(String path) {
        return URI.create(url + path);
    }

    private JsonNode ask(HttpRequest.Builder request) {
        var asked = http.sendAsync(
                request.timeout(TIMEOUT).build(), BodyHandlers.limiting(BodyHandlers.ofByteArray(), MOST_ANSWER_BYTES));
        try {
            // a body that drips would go on for ever
            HttpResponse<byte[]> answer = asked.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            JsonNode body = VoucherJson.parse(answer.body());
            if (answer.statusCode() != OK) {
                String said = body.path("error").asText();
                throw new LedgerException(url + " answered " + answer.statusCode() + ": "
                        + said.substring(0, Math.min(MOST_SHOWN, said.length())));
            }
            return body;
        } catch (BadInputException e) {
            throw new LedgerException(url + " answered with something that is no JSON. Maybe it is no payee.", e);
        } catch (TimeoutException e) {
            asked.cancel(true);
            throw new LedgerException(url + " did not answer within " + TIMEOUT.toSeconds() + " s.", e);
        } catch (ExecutionException e) {
            throw new LedgerException(
                    url + " did not answer: " + e.getCause()
                            + ". Maybe it is not running, or the address is another one's.",
                    e);
        } catch (InterruptedException e) {
            asked.cancel(true);
            Thread.currentThread().interrupt();
            throw new LedgerException("interrupted while waiting for " + url, e);
        }
    }
}

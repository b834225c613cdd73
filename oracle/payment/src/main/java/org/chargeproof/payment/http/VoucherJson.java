package org.chargeproof.payment.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.ledger.TypedData;
import org.chargeproof.payment.Receipt;
import org.chargeproof.payment.SignedVoucher;
import org.chargeproof.payment.Voucher;
import org.chargeproof.payment.signature.Ecdsa;

/** What is sent over HTTP, as JSON or as bytes; docs/reference/payment.md has it for those who write another one. */
final class VoucherJson {
    /** In one request. */
    static final int MOST_VOUCHERS = 256;

    static final ObjectMapper JSON = new ObjectMapper();

    private VoucherJson() {}

    /** Vouchers, one behind the other. */
    static byte[] bytes(List<SignedVoucher> vouchers) {
        var all = new byte[vouchers.size() * SignedVoucher.BYTES];
        for (int i = 0; i < vouchers.size(); i++) {
            System.arraycopy(vouchers.get(i).toBytes(), 0, all, i * SignedVoucher.BYTES, SignedVoucher.BYTES);
        }
        return all;
    }

    /** @throws BadInputException when these are no vouchers, or too many */
    static List<SignedVoucher> fromBytes(byte[] body) {
        if (body.length == 0 || body.length % SignedVoucher.BYTES != 0) {
            throw new BadInputException("the body has " + body.length + " bytes; a voucher has " + SignedVoucher.BYTES
                    + ", and there is at least one.");
        }
        requireCount(body.length / SignedVoucher.BYTES);
        var vouchers = new ArrayList<SignedVoucher>();
        for (int from = 0; from < body.length; from += SignedVoucher.BYTES) {
            vouchers.add(SignedVoucher.fromBytes(Arrays.copyOfRange(body, from, from + SignedVoucher.BYTES)));
        }
        return vouchers;
    }

    /** @throws BadInputException when this is no JSON, these are no vouchers, or too many */
    static List<SignedVoucher> fromJson(byte[] body) {
        JsonNode vouchers = parse(body).path("vouchers");
        if (!vouchers.isArray() || vouchers.isEmpty()) {
            throw new BadInputException("the body has no vouchers; it is {\"vouchers\": [...]} with at least one.");
        }
        requireCount(vouchers.size());
        var read = new ArrayList<SignedVoucher>();
        for (JsonNode voucher : vouchers) {
            read.add(new SignedVoucher(
                    new Voucher(
                            word(voucher, "channel"),
                            amount(voucher, "totalMicroEuro"),
                            word(voucher, "lane"),
                            amount(voucher, "laneMicroEuro"),
                            amount(voucher, "laneWh")),
                    Bytes.wrap(hex(voucher, "signature", Ecdsa.SIGNATURE_BYTES))));
        }
        return read;
    }

    /** A body that is JSON. */
    static JsonNode parse(byte[] body) {
        try {
            return JSON.readTree(body);
        } catch (IOException e) {
            throw new BadInputException(
                    "the body is no JSON: "
                            + (e instanceof JsonProcessingException json ? json.getOriginalMessage() : e.getMessage())
                            + ".",
                    e);
        }
    }

    static ObjectNode of(Receipt receipt) {
        return JSON.createObjectNode()
                .put("channel", receipt.channel().toHexString())
                .put("lane", receipt.lane().toHexString())
                .put("outcome", receipt.outcome().name())
                .put("reason", receipt.reason())
                .put("acceptedMicroEuro", receipt.acceptedMicroEuro())
                .put("paidMicroEuro", receipt.paidMicroEuro())
                .put("deliveredWh", receipt.deliveredWh())
                .put("deliveredMicroEuro", receipt.deliveredMicroEuro())
                .put("allowanceMicroEuro", receipt.allowanceMicroEuro());
    }

    /** @throws BadInputException when it is none */
    static Receipt receipt(JsonNode receipt) {
        Receipt.Outcome outcome;
        try {
            outcome = Receipt.Outcome.valueOf(receipt.path("outcome").asText().toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new BadInputException(
                    "a receipt has the outcome '" + receipt.path("outcome").asText() + "'.", e);
        }
        return new Receipt(
                word(receipt, "channel"),
                word(receipt, "lane"),
                outcome,
                receipt.path("reason").asText(),
                amount(receipt, "acceptedMicroEuro"),
                amount(receipt, "paidMicroEuro"),
                amount(receipt, "deliveredWh"),
                amount(receipt, "deliveredMicroEuro"),
                amount(receipt, "allowanceMicroEuro"));
    }

    /** A whole number from 0 to 2^63 - 1. */
    static long amount(JsonNode in, String field) {
        JsonNode value = in.path(field);
        if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 0) {
            throw new BadInputException(
                    field + " is " + shown(value) + "; it must be a whole number from 0 to 2^63 - 1.");
        }
        return value.longValue();
    }

    /** 32 bytes in hex. */
    static Bytes32 word(String name, String text) {
        if (!text.matches("0x[0-9a-fA-F]{64}")) {
            throw new BadInputException(name + " is '" + clipped(text) + "'; it must be 0x and 64 hex digits.");
        }
        return Bytes32.fromHexString(text);
    }

    /** A signature as contracts take it, 65 bytes. */
    static Bytes signature(JsonNode in, String field) {
        return Bytes.wrap(hex(in, field, TypedData.SIGNATURE_BYTES));
    }

    private static Bytes32 word(JsonNode in, String field) {
        return Bytes32.wrap(hex(in, field, Bytes32.SIZE));
    }

    private static byte[] hex(JsonNode in, String field, int bytes) {
        JsonNode value = in.path(field);
        String text = value.asText();
        if (!value.isTextual() || text.length() != 2 + 2 * bytes || !text.matches("0x[0-9a-fA-F]+")) {
            throw new BadInputException(
                    field + " is " + shown(value) + "; it must be a string of 0x and " + 2 * bytes + " hex digits.");
        }
        return Bytes.fromHexString(text).toArrayUnsafe();
    }

    private static void requireCount(int vouchers) {
        if (vouchers > MOST_VOUCHERS) {
            throw new BadInputException(
                    vouchers + " vouchers in a request; it takes " + MOST_VOUCHERS + ". Send several.");
        }
    }

    private static String shown(JsonNode value) {
        return value.isMissingNode() ? "missing" : clipped(value.toString());
    }

    private static String clipped(String text) {
        return text.length() > 80 ? text.substring(0, 80) + "..." : text;
    }
}

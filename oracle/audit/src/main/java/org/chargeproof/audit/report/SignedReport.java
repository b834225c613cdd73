package org.chargeproof.audit.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SignatureException;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.chargeproof.console.input.BadInputException;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.Keys;
import org.web3j.crypto.Sign;

/**
 * A report together with who stands for it: {@code {"report": ..., "address": "0x...", "signature": "0x..."}}, the signature by
 * EIP-191 (personal_sign) over the report's canonical bytes, so that wallets and other tools can check it too.
 *
 * @param report as JSON
 * @param address that claims to have signed it, 0x and 40 hex digits
 * @param signature r, s and v, 65 bytes
 */
public record SignedReport(JsonNode report, String address, Bytes signature) {
    private static final int SIGNATURE_BYTES = 65;
    private static final int WORD_BYTES = 32;
    private static final long MOST_BYTES = 1L << 30;

    /** Strict: what two readers could read in two ways is no report. */
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** Signs a report. */
    public static SignedReport sign(AuditReport report, Credentials credentials) {
        return sign(ReportJson.of(report), credentials);
    }

    /** Signs a report that was written elsewhere. */
    public static SignedReport sign(JsonNode json, Credentials credentials) {
        var signature = Sign.signPrefixedMessage(ReportJson.canonicalBytes(json), credentials.getEcKeyPair());
        return new SignedReport(
                json,
                Keys.toChecksumAddress(credentials.getAddress()),
                Bytes.concatenate(
                        Bytes.wrap(signature.getR()), Bytes.wrap(signature.getS()), Bytes.wrap(signature.getV())));
    }

    /**
     * Reads a report that is not signed yet.
     *
     * @throws AuditException when the file holds none
     */
    public static JsonNode readUnsigned(Path file) {
        try {
            JsonNode json = JSON.readTree(Files.readString(file));
            if (json != null && ReportJson.isKnown(json.path("format").asText())) {
                return json;
            }
            throw new AuditException("the audit left no report to sign.");
        } catch (IOException e) {
            throw new AuditException(
                    "the audit left no report to sign (" + e.getClass().getSimpleName() + ").", e);
        }
    }

    /**
     * Reads a signed report, without checking the signature.
     *
     * @throws BadInputException when the file holds none
     */
    public static SignedReport read(Path file) {
        JsonNode json = readJson(file);
        String address = json.path("address").asText();
        String signature = json.path("signature").asText();
        if (!ReportJson.isKnown(json.path("report").path("format").asText())
                || !address.matches("0x[0-9a-fA-F]{40}")
                || !signature.matches("0x[0-9a-fA-F]{" + 2 * SIGNATURE_BYTES + "}")) {
            throw new BadInputException(file + " is no signed report of an audit (" + ReportJson.FORMAT
                    + "): it needs report, address and signature. Write one with audit --report.");
        }
        return new SignedReport(json.get("report"), address, Bytes.fromHexString(signature));
    }

    /**
     * Reads what may be a report.
     *
     * @throws BadInputException when the file holds no JSON, or is larger than a report can be
     */
    public static JsonNode readJson(Path file) {
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new BadInputException(file + " has " + Files.size(file) + " bytes; a report has at most "
                        + MOST_BYTES + ". Name another file.");
            }
            return JSON.readTree(Files.readString(file));
        } catch (JsonProcessingException e) {
            throw new BadInputException(file + " is no JSON: " + e.getOriginalMessage() + ".", e);
        } catch (IOException e) {
            throw new BadInputException(
                    "cannot read " + file + " (" + e.getClass().getSimpleName() + ").", e);
        }
    }

    /** Writes it to a file, replacing it. */
    public void write(Path file) {
        var json = JSON.createObjectNode();
        json.set("report", report);
        json.put("address", address).put("signature", signature.toHexString());
        try {
            Files.writeString(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n");
        } catch (IOException e) {
            throw new BadInputException(
                    "cannot write the report to " + file + " (" + e.getClass().getSimpleName() + ").", e);
        }
    }

    /** The address whose key signed just these bytes; empty when the signature is that of no key. */
    public Optional<String> signer() {
        var parts = new Sign.SignatureData(
                signature.get(2 * WORD_BYTES),
                signature.slice(0, WORD_BYTES).toArray(),
                signature.slice(WORD_BYTES, WORD_BYTES).toArray());
        try {
            var publicKey = Sign.signedPrefixedMessageToKey(ReportJson.canonicalBytes(report), parts);
            return Optional.of(Keys.toChecksumAddress(Keys.getAddress(publicKey)));
        } catch (SignatureException | RuntimeException e) {
            return Optional.empty();
        }
    }

    /** Whether the address that is named signed just this report. */
    public boolean isAuthentic() {
        return signer().filter(address::equalsIgnoreCase).isPresent();
    }
}

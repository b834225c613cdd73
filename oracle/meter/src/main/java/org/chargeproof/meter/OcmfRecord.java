package org.chargeproof.meter;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * A signed record of one or more readings: {@code OCMF|payload|signature}. Its bytes are kept as they came, as it is these that are signed
 * and hashed.
 */
public final class OcmfRecord {
    /** Of a record when it is unwrapped: a reading for each of 768 timesteps has room. */
    public static final int MOST_CHARACTERS = 262_144;

    private static final String HEADER = "OCMF|";
    private static final String SECTION_END = "|";
    private static final int MOST_SIGNATURE = 2_048;
    private static final Pattern HEX = Pattern.compile("(?:[0-9a-fA-F]{2})+");
    /** What base64 begins with when it wraps the header. */
    private static final String HEADER_BASE64 = "T0NNR";

    private final String text;
    private final String payloadText;
    private final OcmfPayload payload;
    private final OcmfSignature signature;

    private OcmfRecord(String text, String payloadText, OcmfPayload payload, OcmfSignature signature) {
        this.text = text;
        this.payloadText = payloadText;
        this.payload = payload;
        this.signature = signature;
    }

    /**
     * Reads a record in one of the forms that are in use: as it is, in base64 (OCPI's {@code signed_data}, OCPP 2), or in hexadecimal digits (OCPP
     * 1.6). Space around it does not belong to it.
     *
     * @throws InvalidRecordException for all that OCMF 1 does not allow, but for readings' values in quotes, as some meters sign them
     */
    public static OcmfRecord parse(String given) {
        String text = unwrapped(given.strip());
        int payloadEnd = text.indexOf(SECTION_END, HEADER.length());
        if (payloadEnd < 0 || text.indexOf(SECTION_END, payloadEnd + 1) >= 0) {
            throw new InvalidRecordException("the record has "
                    + text.chars().filter(c -> c == '|').count()
                    + " vertical bars; it has two, one behind OCMF and one before the signature. Copy it whole, and each"
                    + " record by itself.");
        }
        String payloadText = text.substring(HEADER.length(), payloadEnd);
        String signatureText = text.substring(payloadEnd + 1);
        if (signatureText.length() > MOST_SIGNATURE) {
            throw new InvalidRecordException("the record's signature section has " + signatureText.length()
                    + " characters; at most " + MOST_SIGNATURE + ".");
        }
        return new OcmfRecord(text, payloadText, OcmfJson.payload(payloadText), OcmfJson.signature(signatureText));
    }

    /** Signs a payload, which is then the record's as it is. */
    static OcmfRecord sign(String payloadText, MeterKey key) {
        byte[] der = key.sign(sha256(payloadText));
        return parse(HEADER + payloadText + SECTION_END + "{\"SA\":\""
                + key.curve().algorithm() + "\",\"SD\":\"" + HexFormat.of().formatHex(der) + "\"}");
    }

    private static String unwrapped(String given) {
        if (given.length() > 2 * MOST_CHARACTERS) {
            throw tooLong(given.length());
        }
        String text = given;
        if (!text.startsWith(HEADER)) {
            String joined = given.replaceAll("\\s", "");
            byte[] bytes;
            if (HEX.matcher(joined).matches()) {
                bytes = HexFormat.of().parseHex(joined);
            } else if (joined.startsWith(HEADER_BASE64)) {
                bytes = base64(joined);
            } else {
                throw new InvalidRecordException("the record begins with " + InvalidRecordException.shown(given)
                        + "; one begins with 'OCMF|', or is such text in base64 or in hexadecimal digits.");
            }
            text = utf8(bytes).strip();
            if (!text.startsWith(HEADER)) {
                throw new InvalidRecordException("what the record wraps begins with "
                        + InvalidRecordException.shown(text) + "; it begins with 'OCMF|'.");
            }
        }
        if (text.length() > MOST_CHARACTERS) {
            throw tooLong(text.length());
        }
        return text;
    }

    private static InvalidRecordException tooLong(int length) {
        return new InvalidRecordException("the record has " + length + " characters; at most " + MOST_CHARACTERS
                + ". Give each record by itself.");
    }

    private static byte[] base64(String text) {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new InvalidRecordException(
                    "the record is neither plain nor good base64: " + e.getMessage() + ". Copy it whole.", e);
        }
    }

    private static String utf8(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new InvalidRecordException("what the record wraps is no text in UTF-8. Copy it whole.", e);
        }
    }

    /** The record unwrapped, as it is given on. */
    public String text() {
        return text;
    }

    /** In base64, as OCPI carries it. */
    public String base64() {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** What is signed, as it came. */
    public String payloadText() {
        return payloadText;
    }

    public OcmfPayload payload() {
        return payload;
    }

    /** On which curve it says that it is signed. */
    public MeterCurve curve() {
        return signature.curve();
    }

    /** Whether this key's meter signed it. */
    public boolean verifies(MeterPublicKey key) {
        return key.curve() == signature.curve() && key.verifies(sha256(payloadText), signature.der());
    }

    /** SHA-256 of the unwrapped record's text in UTF-8, signature included (32 bytes). */
    public byte[] sha256() {
        return sha256(text);
    }

    /**
     * What goes on chain for a session: SHA-256 of the begin record's SHA-256 and the end record's SHA-256 (32 bytes). Where one record holds
     * both readings, it is both.
     */
    public static byte[] recordsHash(OcmfRecord begin, OcmfRecord end) {
        var digest = digest();
        digest.update(begin.sha256());
        return digest.digest(end.sha256());
    }

    private static byte[] sha256(String text) {
        return digest().digest(text.getBytes(StandardCharsets.UTF_8));
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof OcmfRecord that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}

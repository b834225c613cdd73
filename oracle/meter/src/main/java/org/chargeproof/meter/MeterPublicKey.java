package org.chargeproof.meter;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.StandardDSAEncoding;
import org.bouncycastle.math.ec.ECPoint;

/** The key that a meter's signatures are verified with. */
public final class MeterPublicKey {
    /** Bytes of x and of y, on both curves. */
    private static final int COORDINATE_BYTES = 32;

    private static final int POINT_BYTES = 2 * COORDINATE_BYTES;
    private static final int UNCOMPRESSED = 4;
    private static final int MOST_TEXT = 1_024;
    /** Two integers of up to 33 bytes, each behind two bytes, and two bytes before all. */
    private static final int MOST_SIGNATURE_BYTES = 72;

    private final MeterCurve curve;
    private final ECPublicKeyParameters parameters;

    MeterPublicKey(MeterCurve curve, ECPoint point) {
        this.curve = curve;
        this.parameters = new ECPublicKeyParameters(point.normalize(), curve.domain());
    }

    /**
     * A key as the chain has it.
     *
     * @param xy 64 bytes: x and y
     * @throws InvalidRecordException for another length, and for what is no point of the curve
     */
    public static MeterPublicKey of(MeterCurve curve, byte[] xy) {
        if (xy.length != POINT_BYTES) {
            throw new InvalidRecordException("the meter's public key has " + xy.length
                    + " bytes; it has 64, x and y. Take the key that 'meter new-key' printed.");
        }
        var x = new BigInteger(1, Arrays.copyOf(xy, COORDINATE_BYTES));
        var y = new BigInteger(1, Arrays.copyOfRange(xy, COORDINATE_BYTES, POINT_BYTES));
        try {
            return new MeterPublicKey(curve, curve.domain().getCurve().validatePoint(x, y));
        } catch (IllegalArgumentException e) {
            throw new InvalidRecordException(
                    "the meter's public key is no point of the curve " + curve.label()
                            + ". Maybe it is of the other curve, or a digit is wrong.",
                    e);
        }
    }

    /**
     * Reads a key as it stands on meters and beside records: an X.509 SubjectPublicKeyInfo of one of the two curves, uncompressed, in PEM, base64 or
     * hexadecimal digits, spaced or not.
     *
     * @throws InvalidRecordException for all else
     */
    public static MeterPublicKey parse(String text) {
        if (text.length() > MOST_TEXT) {
            throw new InvalidRecordException("the public key has " + text.length() + " characters; at most " + MOST_TEXT
                    + ". Give the key alone.");
        }
        byte[] info =
                decode(text.replaceAll("-----(BEGIN|END) PUBLIC KEY-----", "").replaceAll("\\s", ""));
        for (var curve : MeterCurve.values()) {
            byte[] header = curve.header();
            if (info.length == header.length + 1 + POINT_BYTES
                    && info[header.length] == UNCOMPRESSED
                    && Arrays.equals(header, Arrays.copyOf(info, header.length))) {
                return of(curve, Arrays.copyOfRange(info, header.length + 1, info.length));
            }
        }
        throw new InvalidRecordException("the public key (" + info.length
                + " bytes) is no uncompressed secp256r1 or secp256k1 key in an X.509 SubjectPublicKeyInfo. 'openssl ec -pubin"
                + " -conv_form uncompressed -outform DER' makes one.");
    }

    private static byte[] decode(String text) {
        try {
            return text.matches("(?:[0-9a-fA-F]{2})+")
                    ? HexFormat.of().parseHex(text)
                    : Base64.getDecoder().decode(text.getBytes(StandardCharsets.US_ASCII));
        } catch (IllegalArgumentException e) {
            throw new InvalidRecordException(
                    "the public key " + InvalidRecordException.shown(text)
                            + " is neither hexadecimal digits nor base64. Copy it whole.",
                    e);
        }
    }

    public MeterCurve curve() {
        return curve;
    }

    /** 64 bytes, x and y, as the chain has them. */
    public byte[] bytes() {
        byte[] point = parameters.getQ().getEncoded(false);
        return Arrays.copyOfRange(point, 1, point.length);
    }

    /** An X.509 SubjectPublicKeyInfo in hexadecimal digits, which any OCMF tool reads. */
    public String text() {
        byte[] header = curve.header();
        byte[] info = Arrays.copyOf(header, header.length + 1 + POINT_BYTES);
        info[header.length] = UNCOMPRESSED;
        System.arraycopy(bytes(), 0, info, header.length + 1, POINT_BYTES);
        return HexFormat.of().formatHex(info);
    }

    /**
     * Whether a signature holds.
     *
     * @param signature two integers in DER; with other encodings of the same two it does not hold
     */
    boolean verifies(byte[] hash, byte[] signature) {
        if (signature.length > MOST_SIGNATURE_BYTES) {
            return false;
        }
        try {
            // refuses integers out of range, and what is not the one encoding of them
            BigInteger[] rs = StandardDSAEncoding.INSTANCE.decode(curve.domain().getN(), signature);
            var verifier = new ECDSASigner();
            verifier.init(false, parameters);
            return verifier.verifySignature(hash, rs[0], rs[1]);
        } catch (IOException | RuntimeException e) {
            return false;
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MeterPublicKey that && curve == that.curve && Arrays.equals(bytes(), that.bytes());
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes());
    }

    @Override
    public String toString() {
        return curve.label() + " " + HexFormat.of().formatHex(bytes());
    }
}

package org.chargeproof.meter;

import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECNamedDomainParameters;

/** The elliptic curves on which meters sign here, each by ECDSA over SHA-256. */
public enum MeterCurve {
    /** NIST P-256, which a record has that names none. */
    SECP256R1(1, SECObjectIdentifiers.secp256r1, "3059301306072a8648ce3d020106082a8648ce3d030107034200"),
    SECP256K1(2, SECObjectIdentifiers.secp256k1, "3056301006072a8648ce3d020106052b8104000a034200");

    private final int number;
    private final String id;
    private final String header;

    MeterCurve(int number, ASN1ObjectIdentifier id, String header) {
        this.number = number;
        this.id = id.getId();
        this.header = header;
    }

    /** As the contract {@code Meters} numbers them. */
    public int number() {
        return number;
    }

    /** Such as {@code secp256r1}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What OCMF calls a signature on this curve, such as {@code ECDSA-secp256r1-SHA256}. */
    public String algorithm() {
        return "ECDSA-" + label() + "-SHA256";
    }

    /**
     * The curve of a number on chain.
     *
     * @throws InvalidRecordException when it is none of these
     */
    public static MeterCurve ofNumber(int number) {
        return Stream.of(values())
                .filter(c -> c.number == number)
                .findFirst()
                .orElseThrow(() -> new InvalidRecordException(
                        "the curve has the number " + number + "; it is 1 (secp256r1) or 2 (secp256k1)."));
    }

    /**
     * The curve of a signature's algorithm, as OCMF names it.
     *
     * @throws InvalidRecordException for all others
     */
    static MeterCurve ofAlgorithm(String algorithm) {
        return Stream.of(values())
                .filter(c -> c.algorithm().equals(algorithm))
                .findFirst()
                .orElseThrow(() -> new InvalidRecordException("the signature's algorithm SA is "
                        + InvalidRecordException.shown(algorithm) + "; read are " + SECP256R1.algorithm() + " and "
                        + SECP256K1.algorithm() + ". Let the meter sign with one of these."));
    }

    ECNamedDomainParameters domain() {
        return Objects.requireNonNull(Domains.OF.get(this));
    }

    /** Made once: it checks the base point. */
    private static final class Domains {
        private static final Map<MeterCurve, ECNamedDomainParameters> OF = new EnumMap<>(MeterCurve.class);

        static {
            for (var curve : MeterCurve.values()) {
                var id = new ASN1ObjectIdentifier(curve.id);
                OF.put(curve, new ECNamedDomainParameters(id, CustomNamedCurves.getByOID(id)));
            }
        }
    }

    /** What stands before the point in an X.509 SubjectPublicKeyInfo: the same bytes for every key of the curve. */
    byte[] header() {
        return HexFormat.of().parseHex(header);
    }
}

package org.chargeproof.meter;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.SecureRandom;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.generators.ECKeyPairGenerator;
import org.bouncycastle.crypto.params.ECKeyGenerationParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.crypto.signers.StandardDSAEncoding;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;
import org.bouncycastle.util.io.pem.PemWriter;
import org.jspecify.annotations.Nullable;

/** The key that a meter signs with. */
public final class MeterKey {
    private static final String PEM_TYPE = "PRIVATE KEY";
    private static final int MOST_PEM = 4_096;

    private final MeterCurve curve;
    private final BigInteger secret;
    private final MeterPublicKey publicKey;

    private MeterKey(MeterCurve curve, BigInteger secret) {
        this.curve = curve;
        this.secret = secret;
        this.publicKey = new MeterPublicKey(curve, curve.domain().getG().multiply(secret));
    }

    /** Makes a new key. */
    public static MeterKey generate(MeterCurve curve, SecureRandom random) {
        var generator = new ECKeyPairGenerator();
        generator.init(new ECKeyGenerationParameters(curve.domain(), random));
        return new MeterKey(
                curve, ((ECPrivateKeyParameters) generator.generateKeyPair().getPrivate()).getD());
    }

    /**
     * A key of a number.
     *
     * @param secret from 1 up to the curve's order, excluded
     * @throws InvalidRecordException when it is out of range
     */
    public static MeterKey of(MeterCurve curve, BigInteger secret) {
        if (secret.signum() <= 0 || secret.compareTo(curve.domain().getN()) >= 0) {
            throw new InvalidRecordException("the private key is 0 or not below the order of the curve " + curve.label()
                    + ". 'meter new-key' makes a good one.");
        }
        return new MeterKey(curve, secret);
    }

    /**
     * Reads a key file: PKCS#8 in PEM, not encrypted, with a named curve.
     *
     * @throws InvalidRecordException for all else; the message has nothing of the key
     */
    public static MeterKey ofPem(String pem) {
        if (pem.length() > MOST_PEM) {
            throw new InvalidRecordException("the key file has " + pem.length() + " characters; at most " + MOST_PEM
                    + ". It holds one private key and nothing else.");
        }
        try (var reader = new PemReader(new StringReader(pem))) {
            PemObject object = reader.readPemObject();
            if (object == null || !PEM_TYPE.equals(object.getType())) {
                throw notAKey(null);
            }
            var info = PrivateKeyInfo.getInstance(ASN1Primitive.fromByteArray(object.getContent()));
            if (!X9ObjectIdentifiers.id_ecPublicKey.equals(
                    info.getPrivateKeyAlgorithm().getAlgorithm())) {
                throw notAKey(null);
            }
            for (var curve : MeterCurve.values()) {
                if (curve.domain()
                        .getName()
                        .equals(info.getPrivateKeyAlgorithm().getParameters())) {
                    return of(
                            curve,
                            ECPrivateKey.getInstance(info.parsePrivateKey()).getKey());
                }
            }
            throw notAKey(null);
        } catch (InvalidRecordException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw notAKey(e);
        }
    }

    private static InvalidRecordException notAKey(@Nullable Exception cause) {
        String message =
                "the key file holds no secp256r1 or secp256k1 key in PKCS#8 ('-----BEGIN PRIVATE KEY-----', not encrypted)."
                        + " 'meter new-key' makes one, 'openssl pkcs8 -topk8 -nocrypt' turns others into it.";
        return cause == null ? new InvalidRecordException(message) : new InvalidRecordException(message, cause);
    }

    /** PKCS#8 in PEM, not encrypted. */
    public String pem() {
        var text = new StringWriter();
        try (var writer = new PemWriter(text)) {
            var algorithm = new AlgorithmIdentifier(
                    X9ObjectIdentifiers.id_ecPublicKey, curve.domain().getName());
            var key = new ECPrivateKey(curve.domain().getN().bitLength(), secret, null, null);
            writer.writeObject(new PemObject(PEM_TYPE, new PrivateKeyInfo(algorithm, key).getEncoded()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    public MeterCurve curve() {
        return curve;
    }

    public MeterPublicKey publicKey() {
        return publicKey;
    }

    /** A signature of a SHA-256, in DER; the same for the same hash (RFC 6979). */
    byte[] sign(byte[] hash) {
        var signer = new ECDSASigner(new HMacDSAKCalculator(new SHA256Digest()));
        signer.init(true, new ECPrivateKeyParameters(secret, curve.domain()));
        BigInteger[] rs = signer.generateSignature(hash);
        try {
            return StandardDSAEncoding.INSTANCE.encode(curve.domain().getN(), rs[0], rs[1]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Names the key without the secret. */
    @Override
    public String toString() {
        return "key of " + publicKey;
    }
}

package org.chargeproof.payment.signature;

import java.math.BigInteger;
import java.util.Arrays;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.jspecify.annotations.Nullable;
import org.web3j.crypto.ECDSASignature;
import org.web3j.crypto.ECKeyPair;
import org.web3j.crypto.Sign;

/** By Bouncy Castle, as web3j uses it: on every system, slower. */
public final class BouncyCastleEcdsa implements Ecdsa {
    private static final int SCALAR_BYTES = 32;
    private static final byte UNCOMPRESSED = 4;
    private static final ECDomainParameters CURVE = new ECDomainParameters(CustomNamedCurves.getByName("secp256k1"));

    @Override
    public byte[] sign(byte[] digest, byte[] privateKey) {
        var signature = ECKeyPair.create(privateKey).sign(digest);
        var bytes = Arrays.copyOf(Scalars.bytes(signature.r), SIGNATURE_BYTES);
        System.arraycopy(Scalars.bytes(signature.s), 0, bytes, SCALAR_BYTES, SCALAR_BYTES);
        return bytes;
    }

    @Override
    public boolean verify(byte[] digest, byte[] signature, byte[] publicKey) {
        if (!Scalars.isSignature(signature)) {
            return false;
        }
        var numbers = numbers(signature);
        var verifier = new ECDSASigner();
        verifier.init(false, new ECPublicKeyParameters(CURVE.getCurve().decodePoint(publicKey), CURVE));
        return verifier.verifySignature(digest, numbers.r, numbers.s);
    }

    @Override
    public byte @Nullable [] recover(byte[] digest, byte[] signature, int parity) {
        if (!Scalars.isSignature(signature)) {
            return null;
        }
        var numbers = numbers(signature);
        if (numbers.r.compareTo(Scalars.ORDER) >= 0 || numbers.s.signum() == 0) {
            return null;
        }
        BigInteger key;
        try {
            key = Sign.recoverFromSignature(parity, numbers, digest);
        } catch (RuntimeException e) {
            // no point of the curve has this x
            return null;
        }
        return key == null ? null : uncompressed(key);
    }

    @Override
    public byte[] publicKey(byte[] privateKey) {
        return uncompressed(ECKeyPair.create(privateKey).getPublicKey());
    }

    @Override
    public String description() {
        return "Bouncy Castle";
    }

    private static ECDSASignature numbers(byte[] signature) {
        return new ECDSASignature(
                new BigInteger(1, signature, 0, SCALAR_BYTES),
                new BigInteger(1, signature, SCALAR_BYTES, SCALAR_BYTES));
    }

    private static byte[] uncompressed(BigInteger key) {
        var bytes = new byte[PUBLIC_KEY_BYTES];
        bytes[0] = UNCOMPRESSED;
        System.arraycopy(Scalars.bytes(key.shiftRight(SCALAR_BYTES * Byte.SIZE)), 0, bytes, 1, SCALAR_BYTES);
        System.arraycopy(
                Scalars.bytes(key.mod(BigInteger.ONE.shiftLeft(SCALAR_BYTES * Byte.SIZE))),
                0,
                bytes,
                1 + SCALAR_BYTES,
                SCALAR_BYTES);
        return bytes;
    }
}

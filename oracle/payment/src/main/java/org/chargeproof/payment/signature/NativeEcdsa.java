package org.chargeproof.payment.signature;

import fr.acinq.secp256k1.Secp256k1;
import fr.acinq.secp256k1.Secp256k1Exception;
import org.jspecify.annotations.Nullable;

/** By libsecp256k1, whose time does not depend on the key. */
public final class NativeEcdsa implements Ecdsa {
    private final Secp256k1 library;

    private NativeEcdsa(Secp256k1 library) {
        this.library = library;
    }

    /**
     * Loads the library.
     *
     * @throws RuntimeException or a LinkageError where there is none for this system
     */
    static NativeEcdsa load() {
        return new NativeEcdsa(Secp256k1.get());
    }

    @Override
    public byte[] sign(byte[] digest, byte[] privateKey) {
        return library.sign(digest, privateKey);
    }

    @Override
    public boolean verify(byte[] digest, byte[] signature, byte[] publicKey) {
        if (!Scalars.isSignature(signature)) {
            return false;
        }
        try {
            return library.verify(signature, digest, publicKey);
        } catch (Secp256k1Exception e) {
            // numbers that are no signature
            return false;
        }
    }

    @Override
    public byte @Nullable [] recover(byte[] digest, byte[] signature, int parity) {
        if (!Scalars.isSignature(signature)) {
            return null;
        }
        try {
            return library.pubkeyParse(library.ecdsaRecover(signature, digest, parity));
        } catch (Secp256k1Exception e) {
            return null;
        }
    }

    @Override
    public byte[] publicKey(byte[] privateKey) {
        return library.pubkeyParse(library.pubkeyCreate(privateKey));
    }

    @Override
    public String description() {
        return "libsecp256k1";
    }
}

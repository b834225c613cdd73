package org.chargeproof.payment.signature;

import java.util.Arrays;
import org.apache.tuweni.bytes.Bytes;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.Hash;

/** The hot key that signs a channel's vouchers: it can sign away the deposit, and nothing else. */
public final class VoucherKey {
    private static final int ADDRESS_FROM = 12;

    private final Ecdsa ecdsa;
    private final byte[] privateKey;
    private final String address;

    private VoucherKey(Ecdsa ecdsa, byte[] privateKey) {
        this.ecdsa = ecdsa;
        this.privateKey = privateKey;
        this.address = address(ecdsa.publicKey(privateKey));
    }

    /** The key of an account, which signs as fast as this system can. */
    public static VoucherKey of(Credentials credentials) {
        return of(Ecdsa.fastest(), credentials);
    }

    /** The same by one of the two libraries. */
    public static VoucherKey of(Ecdsa ecdsa, Credentials credentials) {
        return new VoucherKey(ecdsa, Scalars.bytes(credentials.getEcKeyPair().getPrivateKey()));
    }

    /** The signer as contracts know it: 0x and 40 hex digits, in lower case. */
    public String address() {
        return address;
    }

    /** Signs 32 bytes. @return r and s */
    public byte[] sign(byte[] digest) {
        return ecdsa.sign(digest, privateKey);
    }

    /** The account of a public key: 0x and 40 hex digits, in lower case. */
    public static String address(byte[] publicKey) {
        byte[] hash = Hash.sha3(Arrays.copyOfRange(publicKey, 1, publicKey.length));
        return Bytes.wrap(hash, ADDRESS_FROM, hash.length - ADDRESS_FROM).toHexString();
    }

    /** The account alone: what is printed by mistake holds no key. */
    @Override
    public String toString() {
        return "VoucherKey[" + address + "]";
    }
}

package org.chargeproof.payment;

import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.payment.signature.VoucherKey;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.Hash;

/** Channels, keys and sessions of tests. */
final class Fixture {
    static final VoucherDomain DOMAIN = VoucherDomain.of(2018, "0x" + "c4".repeat(20));
    static final Credentials SIGNER = Credentials.create("0x" + "11".repeat(32));
    static final VoucherKey KEY = VoucherKey.of(SIGNER);
    static final Channel CHANNEL = new Channel("0x" + "aa".repeat(20), 2, 0, KEY.address(), 100_000_000);
    static final Bytes32 ID = CHANNEL.id();

    private Fixture() {}

    static Bytes32 lane(int session) {
        return Bytes32.leftPad(org.apache.tuweni.bytes.Bytes.ofUnsignedInt(session));
    }

    static SignedVoucher voucher(long total, int session, long lane) {
        return SignedVoucher.sign(new Voucher(ID, total, lane(session), lane, lane / 300), DOMAIN, KEY);
    }

    static VoucherKey key(String seed) {
        return VoucherKey.of(Credentials.create(
                org.apache.tuweni.bytes.Bytes.wrap(Hash.sha3(seed.getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                        .toHexString()));
    }
}

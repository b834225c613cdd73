package org.chargeproof.meter;

import java.math.BigInteger;

/** Keys that are the same in every run. */
final class Keys {
    static final MeterKey R1 = MeterKey.of(MeterCurve.SECP256R1, BigInteger.valueOf(1_234_567));
    static final MeterKey K1 = MeterKey.of(MeterCurve.SECP256K1, BigInteger.valueOf(7_654_321));

    private Keys() {}

    static MeterKey of(MeterCurve curve) {
        return curve == MeterCurve.SECP256R1 ? R1 : K1;
    }
}

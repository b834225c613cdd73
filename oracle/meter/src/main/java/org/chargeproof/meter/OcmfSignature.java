package org.chargeproof.meter;

/** The signature section of a record. */
final class OcmfSignature {
    private final MeterCurve curve;
    private final byte[] der;

    OcmfSignature(MeterCurve curve, byte[] der) {
        this.curve = curve;
        this.der = der.clone();
    }

    MeterCurve curve() {
        return curve;
    }

    byte[] der() {
        return der.clone();
    }
}

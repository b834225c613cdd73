package org.chargeproof.ocpi.model;

/** Which preference, or kind of payment, a tariff is for. */
public enum TariffType {
    AD_HOC_PAYMENT,
    PROFILE_CHEAP,
    PROFILE_FAST,
    PROFILE_GREEN,
    REGULAR
}

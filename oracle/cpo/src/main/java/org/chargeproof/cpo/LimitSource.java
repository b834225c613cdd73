package org.chargeproof.cpo;

/** What a charge point's limit comes from. */
public enum LimitSource {
    /** Nothing is plugged in: nothing may be drawn. */
    UNPLUGGED,
    /** Its default: it has no profile, or one that has not begun, has ended or was forgotten. */
    DEFAULT,
    /** A period of its profile. */
    PROFILE,
    /** The last of several periods, which goes on until something else is said: the fallback. */
    LAST_PERIOD
}

package org.chargeproof.cpo;

/** How a charge point behaves other than as it is told. Each of these was seen in the field. */
public enum Quirk {
    /** Does what it is told. */
    NONE,
    /** Refuses each profile and each removal; keeps what it has. */
    REFUSES,
    /** Follows, and tells so, some seconds later: after the timeout that its operator named. */
    LATE,
    /** Has no contact to its operator: nothing arrives, no result and no reading comes. What was sent meanwhile is lost. */
    LOST,
    /** Says that it has followed, and does not. */
    IGNORES,
    /** Restarts every so many seconds, forgets its profile then, goes back to its default, and tells nobody. */
    REBOOTS,
    /** Its default is its rated power, whatever was configured: it gives full power until its first profile. */
    FULL_POWER
}

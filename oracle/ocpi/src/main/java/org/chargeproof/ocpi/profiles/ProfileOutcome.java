package org.chargeproof.ocpi.profiles;

import org.chargeproof.ocpi.model.ActiveChargingProfile;
import org.jspecify.annotations.Nullable;

/**
 * What came of a request. None of these says that a car takes what it was told: only a meter does.
 *
 * @param kind what came of it
 * @param reason for people; empty when there is none to tell
 * @param active the profile that was asked for; null for none
 */
public record ProfileOutcome(
        Kind kind, String reason, @Nullable ActiveChargingProfile active) {
    /** What came of a request. */
    public enum Kind {
        /** The charge point says that it has followed it. */
        ACCEPTED,
        /** The charge point refuses. */
        REJECTED,
        /** The charge point has no such profile. */
        UNKNOWN,
        /** The operator refuses. */
        REJECTED_BY_OPERATOR,
        /** The operator or the charge point cannot do it at all. */
        NOT_SUPPORTED,
        /** The operator wants fewer requests. */
        TOO_OFTEN,
        /** The operator knows no such session. */
        UNKNOWN_SESSION,
        /** The operator took it, and never said what came of it. */
        NO_RESULT,
        /** The request did not leave, or was refused as a request. */
        NOT_SENT,
        /** The request may have arrived; there is no answer. */
        NO_ANSWER
    }
}

package org.chargeproof.oracle.ocpi;

import org.chargeproof.ocpi.profiles.ProfileOutcome;

/** Counts what became of charging profiles. */
@FunctionalInterface
public interface ProfileCounters {
    /** A profile was answered, or was not. */
    void count(ProfileOutcome.Kind kind);
}

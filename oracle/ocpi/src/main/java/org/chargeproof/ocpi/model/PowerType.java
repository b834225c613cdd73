package org.chargeproof.ocpi.model;

/** AC with so many phases, or DC. */
public enum PowerType {
    AC_1_PHASE,
    AC_2_PHASE,
    AC_2_PHASE_SPLIT,
    AC_3_PHASE,
    DC
}

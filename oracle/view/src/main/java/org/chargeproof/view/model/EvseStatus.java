package org.chargeproof.view.model;

/** OCPI 2.2.1, 8.4.22, in the order of their numbers on chain. */
public enum EvseStatus {
    AVAILABLE,
    BLOCKED,
    CHARGING,
    INOPERATIVE,
    OUTOFORDER,
    PLANNED,
    REMOVED,
    RESERVED,
    UNKNOWN;

    /** The status of a number; UNKNOWN for one that this version does not know. */
    public static EvseStatus of(int number) {
        return number >= 0 && number < values().length ? values()[number] : UNKNOWN;
    }
}

package org.chargeproof.api;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a caller may do; which operation each reaches, {@code x-roles} in the contract says. */
public enum Role {
    /** A driver's app: reads, and asks for quotes. */
    DRIVER,
    /** The operator's own systems: read and write. */
    OPERATOR,
    /** A home energy management system or a meter: writes what it measures and expects, and reads nothing. */
    METER,
    /** Reads. */
    AUDITOR,
    /** Reads. */
    READ_ONLY;

    /** As it is written in the contract, in key files and in tokens: {@code read-only}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Reads what {@link #word} wrote; empty for anything else. */
    public static Optional<Role> of(String word) {
        return Arrays.stream(values()).filter(role -> role.word().equals(word)).findFirst();
    }

    /** All words, for messages. */
    public static String words() {
        return Arrays.stream(values()).map(Role::word).collect(Collectors.joining(", "));
    }
}

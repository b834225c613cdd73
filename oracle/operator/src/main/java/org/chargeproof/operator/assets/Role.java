package org.chargeproof.operator.assets;

/** What an operator's account is for; the numbers are those of the contracts. */
enum Role {
    OWNER(1),
    METER(3),
    /** The owner of a provider without charge points. */
    PROVIDER(4),
    DESK(5);

    private final int number;

    Role(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    String label() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}

package org.chargeproof.database;

/**
 * A token of another system that a person shows at charge points, such as a card of OCPI. Encrypted as a whole where it is kept.
 *
 * @param issuer who gave it: country and party, such as {@code DE*ABC}
 * @param uid as charge points read it
 * @param kind as OCPI has it: {@code RFID}, {@code APP_USER}, ...
 */
public record TokenRow(String issuer, String uid, String kind) {
    private static final int MOST_CHARACTERS = 64;

    /** Checks bounds. @throws IllegalArgumentException with the limit */
    public TokenRow {
        for (String text : new String[] {issuer, uid, kind}) {
            if (text.isEmpty()
                    || text.length() > MOST_CHARACTERS
                    || text.chars().anyMatch(Character::isISOControl)) {
                throw new IllegalArgumentException(
                        "issuer, uid and kind of a token have 1 to " + MOST_CHARACTERS + " printable characters each");
            }
        }
    }

    /** What it is found by. */
    String key() {
        return issuer + "\n" + uid;
    }

    /** Nothing that leads to its owner. */
    @Override
    public String toString() {
        return "TokenRow[" + kind + "]";
    }
}

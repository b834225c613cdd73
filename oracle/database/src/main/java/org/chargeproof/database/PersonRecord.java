package org.chargeproof.database;

import java.util.List;

/**
 * What is known of a person: encrypted as a whole where it is kept. What is not known is empty.
 *
 * @param name at most 200 characters, as the other texts
 * @param email how to reach them
 * @param phone how to reach them
 * @param logins what shows that somebody is this person: {@code key:ID} of an API key, {@code token:SUBJECT} of an OpenID Connect issuer
 * @param createdSeconds when they were added, unix seconds
 * @param capMicroEuro the most that their sessions may cost within {@code capDays}, in millionths of a euro
 * @param capDays days, looking back
 * @param exportCode SHA-256, in hex, of the code that shows the wallet's words; empty when it is used up
 * @param exportFailures wrong codes in a row
 * @param exportedSeconds when the words were shown, unix seconds; 0 when they never were
 */
public record PersonRecord(
        String name,
        String email,
        String phone,
        List<String> logins,
        long createdSeconds,
        long capMicroEuro,
        int capDays,
        String exportCode,
        int exportFailures,
        long exportedSeconds) {
    /** Of a text. */
    public static final int MOST_CHARACTERS = 200;
    /** Of one person. */
    public static final int MOST_LOGINS = 10;
    /** The highest cap: 100,000 euros. */
    public static final long MOST_CAP_MICRO_EURO = 100_000_000_000L;
    /** The longest time that a cap looks back on. */
    public static final int MOST_CAP_DAYS = 366;

    /** Checks bounds. @throws IllegalArgumentException with the value and the limit */
    public PersonRecord {
        logins = List.copyOf(logins);
        requireShort("the name", name);
        requireShort("the e-mail address", email);
        requireShort("the telephone number", phone);
        if (logins.size() > MOST_LOGINS) {
            throw new IllegalArgumentException(
                    "a person has at most " + MOST_LOGINS + " logins; these are " + logins.size());
        }
        logins.forEach(login -> requireShort("a login", login));
        if (capMicroEuro < 0 || capMicroEuro > MOST_CAP_MICRO_EURO) {
            throw new IllegalArgumentException("the cap is " + capMicroEuro
                    + " millionths of a euro; it must be from 0 to " + MOST_CAP_MICRO_EURO);
        }
        if (capDays < 1 || capDays > MOST_CAP_DAYS) {
            throw new IllegalArgumentException(
                    "the cap is for " + capDays + " days; it must be from 1 to " + MOST_CAP_DAYS);
        }
    }

    private static void requireShort(String what, String text) {
        if (text.length() > MOST_CHARACTERS) {
            throw new IllegalArgumentException(
                    what + " has " + text.length() + " characters; it may have " + MOST_CHARACTERS);
        }
        if (text.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(what + " holds a control character; leave it out");
        }
    }

    /** The same with other logins. */
    public PersonRecord withLogins(List<String> others) {
        return new PersonRecord(
                name,
                email,
                phone,
                others,
                createdSeconds,
                capMicroEuro,
                capDays,
                exportCode,
                exportFailures,
                exportedSeconds);
    }

    /** The same after an attempt to have the words shown. */
    public PersonRecord withExport(String code, int failures, long seconds) {
        return new PersonRecord(
                name, email, phone, logins, createdSeconds, capMicroEuro, capDays, code, failures, seconds);
    }

    /** Nothing of the person: what is printed by mistake names nobody. */
    @Override
    public String toString() {
        return "PersonRecord[...]";
    }
}

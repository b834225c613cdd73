package org.chargeproof.cpo;

import java.util.Locale;
import java.util.regex.Pattern;
import org.chargeproof.ocpi.http.PartyId;
import org.chargeproof.ocpi.json.BadObjectException;

/** EVSE ids of eMI3, such as {@code DE*ABC*E0001*2}. Stars are for the eye. */
final class EvseIds {
    private static final Pattern FORM = Pattern.compile("[A-Z]{2}\\*?[A-Z0-9]{3}\\*?E[A-Z0-9][A-Z0-9*]{0,30}");
    private static final int MOST_UID_CHARACTERS = 36;
    private static final int COUNTRY_END = 2;
    private static final int PARTY_END = 5;

    private EvseIds() {}

    /** Refuses what is no id. */
    static void require(String id) {
        if (!FORM.matcher(id).matches()) {
            throw new IllegalArgumentException("the EVSE id is " + BadObjectException.shown(id)
                    + "; it must be a country of two letters, an operator of three characters, an E, and up to 31 letters,"
                    + " digits and stars, such as DE*ABC*E0001*2");
        }
    }

    /** What two ids have in common that are the same. */
    static String key(String id) {
        return id.replace("*", "").toUpperCase(Locale.ROOT);
    }

    /** The operator. */
    static PartyId party(String id) {
        String key = key(id);
        return new PartyId(key.substring(0, COUNTRY_END), key.substring(COUNTRY_END, PARTY_END));
    }

    /** The uid of a charge point of this id, at most 36 characters, as OCPI wants it. */
    static String uid(String id) {
        String key = key(id);
        return key.substring(Math.max(0, key.length() - MOST_UID_CHARACTERS));
    }
}

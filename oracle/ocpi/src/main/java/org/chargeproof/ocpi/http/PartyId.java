package org.chargeproof.ocpi.http;

import java.util.Locale;
import java.util.MissingResourceException;
import java.util.regex.Pattern;
import org.chargeproof.ocpi.json.BadObjectException;
import org.chargeproof.ocpi.json.OwnedObject;
import org.chargeproof.ocpi.model.CredentialsRole;

/**
 * Who a party is, in capitals: OCPI does not distinguish them.
 *
 * @param countryCode ISO 3166 alpha-2
 * @param partyId three characters
 */
public record PartyId(String countryCode, String partyId) {
    private static final Pattern COUNTRY = Pattern.compile("[A-Z]{2}");
    private static final Pattern PARTY = Pattern.compile("[!-~]{3}");

    /**
     * Who a party is.
     *
     * @throws BadObjectException when one has another form
     */
    public PartyId {
        countryCode = countryCode.toUpperCase(Locale.ROOT);
        partyId = partyId.toUpperCase(Locale.ROOT);
        if (!COUNTRY.matcher(countryCode).matches()) {
            throw new BadObjectException(
                    "country_code",
                    BadObjectException.shown(countryCode) + " is no country; give two letters (ISO 3166)");
        }
        if (!PARTY.matcher(partyId).matches()) {
            throw new BadObjectException(
                    "party_id", BadObjectException.shown(partyId) + " is no party; give three characters");
        }
    }

    /** The party of a role. */
    public static PartyId of(CredentialsRole role) {
        return new PartyId(role.countryCode(), role.partyId());
    }

    /** The party that owns an object. */
    public static PartyId of(OwnedObject object) {
        return new PartyId(object.countryCode(), object.partyId());
    }

    /** The country in three letters, as addresses have it (ISO 3166 alpha-3); XXX for one that is unknown. */
    public String countryAlpha3() {
        try {
            return Locale.of("", countryCode).getISO3Country();
        } catch (MissingResourceException e) {
            return "XXX";
        }
    }

    /**
     * Reads {@code DE*ABC} or {@code DE-ABC}.
     *
     * @throws BadObjectException when it is something else
     */
    public static PartyId parse(String text) {
        String[] parts = text.split("[*-]", -1);
        if (parts.length != 2) {
            throw new BadObjectException(
                    "party",
                    BadObjectException.shown(text)
                            + " must be a country and a party of three characters, such as DE*ABC");
        }
        return new PartyId(parts[0], parts[1]);
    }

    @Override
    public String toString() {
        return countryCode + "-" + partyId;
    }
}

package org.chargeproof.ocpi.json;

import java.time.Instant;

/** What a party owns and tells others of. Its id is unique for that party alone, and without regard to case. */
public interface OwnedObject {
    /** The owner's country, ISO 3166 alpha-2. */
    String countryCode();

    /** The owner in its country. */
    String partyId();

    /** Its name, of the owner's choice. */
    String id();

    /** Its last change. */
    Instant lastUpdated();
}

package org.chargeproof.oracle.ocpi;

import io.vertx.core.json.JsonObject;
import org.chargeproof.ocpi.credentials.Partners;
import org.chargeproof.ocpi.credentials.Registration;

/** A door whose partners the operator adds and removes. */
public interface PartnerDesk {
    /** Where its versions are, for partners. */
    String versionsUrl();

    /** All of them. */
    Partners partners();

    /** How they come and go. */
    Registration registration();

    /** Unregisters a partner, and forgets what is known of it. */
    void forget(String partner);

    /**
     * A partner is about to be invited, or registered with.
     *
     * @param said what the operator says of it
     * @throws IllegalArgumentException when it cannot be so
     */
    default void admit(String partner, JsonObject said) {}

    /** What else is known of a partner, for the operator. */
    default JsonObject known(String partner) {
        return new JsonObject();
    }
}

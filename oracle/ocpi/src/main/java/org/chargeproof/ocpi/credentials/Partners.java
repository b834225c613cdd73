package org.chargeproof.ocpi.credentials;

import java.util.Collection;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Where partners are kept. What a method has returned survives the end of the process. */
public interface Partners {
    /** All partners. */
    Collection<Partner> all();

    /** A partner by our name for it. */
    Optional<Partner> find(String id);

    /** The partner that may call us by a token, by the token's SHA-256 in hex. Answers from memory. */
    Optional<Partner> byIssued(String sha256);

    /**
     * Adds a partner.
     *
     * @throws IllegalArgumentException when there is one of this name
     */
    void add(Partner partner);

    /**
     * Changes a partner. One change at a time: what it reads of other partners holds until it is kept.
     *
     * @return what it is now
     * @throws java.util.NoSuchElementException when there is none of this name
     */
    Partner change(String id, UnaryOperator<Partner> change);

    /** Removes a partner; nothing when there is none. */
    void remove(String id);
}

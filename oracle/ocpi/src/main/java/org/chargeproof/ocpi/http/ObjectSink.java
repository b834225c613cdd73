package org.chargeproof.ocpi.http;

import org.jspecify.annotations.Nullable;

/** Hears of objects that are pushed. Ids are unique for one owner alone, and without regard to case. */
public interface ObjectSink<T> {
    /** An object as it was put last; null when it is unknown. */
    @Nullable
    T find(String partner, PartyId owner, String id);

    /**
     * An object is new or has changed. It is on disk, if it is to be, when this returns.
     *
     * @param partner who pushed it
     * @return whether it is new
     * @throws OcpiException to refuse it, such as for an unknown location
     */
    boolean put(String partner, PartyId owner, T object);
}

package org.chargeproof.ocpi.credentials;

/** Told of each step at which a process may be killed, so that tests can. */
@FunctionalInterface
interface Steps {
    Steps NONE = step -> {};

    void reached(String step);
}

package org.chargeproof.planner;

/** A plan that is not what its input demands. The message names the condition, the step or session, and the values. */
public final class CertificateException extends RuntimeException {

    /**
     * Says what is wrong.
     *
     * @param message the violated condition, where, and with which values
     */
    public CertificateException(String message) {
        super(message);
    }
}

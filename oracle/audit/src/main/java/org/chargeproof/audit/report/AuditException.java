package org.chargeproof.audit.report;

/** An audit that cannot be made: what was asked for does not exist, or the algorithm does not run. */
public final class AuditException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public AuditException(String message) {
        super(message);
    }

    public AuditException(String message, Throwable cause) {
        super(message, cause);
    }
}

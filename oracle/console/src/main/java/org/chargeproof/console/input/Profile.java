package org.chargeproof.console.input;

/** What may be taken for granted. */
public enum Profile {
    /** Keys that everybody knows, or that lie in plain files, are good enough. */
    DEVELOPMENT,
    /** They are refused. */
    PRODUCTION
}

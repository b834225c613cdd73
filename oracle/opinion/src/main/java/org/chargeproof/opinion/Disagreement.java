package org.chargeproof.opinion;

/** A plan is not what an independent look at its input makes of it. */
final class Disagreement extends Exception {
    private static final long serialVersionUID = 1;

    Disagreement(String message) {
        super(message);
    }
}

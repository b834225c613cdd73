package org.chargeproof.site.battery;

/** There is no solution. */
final class Infeasible extends Exception {
    private static final long serialVersionUID = 1;

    Infeasible(String message) {
        super(message);
    }
}

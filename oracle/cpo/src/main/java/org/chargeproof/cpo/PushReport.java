package org.chargeproof.cpo;

import java.util.List;

/**
 * What came of telling partners.
 *
 * @param sessions how many sessions were taken by their partners
 * @param locations how many locations and states of charge points were
 * @param failures what was not. None is sent again as it was: the next report has the newest state
 */
public record PushReport(int sessions, int locations, List<Failure> failures) {
    /**
     * Something that a partner was not told, or may not have been.
     *
     * @param partner our name for it
     * @param what session, location or charge point
     * @param reason for people
     */
    public record Failure(String partner, String what, String reason) {}

    /** The same list, unchangeable. */
    public PushReport {
        failures = List.copyOf(failures);
    }
}

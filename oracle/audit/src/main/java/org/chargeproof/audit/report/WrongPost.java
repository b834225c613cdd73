package org.chargeproof.audit.report;

import org.chargeproof.protocol.verify.Difference;

/**
 * A post that did not become final, and would have been wrong.
 *
 * @param operator who posted it
 * @param candidate its number among the timestep's posts
 * @param votes operators that stood for it, the poster included
 * @param difference where it first departs from what was computed again
 */
public record WrongPost(int timestep, int operator, int candidate, int votes, Difference difference) {}

package org.chargeproof.view.model;

/**
 * What of a session's energy came from PV behind the same cabinet.
 *
 * @param timestep in which it was charged
 */
public record GreenShare(int session, int timestep, int energyWh) {}

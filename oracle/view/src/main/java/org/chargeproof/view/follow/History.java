package org.chargeproof.view.follow;

/**
 * How much of what is over is remembered.
 *
 * @param timesteps how long
 * @param sessions how many, whatever came in that time
 */
public record History(int timesteps, int sessions) {}

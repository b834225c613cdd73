package org.chargeproof.oracle.site;

/**
 * What a battery was reported to hold.
 *
 * @param timestep at whose end; 0 when it never was
 * @param storedWh then
 */
public record BatteryReading(int timestep, int storedWh) {}

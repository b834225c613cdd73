package org.chargeproof.billing;

import java.util.List;

/**
 * A session that has ended and is to be billed. Timesteps count since 1970; arrays hold one value for each timestep from
 * {@code fromTimestep} up to, not including, {@code toTimestep}.
 *
 * @param session its id
 * @param account the pseudonym that asked, 20 bytes
 * @param provider vouches for the account
 * @param operator owns the charge point
 * @param chargePoint its id
 * @param fromTimestep the first that it could charge in
 * @param toTimestep the one after the last that it was there in; at most 672 later
 * @param occupiedFrom since when the charge point was taken without a break, by sessions before this one too
 * @param earlier the sessions before it since then, in their order: what each took in every timestep up to the next one's first, or up to
 *     {@code fromTimestep}
 * @param departureTimestep it was to charge in timesteps before this one
 * @param maxWhPerStep the most that the charge point delivers in a timestep
 * @param joins whether the planner could choose when it charges
 * @param keptBack whether the car took what it was told to: what is missing then was not delivered, rather than not taken
 * @param beginRegisterWh, endRegisterWh the meter's register, for the driver to compare
 * @param promisedWh by departure; 0 for what was never accepted
 * @param pricePerKWhE4, marginPerKWhE4 ten-thousandths of a euro without VAT, of the request
 * @param vatE4 ten-thousandths of the price
 * @param records SHA-256 over what the meter signed, 32 bytes; zeros without
 * @param meteredWh what it took
 * @param greenWh what of it came from PV behind the same cabinet
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
public record Stay(
        int session,
        byte[] account,
        int provider,
        int operator,
        int chargePoint,
        int fromTimestep,
        int toTimestep,
        int occupiedFrom,
        List<int[]> earlier,
        int departureTimestep,
        int maxWhPerStep,
        boolean joins,
        boolean keptBack,
        long beginRegisterWh,
        long endRegisterWh,
        int promisedWh,
        int pricePerKWhE4,
        int marginPerKWhE4,
        int vatE4,
        byte[] records,
        int[] meteredWh,
        int[] greenWh) {

    /** Returns all energy that it took, in Wh. */
    public int energyWh() {
        return sum(meteredWh);
    }

    /** Returns what of it was green, in Wh. */
    public int totalGreenWh() {
        return sum(greenWh);
    }

    /** What a promise lacks, of a car that stayed until its departure and would have taken it, in Wh. */
    int shortfallWh() {
        return keptBack && toTimestep >= departureTimestep ? Math.max(0, promisedWh - energyWh()) : 0;
    }

    static int sum(int[] values) {
        int sum = 0;
        for (int value : values) {
            sum += value;
        }
        return sum;
    }
}

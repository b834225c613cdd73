package org.chargeproof.protocol.encoding;

import java.nio.ByteBuffer;
import org.apache.tuweni.bytes.Bytes;

/**
 * Setpoints as they are posted: one u16 for each charge point in the order of their ids, Wh in the timestep plus 1, filled
 * with zeros to whole words of 32 bytes. Plus 1, so that a word of 16 setpoints is never zero on chain.
 */
public final class Setpoints {
    /** Most energy of one charge point in one timestep. */
    public static final int MOST_WH = 65_534;

    private static final int WORD_BYTES = 32;

    private Setpoints() {}

    /**
     * Packs setpoints.
     *
     * @param energyWh Wh by charge point, each 0 to 65,534
     */
    public static Bytes pack(int[] energyWh) {
        int words = (energyWh.length * Short.BYTES + WORD_BYTES - 1) / WORD_BYTES;
        var out = ByteBuffer.allocate(words * WORD_BYTES);
        for (int wh : energyWh) {
            if (wh < 0 || wh > MOST_WH) {
                throw new IllegalArgumentException("a setpoint of " + wh + " Wh; it must be 0 to " + MOST_WH);
            }
            out.putShort((short) (wh + 1));
        }
        return Bytes.wrap(out.array());
    }

    /**
     * Whether a charge point followed its setpoint, as its operator put on record: IPlans.recordApplied.
     *
     * @param chargePoints a bit for each charge point, lowest bit of the first byte first
     */
    public static boolean isApplied(Bytes chargePoints, int chargePoint) {
        int at = chargePoint / Byte.SIZE;
        return at < chargePoints.size() && (chargePoints.get(at) >> chargePoint % Byte.SIZE & 1) == 1;
    }

    /** The setpoint of a charge point in Wh; 0 for charge points that were not known to the plan. */
    public static int read(Bytes packed, int chargePoint) {
        int at = chargePoint * Short.BYTES;
        if (at + Short.BYTES > packed.size()) {
            return 0;
        }
        return Math.max(0, packed.slice(at, Short.BYTES).toInt() - 1);
    }
}

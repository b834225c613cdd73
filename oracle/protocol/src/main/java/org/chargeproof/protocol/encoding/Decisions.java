package org.chargeproof.protocol.encoding;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;

/** What a plan decided about new requests, 17 bytes each: see ICharging.decide. */
public final class Decisions {
    private static final int BYTES = 17;
    private static final byte ACCEPTED = 1;
    private static final byte REFUSED = 2;

    private Decisions() {}

    /**
     * One decision; an offer is 0 when there is none, and the last two when accepted.
     *
     * @param offerEnergyWh accepted: what is promised by the stated departure, 0 for all; refused: most energy by then
     * @param offerDepartureTimestep by when all of the energy is possible
     * @param offerPowerW what is free for the next hour without joining
     */
    public record Decision(
            int session, boolean accepted, int offerEnergyWh, int offerDepartureTimestep, int offerPowerW) {}

    /** Packs decisions in the order given. */
    public static Bytes pack(List<Decision> decisions) {
        var out = ByteBuffer.allocate(decisions.size() * BYTES);
        for (var d : decisions) {
            out.putInt(d.session())
                    .put(d.accepted() ? ACCEPTED : REFUSED)
                    .putInt(d.offerEnergyWh())
                    .putInt(d.offerDepartureTimestep())
                    .putInt(d.offerPowerW());
        }
        return Bytes.wrap(out.array());
    }

    /** Reads packed decisions; what is left of an incomplete last one is passed over, as the contract does. */
    public static List<Decision> unpack(Bytes packed) {
        var in = ByteBuffer.wrap(packed.toArrayUnsafe());
        var decisions = new ArrayList<Decision>();
        while (in.remaining() >= BYTES) {
            decisions.add(new Decision(in.getInt(), in.get() == ACCEPTED, in.getInt(), in.getInt(), in.getInt()));
        }
        return decisions;
    }
}

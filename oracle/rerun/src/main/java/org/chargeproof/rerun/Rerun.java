package org.chargeproof.rerun;

import org.chargeproof.planner.GroupInput;
import org.chargeproof.planner.Planner;
import org.teavm.jso.JSExport;
import org.teavm.jso.typedarrays.Int8Array;

/** What the script exports. */
public final class Rerun {
    private Rerun() {}

    /**
     * Plans one group, and checks the plan's certificate.
     *
     * @param input an encoded {@link GroupInput}
     * @return the encoded plan, byte for byte what the planner's jar gives
     * @throws RuntimeException when the input is not valid, or the plan does not pass its certificate
     */
    @JSExport
    public static Int8Array plan(Int8Array input) {
        var decoded = GroupInput.decode(Int8Arrays.toBytes(input));
        return Int8Arrays.of(new Planner().plan(decoded).encode());
    }

    /** TeaVM begins with a main class. */
    public static void main(String[] arguments) {}
}

package org.chargeproof.plugin.pool;

import org.apache.tuweni.bytes.Bytes;
import org.chargeproof.protocol.time.NetworkParameters;
import org.chargeproof.view.verify.PlanSource;
import org.chargeproof.view.verify.PlanVerifier;

/** Payloads of transactions that anybody may send to a node. */
public final class PoolFuzz {
    private static final PoolGuard GUARD = new PoolGuard(
            new PlanVerifier(new NetworkParameters(900, 60, 6, 4, 2, 3), PlanSource.computingAtOnce(), nanos -> {}), 4);

    private PoolFuzz() {}

    /** The first byte says which call, the others are its arguments. */
    public static void fuzzerTestOneInput(byte[] in) {
        if (in.length > 0) {
            Bytes arguments = Bytes.wrap(in).slice(1);
            GUARD.objection(Bytes.concatenate(in[0] % 2 == 0 ? PoolGuard.POST : PoolGuard.ATTEST, arguments));
            GUARD.objection(arguments);
        }
    }
}

package org.chargeproof.operator.meter;

import java.math.BigInteger;
import org.chargeproof.ledger.LedgerException;
import org.chargeproof.ledger.Network;
import org.chargeproof.meter.MeterCurve;
import org.chargeproof.meter.MeterPublicKey;
import org.jspecify.annotations.Nullable;

/** The keys that the chain has of meters. */
public final class ChainKeys {
    private ChainKeys() {}

    /** The key of a charge point's meter; null when it has none. */
    static @Nullable MeterPublicKey of(Network network, long chargePoint) {
        var key = network.client().call(network.requireMarket().meters().keyOf(BigInteger.valueOf(chargePoint)));
        if (key.component1().signum() == 0) {
            return null;
        }
        return MeterFiles.orRefuse(
                "charge point " + chargePoint + " on chain: ",
                () -> MeterPublicKey.of(MeterCurve.ofNumber(key.component1().intValueExact()), key.component2()));
    }

    /**
     * The key of a charge point's meter.
     *
     * @throws LedgerException when it has none
     */
    public static MeterPublicKey require(Network network, long chargePoint) {
        var key = of(network, chargePoint);
        if (key == null) {
            throw new LedgerException("charge point " + chargePoint
                    + " has no meter's key on chain. Its operator registers one by 'meter register-key'.");
        }
        return key;
    }
}

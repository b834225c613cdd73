package org.chargeproof.audit;

import java.math.BigInteger;
import org.chargeproof.ledger.Network;

/** What contracts say right away, so that an audit that cannot be made is refused before the logs are read. No verdict depends on it. */
interface ContractsView {
    /** How many groups there are now, removed ones too. */
    long groupCount();

    /** Whether a timestep has a final plan now. */
    boolean isFinal(int timestep);

    /** Through a node. */
    static ContractsView of(Network network) {
        return new ContractsView() {
            @Override
            public long groupCount() {
                return network.client().call(network.assets().groupCount()).longValueExact();
            }

            @Override
            public boolean isFinal(int timestep) {
                return network.client()
                        .call(network.plans().stateOf(BigInteger.valueOf(timestep)))
                        .component3();
            }
        };
    }
}
